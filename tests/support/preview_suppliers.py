"""The supplier's side: Alder & Lane, photographers, on a Sunday in November."""

from collections.abc import Callable

from tests.support.preview_people import SHIELD_FIXED, supplier_shell
from tests.support.preview_weddings import CHANGES, CSRF, GUESTS

from wedsync.features.connections.views import (
    AskPage,
    ColleagueView,
    EventRow,
    FactGroup,
    FactView,
    InvitationRow,
    InvitationsPage,
    RequestView,
    Tile,
    TodayFragment,
    TodayPage,
    UnseenRow,
    WeddingFragment,
    WeddingPage,
    WeddingRow,
    WeddingsPage,
)
from wedsync.features.weddings.views import ChangeView, Head
from wedsync.platform.pages import Crumb, Filled, Moment, Option, View

TILES = (
    Tile(label="Weddings this month", figure="7", sentence="2 this Saturday", tone="day"),
    Tile(label="Waiting on couples", figure="4", sentence="essentials not told"),
    Tile(label="Changed since yesterday", figure="11", sentence="details, across 5 weddings"),
    Tile(label="Invitations out", figure="2", sentence="1 ends tomorrow", tone="fixed"),
)
WEDDINGS = (
    WeddingRow(
        title="Clara & Dan",
        href="/s/1/weddings/9",
        date_text="Sat 28 Nov 2026",
        when_text="in 6 days",
        place="Elmore Court",
        percent=96,
        guests="112",
        status="date confirmed",
        status_tone="ok",
    ),
    WeddingRow(
        title="Ines & Laura",
        href="/s/1/weddings/8",
        date_text="Sat 28 Nov 2026",
        when_text="in 6 days",
        place="The Asylum Chapel",
        percent=81,
        guests="46",
    ),
    WeddingRow(
        title="Priya & Daniel",
        href="/s/1/weddings/7",
        date_text="Fri 4 Dec 2026",
        when_text="in 12 days",
        place="Hedsor House",
        percent=64,
        guests="240",
        status="two days",
        status_tone="",
    ),
    WeddingRow(
        title="Mei & Oskar",
        href="/s/1/weddings/6",
        date_text="no date yet",
        when_text="",
        place="—",
        percent=8,
        guests="—",
        status="draft",
        status_tone="fixed",
    ),
)
NEWS = (
    ChangeView(
        label="Guests",
        before="108",
        after="112",
        said_by="Clara & Dan",
        initials="CD",
        when=Moment(iso="2026-11-22T09:21:00Z", text="9 min ago"),
        href="/s/1/weddings/9",
    ),
    ChangeView(
        label="End of the evening",
        before="23:30",
        after="00:30",
        said_by="Ines & Laura",
        initials="IL",
        when=Moment(iso="2026-11-22T08:30:00Z", text="1 h ago"),
        href="/s/1/weddings/8",
    ),
)
TOKEN = "e9:start_time:2"
GROUPS = (
    FactGroup(
        element_id="couple",
        title="The two of you",
        facts=(
            FactView(key="couple_names", label="Couple", display="Clara Hughes & Dan Whitfield", state="fixed"),
            FactView(key="primary_contact", label="Whom to write to", display="Clara"),
            FactView(key="pronouns", label="Pronouns", display=""),
        ),
    ),
    FactGroup(
        element_id="event",
        title="The day",
        facts=(
            FactView(key="wedding_date", label="Date", display="Saturday 28 November 2026", state="fixed"),
            FactView(key="ceremony_time", label="Ceremony starts", display="13:30", seen_as=TOKEN),
            FactView(key="ceremony_venue_name", label="Ceremony venue", display="Elmore Court", state="fixed"),
            FactView(
                key="ceremony_venue_address",
                label="Ceremony address",
                display="Elmore\nGloucester GL2 3NT",
                state="fixed",
            ),
            FactView(
                key="style",
                label="Style",
                display="rustic, garden, candlelight",
                note="told by your florist colleagues",
            ),
        ),
    ),
    FactGroup(
        element_id="headcounts",
        title="Guests",
        facts=(
            FactView(key="guests_total", label="Guests in all", display="112"),
            FactView(key="adults", label="Adults", display="101", field=GUESTS[1]),
            FactView(key="children", label="Children", display="9", field=GUESTS[2]),
        ),
    ),
)
EVENTS = (
    EventRow(
        title="Ceremony", date_text="Sat 28 Nov 2026", time_text="13:30", zone="Europe/London", place="Elmore Court"
    ),
    EventRow(
        title="Reception", date_text="Sat 28 Nov 2026", time_text="15:00", zone="Europe/London", place="The Gillyflower"
    ),
    EventRow(
        title="Brunch",
        date_text="Sun 29 Nov 2026",
        time_text="10:00",
        zone="Europe/Rome",
        place="",
        note="Rome is an hour ahead",
    ),
)
UNSEEN = (
    UnseenRow(label="Ceremony time", before="13:00", after="13:30", seen_as=TOKEN),
    UnseenRow(label="Brunch: date", before="", after="Sunday 29 November 2026", seen_as="e9:date:1"),
)
COLLEAGUES = (
    ColleagueView(name="Elmore Court", type_label="Venue", initials="EC"),
    ColleagueView(name="Wild Fennel Catering", type_label="Caterer", initials="WF", contact="+44 7700 900123"),
)


