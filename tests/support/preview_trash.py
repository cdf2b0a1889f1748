"""What was removed lately, from a wedding and from a business."""

from collections.abc import Callable

import msgspec
from tests.support.preview_people import SHIELD_LOCKED, supplier_shell
from tests.support.preview_weddings import couple_shell

from wedsync.features.trash.views import DeletionView, TrashPage
from wedsync.platform.pages import Moment, Shell, ShieldLine, View

EVENTS = (
    DeletionView(
        title="Sunday brunch",
        things=(),
        more="",
        said_by="Dan",
        when=Moment(iso="2026-11-26T09:12:00Z", text="9 min ago"),
        until_text="Saturday 26 December 2026, 09:12 (Europe/London)",
        undo_url="/w/9/trash/3/restoration",
    ),
    DeletionView(
        title="Henna night",
        things=("Rehearsal", "Boat trip"),
        more="and 18 more things",
        said_by="Alder & Lane",
        when=Moment(iso="2026-11-03T18:30:00Z", text="Tue 3 Nov 2026"),
        until_text="Thursday 3 December 2026, 18:30 (Europe/London)",
        undo_url="",
    ),
)


def _couple(shield: ShieldLine | None = None) -> Shell:
    return msgspec.structs.replace(couple_shell("", shield), trash_url="/w/9/trash")


def _page(shell: Shell, *rows: DeletionView, why_not: str = "", older: str = "") -> TrashPage:
    return TrashPage(shell=shell, deletions=rows, why_not=why_not, older_url=older, back_url="/w/9/home")


PREVIEWS: dict[str, Callable[[], View]] = {
    "trash": lambda: _page(_couple(), *EVENTS, older="/w/9/trash?before=3"),
    "trash_locked": lambda: _page(
        _couple(SHIELD_LOCKED),
        EVENTS[1],
        why_not="Read-only until Sunday 13 June 2027, 06:00 (Europe/London).",
    ),
    "trash_empty": lambda: _page(supplier_shell("", None)),
}
