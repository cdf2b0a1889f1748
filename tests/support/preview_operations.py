"""The operators' side, on a Saturday in November."""

from collections.abc import Callable

from tests.support.preview_weddings import CSRF

from wedsync.features.connections.views import Tile
from wedsync.operations.control_room.views import ControlRoomFragment, ControlRoomPage, FreezeView, WaitingView
from wedsync.operations.operators.views import OperatorsPage, OperatorView, RoleView
from wedsync.platform.pages import Moment, NavItem, Shell, ShieldLine, View, Who

FROZEN = ShieldLine(
    state="frozen",
    sentence="Releases are frozen: Weekend.",
    until="2026-11-30T08:00:00Z",
    until_text="Until Monday 30 November 2026, 08:00 (Europe/London)",
)


def operator_shell(place: str) -> Shell:
    places = (("Control room", "/operations", "shield"), ("Operators", "/operations/operators", "people"))
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
    Tile(label="Last start", figure="—", sentence="not before the next change"),
    Tile(label="Next change", figure="08:00", sentence="Mon 30 Nov 2026, 08:00 GMT"),
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
ROOM = ControlRoomFragment(tiles=TILES, freezes=FREEZES, waiting=WAITING)
PREVIEWS: dict[str, Callable[[], View]] = {
    "control_room": lambda: ControlRoomPage(
        shell=operator_shell("Control room"),
        day="Saturday 28 November 2026",
        fragment_url="/operations",
        tiles=TILES,
        freezes=FREEZES,
        waiting=WAITING,
    ),
    "control_room_part": lambda: ROOM,
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
        roles=(RoleView(label="Ops", sentence="The same as a developer: they release."),),
    ),
}
