"""The operators' side, on a Saturday in November."""

from collections.abc import Callable

import msgspec
from tests.support.preview_weddings import CSRF

from wedsync.features.connections.views import Tile
from wedsync.kernel.permission_words import operator_help
from wedsync.operations.control_room.views import (
    ControlRoomFragment,
    ControlRoomPage,
    FreezeView,
    ReleaseView,
    WaitedView,
    WaitingView,
)
from wedsync.operations.data_requests.views import DataRequestsPage, OpenRequestView
from wedsync.operations.deployments.views import ReleaseRow, ReleasesPage
from wedsync.operations.duty.views import EmergenciesPage, EmergencyView
from wedsync.operations.holds.views import HoldBoxes, HoldsPage, HoldView
from wedsync.operations.impersonation.views import ImpersonationsPage, ImpersonationView
from wedsync.operations.lockouts.views import LockoutsPage
from wedsync.operations.operators.views import OperatorsPage, OperatorView, RoleView
from wedsync.operations.overrides.views import (
    BetweenBoxes,
    BetweenPage,
    OverridePage,
    OverrideRow,
    OverridesPage,
    RequestBoxes,
    Step,
    TokenPage,
)
from wedsync.platform.pages import Crumb, Filled, Moment, NavItem, Option, Shell, ShieldLine, View, Who

FROZEN = ShieldLine(
    state="frozen",
    sentence="Releases are frozen: Weekend.",
    until="2026-11-30T08:00:00Z",
    until_text="Until Monday 30 November 2026, 08:00 (Europe/London)",
)


def operator_shell(place: str) -> Shell:
    places = (
        ("Control room", "/operations", "shield"),
        ("Overrides", "/operations/overrides", "alert"),
        ("Operators", "/operations/operators", "people"),
        ("Emergencies", "/operations/emergencies", "clock"),
        ("Requests", "/operations/requests", "form"),
        ("Holds", "/operations/holds", "lock"),
        ("Lockouts", "/operations/lockouts", "device"),
        ("Look as", "/operations/impersonations", "eye"),
    )
    return Shell(
        home="/operations",
        nav=tuple(NavItem(label=label, href=to, icon=icon, is_current=label == place) for label, to, icon in places),
        who=Who(name="Olga Brandt", subtitle="Ops", initials="OB"),
        shield=FROZEN,
        csrf=CSRF,
        person="0l9a",
        is_signed_in=True,
    )


