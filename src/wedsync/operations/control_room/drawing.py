"""The control room in words and figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from wedsync.features.connections.views import Tile
from wedsync.kernel.freeze import Freeze, FreezeCalendar, FreezeState
from wedsync.operations.control_room.views import ControlRoomFragment, FreezeView
from wedsync.operations.shield.verdict import Verdict
from wedsync.platform import formats

AHEAD: Final = timedelta(days=40)
FREEZES_SHOWN: Final = 6
_WORDS: Final = {
    FreezeState.OPEN: ("Open", "ok"),
    FreezeState.CLOSING: ("Closing", "fixed"),
    FreezeState.FROZEN: ("Frozen", "fixed"),
    FreezeState.UNKNOWN: ("Unknown", "bad"),
}


def room_fragment(found: Verdict, calendar: FreezeCalendar, zone: str) -> ControlRoomFragment:
    """The part that moves; times on the reader's clock."""
    ahead = calendar.between(found.told_at, found.told_at + AHEAD)[:FREEZES_SHOWN]
    return ControlRoomFragment(tiles=_tiles(found, zone), freezes=tuple(_freeze(each, zone) for each in ahead))


def _tiles(found: Verdict, zone: str) -> tuple[Tile, ...]:
    word, tone = _WORDS[found.state]
    return (
        Tile(label="Releases", figure=word, sentence=f"in {found.cell}", tone=tone),
        Tile(label="Last start", figure=_clock(found.last_start, zone), sentence=_day(found.last_start, zone)),
        Tile(label="Next change", figure=_clock(found.next_change, zone), sentence=_day(found.next_change, zone)),
    )


def _freeze(freeze: Freeze, zone: str) -> FreezeView:
    hours = (freeze.ends_at - freeze.starts_at) / timedelta(hours=1)
    return FreezeView(
        reason=freeze.reason,
        from_text=formats.moment(freeze.starts_at, zone),
        until_text=formats.moment(freeze.ends_at, zone),
        length_text=f"{hours:g} h",
    )


def _clock(at: datetime | None, zone: str) -> str:
    return "—" if at is None else formats.clock(at, zone).partition(" ")[0]


def _day(at: datetime | None, zone: str) -> str:
    return "not before the next change" if at is None else formats.moment(at, zone)
