"""What the control room shows."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wedsync.features.connections.views import Tile
from wedsync.operations.overrides.views import OverrideRow
from wedsync.platform.pages import Moment, Page, View


class FreezeView(msgspec.Struct, frozen=True, kw_only=True):
    """A freeze to come, or the one that stands."""

    reason: str
    from_text: str
    until_text: str
    length_text: str


class WaitingView(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of job that waits for weddings to end."""

    job: str
    count_text: str
    until_text: str


class ReleaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A release that began."""

    change: str
    image: str
    name: str
    began: Moment


class WaitedView(msgspec.Struct, frozen=True, kw_only=True):
    """What people waited over six hours, as two lines of a picture 100 wide and 40 high, and in words."""

    half: str
    slow: str
    label: str
    top_text: str
    from_text: str
    until_text: str
    asked_text: str
    failed_text: str
    tone: str


class ControlRoomFragment(View, frozen=True, kw_only=True):
    """What moves by itself."""

    template: ClassVar[str] = "control_room/_control_room.html"
    tiles: tuple[Tile, ...]
    figures: tuple[Tile, ...]
    waited: WaitedView | None
    findings: tuple[str, ...]
    overrides: tuple[OverrideRow, ...]
    overrides_url: str
    freezes: tuple[FreezeView, ...]
    releases: tuple[ReleaseView, ...]
    releases_url: str
    waiting: tuple[WaitingView, ...]


class ControlRoomPage(Page, frozen=True, kw_only=True):
    """How releases stand, and what is coming."""

    template: ClassVar[str] = "control_room/control_room.html"
    day: str
    fragment_url: str
    tiles: tuple[Tile, ...]
    figures: tuple[Tile, ...]
    waited: WaitedView | None
    findings: tuple[str, ...]
    overrides: tuple[OverrideRow, ...]
    overrides_url: str
    freezes: tuple[FreezeView, ...]
    releases: tuple[ReleaseView, ...]
    releases_url: str
    waiting: tuple[WaitingView, ...]