TILES = (
    Tile(label="Releases", figure="Frozen", sentence="in home", tone="fixed"),
    Tile(label="Last start", figure="—", sentence="none now"),
    Tile(label="Open again", figure="08:00", sentence="Mon 30 Nov 2026, 08:00 GMT"),
    Tile(label="Weddings on", figure="38", sentence="event until 23:00", tone="day"),
    Tile(label="Protection", figure="Whole", sentence="as signed, 21 s ago", tone="ok"),
    Tile(label="Last backup", figure="11 h ago", sentence="ended 02:19", tone="ok"),
    Tile(label="Last proven restore", figure="9 h ago", sentence="back after 12 s", tone="ok"),
)
FREEZES = (
    FreezeView(
        reason="Weekend",
        from_text="Fri 27 Nov 2026, 18:00 GMT",
        until_text="Mon 30 Nov 2026, 08:00 GMT",
        length_text="62 h",
    ),
    FreezeView(
        reason="Christmas Day (GB-ENG), Weekend, Boxing Day (substitute) (GB-ENG)",
        from_text="Thu 24 Dec 2026, 18:00 GMT",
        until_text="Tue 29 Dec 2026, 08:00 GMT",
        length_text="110 h",
    ),
)
WAITING = (WaitingView(job="trash.purge", count_text="3", until_text="Sun 29 Nov 2026, 06:00 GMT"),)
ROWS = (
    OverrideRow(
        href="/operations/overrides/7",
        incident="INC-204",
        kind_label="SEV1: the product is down",
        author="Olga Brandt",
        asked=Moment(iso="2026-11-28T14:12:00Z", text="9 min ago"),
        state_label="waits for approval",
        tone="fixed",
    ),
    OverrideRow(
        href="/operations/overrides/3",
        incident="INC-198",
        kind_label="Return to the image before",
        author="Dora Lindt",
        asked=Moment(iso="2026-10-03T20:41:00Z", text="Sat 3 Oct 2026"),
        state_label="reviewed",
        tone="ok",
    ),
)
RELEASES = (
    ReleaseView(
        change="deploy",
        image="sha256:5b1f0e9a5b1f",
        name="Dora Lindt",
        began=Moment(iso="2026-11-26T10:00:00Z", text="2 days ago"),
    ),
)
RELEASE_ROWS = (
    ReleaseRow(
        change="sev1",
        image="sha256:5b1f0e9a5b1f",
        previous="sha256:0d0e0d0e0d0e",
        name="Dora Lindt",
        began=Moment(iso="2026-11-28T14:40:00Z", text="9 min ago"),
        state_label="runs now",
        tone="ok",
        incident="INC-204",
        override_href="/operations/overrides/7",
    ),
    ReleaseRow(
        change="deploy",
        image="sha256:0d0e0d0e0d0e",
        previous="",
        name="Oscar Lindqvist",
        began=Moment(iso="2026-11-26T10:00:00Z", text="2 days ago"),
        state_label="rolled back",
        tone="fixed",
        incident="",
        override_href="",
    ),
)
WAITED = WaitedView(
    half="M0 28h.5L10 27L20 24L30 25L40 20L50 22L60 14L70 17",
    slow="M0 18h.5L10 17L20 15L30 16L40 12L50 13L60 6L70 9",
    label="p95 between 30 ms and 48 ms",
    top_text="48 ms",
    from_text="08:12 GMT",
    until_text="14:12 GMT",
    asked_text="41,302 requests",
    failed_text="none failed",
    tone="ok",
)
FIGURES = (
    Tile(label="Saturday uptime", figure="100 %", sentence="41 Saturdays in a row"),
    Tile(label="Pages and API p95", figure="41 ms", sentence="promise 200 ms, last hour"),
    Tile(label="Database p95", figure="61 ms", sentence="promise 50 ms, last hour", tone="bad"),
    Tile(label="Data at risk (RPO)", figure="42 s", sentence="promise 15 min; 0.2 s in the last drill"),
)
ROOM = ControlRoomFragment(
    tiles=TILES,
    figures=FIGURES,
    waited=WAITED,
    findings=("trigger app.weddings.changed: changed",),
    overrides=ROWS[:1],
    overrides_url="/operations/overrides",
    freezes=FREEZES,
    releases=RELEASES,
    releases_url="/operations/deployments",
    waiting=WAITING,
)
BOXES = RequestBoxes(
    kinds=(
        Option(value="sev1", label="SEV1: the product is down"),
        Option(value="exploited", label="A vulnerability that is used"),
    ),
    commanders=(
        Option(value="", label="Nobody: a return to the image before"),
        Option(value="2", label="Oscar Lindqvist", is_chosen=True),
    ),
    hours=(Option(value="4", label="4 hours", is_chosen=True),),
    reason=Filled(value="It is urgent.", error="Write 20 to 2,000 characters."),
    commander_error="Say who leads the incident: another operator than you.",
)
STEPS = (
    Step(
        title="Asked for by Olga Brandt",
        sentence="Sat 28 Nov 2026, 14:12 GMT. It may be used until Sat 28 Nov 2026, 18:12 GMT.",
        is_done=True,
    ),
    Step(title="Approved by Dora Lindt", sentence="Sat 28 Nov 2026, 14:20 GMT.", is_done=True),
    Step(
        title="Oscar Lindqvist was told at 14:12 GMT",
        sentence="1 letter so far; the next after 10 minutes, 6 at most.",
        is_done=True,
    ),
    Step(
        title="One approval is missing",
        sentence="By Oscar Lindqvist, who leads the incident.",
        is_done=False,
    ),
    Step(title="Not used", sentence="Once. Its token is good for two hours.", is_done=False),
    Step(title="Reviewed", sentence="Within two working days of its use.", is_done=False),
)
DIGEST = "sha256:" + "5b1f0e9a" * 8
LIST = (Crumb(label="Overrides", href="/operations/overrides"),)
TOKEN = (
    "eyJ0eXAiOiJyZWxlYXNlK2p3dCIsImFsZyI6IkVkMjU1MTkifQ."
    + "eyJqdGkiOiIwMTlkMWE3ZSJ9" * 6
    + "."
    + "fNMJRUInmsP6Omy54mK8" * 4
)
OVERRIDE = OverridePage(
    shell=operator_shell("Overrides"),
    crumbs=LIST,
    incident="INC-204",
    kind_label="SEV1: the product is down",
    state_label="waits for approval",
    tone="fixed",
    reason="Check-ins fail at every venue since 14:10. Helpers write on paper.",
    rollback_plan="Return to the image before, which is still pulled on every node.",
    image_digest=DIGEST,
    steps=STEPS,
    findings="",
    approve_url="/operations/overrides/7/approve",
    refuse_url="/operations/overrides/7/refuse",
    is_own=False,
    token_url="",
    review_url="",
    review=Filled(),
)
EMERGENCIES = EmergenciesPage(
    shell=operator_shell("Emergencies"),
    crumbs=(Crumb(label="Control room", href="/operations"),),
    emergencies=(
        EmergencyView(
            reference="01a219ea-40ce-7c83-923d-c6bd87ec57c4",
            about="ceremony: ceremony venue",
            said_by="coordinator",
            when=Moment(iso="2026-11-28T12:00:00Z", text="4 min ago"),
            approvals="1 yes so far",
            told="told at 14:03 GMT",
            action="/operations/emergencies/9/1/approval",
            called_back=Filled(value="Clara", error="Say whom you called back, on which number, and when."),
        ),
    ),
    csrf=CSRF,
)
REQUESTS = (
    OpenRequestView(
        reference="01978c3f-6a52-7d21-9a1b-3f0e5b7c9d12",
        title="Have something put right",
        asked=Moment(iso="2026-11-18T14:12:00Z", text="10 days ago"),
        state_label="overdue",
        tone="bad",
        note="Due Wed 25 Nov 2026, 14:12 GMT.",
        wrong="On the day sheet my mother is called Marie.\nShe is Mary.",
        person_id="01978c3f-6a52-7d21-9a1b-3f0e5b7c9d10",
        answer_url="/operations/requests/12/answer",
        answer=Filled(value="Done", error="Write 10 to 2,000 ordinary characters."),
    ),
    OpenRequestView(
        reference="01978c3f-6a52-7d21-9a1b-3f0e5b7c9d13",
        title="Be forgotten in one wedding",
        asked=Moment(iso="2026-11-27T14:12:00Z", text="yesterday"),
        state_label="waits",
        tone="day",
        note="It waits until Sun 29 Nov 2026, 06:00 GMT: the wedding is on. Due Sun 6 Dec 2026, 06:00 GMT.",
    ),
)
HOLDS = (
    HoldView(
        reference="5",
        matter="Claim 4711, county court",
        held="person",
        held_id="01978c3f-6a52-7d21-9a1b-3f0e5b7c9d10",
        state_label="waits for a second",
        tone="fixed",
        course=("Asked for by Sid Marsh, Sat 28 Nov 2026, 14:12 GMT",),
        step_url="/operations/holds/5/approval",
        step_label="Set it",
        step_question="Set this hold?",
        step_text="Nothing it holds is purged or erased until two let it go.",
    ),
    HoldView(
        reference="4",
        matter="Police request 2026/88, Avon",
        held="wedding",
        held_id="01978c3f-6a52-7d21-9a1b-3f0e5b7c9d11",
        state_label="let go",
        tone="",
        course=(
            "Asked for by Sid Marsh, Mon 2 Nov 2026, 09:00 GMT",
            "Set by Oscar Lindqvist, Mon 2 Nov 2026, 09:30 GMT",
            "Release asked for by Sid Marsh, Fri 20 Nov 2026, 10:00 GMT",
            "Let go by Oscar Lindqvist, Fri 20 Nov 2026, 11:00 GMT",
        ),
    ),
)