def _wedding() -> WeddingPage:
    return WeddingPage(
        shell=supplier_shell("Weddings", SHIELD_FIXED),
        wedding_id="9",
        fragment_url="/s/1/weddings/9/facts",
        crumbs=(Crumb(label="Weddings", href="/s/1/weddings"),),
        head=Head(title="Clara & Dan", line="Saturday 28 November 2026 · Photographer", tag="in 6 days"),
        leave_url="/s/1/weddings/9/end",
        ask_url="/s/1/weddings/9/ask",
        percent=96,
        unseen=UNSEEN,
        unseen_tokens=TOKEN,
        groups=GROUPS,
        events=EVENTS,
        changes=CHANGES,
        colleagues=COLLEAGUES,
        csrf=CSRF,
    )


def _ask(*, may_ask: bool = True, wrong: str = "") -> AskPage:
    asked = Moment(iso="2026-11-20T12:00:00Z", text="2 days ago")
    return AskPage(
        shell=supplier_shell("Weddings", SHIELD_FIXED),
        crumbs=(Crumb(label="Clara & Dan", href="/s/1/weddings/9"),),
        title="Clara & Dan",
        requests=(
            RequestView(
                label="Contact details",
                wish="Everything there, and to change it",
                reason="We ring on the morning.",
                asked=asked,
                status="waits for an answer",
                tone="fixed",
                withdraw_url="/s/1/weddings/9/ask/1/withdraw" if may_ask else "",
            ),
            RequestView(
                label="Wishes", wish="Everything there", reason="For the film.", asked=asked, status="shared", tone="ok"
            ),
        ),
        action="/s/1/weddings/9/ask" if may_ask else "",
        areas=(Option(value="people", label="Your people: Bridesmaids, best man, parents, who leads the day."),),
        levels=(
            Option(value="usual", label="What we usually need"),
            Option(value="everything", label="Everything there", is_chosen=True),
        ),
        may_write=False,
        reason=Filled(value="?" if wrong else "", error=wrong),
        area_error="",
        error="",
        csrf=CSRF,
    )


def _invitations(*, may_invite: bool = True) -> InvitationsPage:
    sent = Moment(iso="2026-11-20T12:00:00Z", text="2 days ago")
    return InvitationsPage(
        shell=supplier_shell("Invitations"),
        invitations=(
            InvitationRow(email="mei@example.com", title="Mei & Oskar", status="accepted", tone="ok", sent=sent),
            InvitationRow(
                email="tom@example.com",
                title="Tom & Amara",
                status="5 days left",
                sent=sent,
                again_url="/a",
                withdraw_url="/b",
            ),
            InvitationRow(
                email="old@example.com", title="Kit & Noor", status="ran out", tone="fixed", sent=sent, again_url="/a"
            ),
        ),
        may_invite=may_invite,
        invite_url="/s/1/invitations",
        email=Filled(value="zoe@", error="That is not a whole address."),
        name=Filled(value="Zoe & Kit"),
        services=(Option(value="photographer", label="Photographer", is_chosen=True),),
    )


PREVIEWS: dict[str, Callable[[], View]] = {
    "ask": _ask,
    "ask_refused": lambda: _ask(wrong="Write at least 2 characters."),
    "ask_viewer": lambda: _ask(may_ask=False),
    "today": lambda: TodayPage(
        shell=supplier_shell("Today"),
        greeting="Good morning, Anna",
        fragment_url="/s/1/today/news",
        tiles=TILES,
        weddings=WEDDINGS[:3],
        changes=NEWS,
        unseen="3 changes you have not seen",
        changes_url="/s/1/changes",
        weddings_url="/s/1/weddings",
        invite_url="/s/1/invitations",
    ),
    "today_new": lambda: TodayPage(
        shell=supplier_shell("Today", None),
        greeting="Good morning, Anna",
        fragment_url="/s/1/today/news",
        tiles=TILES,
        weddings=(),
        changes=(),
        unseen="",
        changes_url="/s/1/changes",
        weddings_url="/s/1/weddings",
        invite_url="/s/1/invitations",
    ),
    "today_fragment": lambda: TodayFragment(
        tiles=TILES,
        weddings=WEDDINGS,
        changes=NEWS,
        unseen="",
        changes_url="/s/1/changes",
        weddings_url="/s/1/weddings",
        invite_url="",
    ),
    "weddings": lambda: WeddingsPage(
        shell=supplier_shell("Weddings"),
        weddings=WEDDINGS,
        filters=(
            Option(value="?show=coming", label="Coming", is_chosen=True),
            Option(value="?show=past", label="Past"),
        ),
        more_url="/s/1/weddings?after=x",
        invite_url="/s/1/invitations",
    ),
    "weddings_new": lambda: WeddingsPage(
        shell=supplier_shell("Weddings", None), weddings=(), filters=(), more_url="", invite_url="/s/1/invitations"
    ),
    "wedding": _wedding,
    "wedding_fragment": lambda: WeddingFragment(
        fragment_url="/s/1/weddings/9",
        percent=96,
        unseen=(),
        unseen_tokens="",
        groups=GROUPS,
        events=EVENTS,
        changes=(),
        colleagues=(),
        csrf=CSRF,
    ),
    "supplier_invitations": _invitations,
    "supplier_invitations_viewer": lambda: _invitations(may_invite=False),
}