PREVIEWS: dict[str, Callable[[], View]] = {
    "emergencies": lambda: EMERGENCIES,
    "emergencies-none": lambda: msgspec.structs.replace(EMERGENCIES, emergencies=()),
    "control_room": lambda: ControlRoomPage(
        shell=operator_shell("Control room"),
        day="Saturday 28 November 2026",
        fragment_url="/operations",
        tiles=ROOM.tiles,
        figures=ROOM.figures,
        waited=ROOM.waited,
        findings=ROOM.findings,
        overrides=ROOM.overrides,
        overrides_url=ROOM.overrides_url,
        freezes=ROOM.freezes,
        releases=ROOM.releases,
        releases_url=ROOM.releases_url,
        waiting=ROOM.waiting,
    ),
    "control_room_part": lambda: ROOM,
    "releases": lambda: ReleasesPage(
        shell=operator_shell("Control room"),
        crumbs=(Crumb(label="Control room", href="/operations"),),
        releases=RELEASE_ROWS,
        returns_to="sha256:" + "0d0e" * 16,
        older_url="/operations/deployments?after=7",
    ),
    "releases_none": lambda: ReleasesPage(
        shell=operator_shell("Control room"),
        crumbs=(Crumb(label="Control room", href="/operations"),),
        releases=(),
        returns_to="",
        older_url="",
    ),
    "overrides": lambda: OverridesPage(
        shell=operator_shell("Overrides"),
        overrides=ROWS,
        older_url="/operations/overrides?after=01a21b03-b74f-7f4c-85e9-000000000000",
        request_url="/operations/overrides",
        between_url="/operations/overrides/between-events",
        boxes=BOXES,
        is_refused=True,
    ),
    "overrides_none": lambda: OverridesPage(
        shell=operator_shell("Overrides"),
        overrides=(),
        older_url="",
        request_url="/operations/overrides",
        between_url="",
        boxes=None,
        is_refused=False,
    ),
    "override": lambda: OVERRIDE,
    "between_events": lambda: BetweenPage(
        shell=operator_shell("Overrides"),
        crumbs=LIST,
        how_it_stands="A wedding is on, and configuration waits until none is. No event is: with two approvals it may go.",
        request_url="/operations/overrides/between-events",
        boxes=BetweenBoxes(
            changes=(Option(value="configuration", label="Configuration"),),
            hours=(Option(value="4", label="4 hours", is_chosen=True),),
            reason=Filled(value="Soon.", error="Write 20 to 2,000 characters."),
            change_error="Choose what it is.",
        ),
        is_refused=True,
    ),
    "override_used": lambda: msgspec.structs.replace(
        OVERRIDE,
        state_label="used, review due",
        approve_url="",
        refuse_url="",
        is_own=False,
        review_url="/operations/overrides/7/review",
        review=Filled(value="Short.", error="Write 20 to 5,000 characters."),
    ),
    "override_token": lambda: TokenPage(
        shell=operator_shell("Overrides"),
        crumbs=LIST,
        signed=TOKEN,
        until_text="Sat 28 Nov 2026, 16:31 GMT",
        image_digest=DIGEST,
        change="deploy",
    ),
    "requests": lambda: DataRequestsPage(
        shell=operator_shell("Requests"),
        crumbs=(Crumb(label="Control room", href="/operations"),),
        requests=REQUESTS,
        more_url="/operations/requests?after=3",
    ),
    "requests_none": lambda: DataRequestsPage(
        shell=operator_shell("Requests"),
        crumbs=(Crumb(label="Control room", href="/operations"),),
        requests=(),
        more_url="",
    ),
    "impersonations": lambda: ImpersonationsPage(
        shell=operator_shell("Look as"),
        action="/operations/impersonations",
        end_url="/operations/impersonations/end",
        email=Filled(value="maya@example.org"),
        reason=Filled(value="?", error="Write at least 10 characters."),
        impersonations=(
            ImpersonationView(
                operator="Olga Brandt",
                person="felix@example.org",
                reason="He cannot find the guests' allergies.",
                begun=Moment(iso="2026-11-20T12:00:00Z", text="2 days ago"),
                state="now",
                pages="3 pages",
            ),
        ),
        older_url="/operations/impersonations?before=1",
    ),
    "lockouts": lambda: LockoutsPage(
        shell=operator_shell("Lockouts"), action="/operations/lockouts", email=Filled(value="clara@example.org")
    ),
    "holds": lambda: HoldsPage(
        shell=operator_shell("Holds"),
        crumbs=(Crumb(label="Control room", href="/operations"),),
        holds=HOLDS,
        older_url="/operations/holds?after=3",
        ask_url="/operations/holds",
        boxes=HoldBoxes(reason=Filled(value="Short", error="Name the matter in 10 to 1,000 characters, by its file.")),
        is_refused=True,
    ),
    "holds_none": lambda: HoldsPage(
        shell=operator_shell("Holds"),
        crumbs=(Crumb(label="Control room", href="/operations"),),
        holds=(),
        older_url="",
        ask_url="/operations/holds",
        boxes=HoldBoxes(),
        is_refused=False,
    ),
    "operators": lambda: OperatorsPage(
        shell=operator_shell("Operators"),
        operators=(
            OperatorView(
                name="Olga Brandt",
                initials="OB",
                role_label="Ops",
                since=Moment(iso="2026-03-02T09:00:00Z", text="Mon 2 Mar 2026"),
                is_you=True,
            ),
            OperatorView(
                name="Oscar Lindqvist",
                initials="OL",
                role_label="Super admin",
                since=Moment(iso="2025-06-01T09:00:00Z", text="Sun 1 Jun 2025"),
                is_you=False,
            ),
        ),
        roles=tuple(RoleView(label=role.label, sentence=sentence) for role, sentence in operator_help()),
    ),
}
