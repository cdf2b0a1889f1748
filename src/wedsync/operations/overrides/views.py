"""What the pages of overrides show."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Filled, Moment, Option, Page


class OverrideRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list."""

    href: str
    incident: str
    kind_label: str
    author: str
    asked: Moment
    state_label: str
    tone: str


class RequestBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """The form, as it was sent."""

    kinds: tuple[Option, ...]
    commanders: tuple[Option, ...]
    hours: tuple[Option, ...]
    reason: Filled = Filled()
    rollback_plan: Filled = Filled()
    incident: Filled = Filled()
    image_digest: Filled = Filled()
    commander_error: str = ""
    kind_error: str = ""


class BetweenBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """The form for a change between events, as it was sent."""

    changes: tuple[Option, ...]
    hours: tuple[Option, ...]
    reason: Filled = Filled()
    rollback_plan: Filled = Filled()
    incident: Filled = Filled()
    image_digest: Filled = Filled()
    change_error: str = ""


class OverridesPage(Page, frozen=True, kw_only=True):
    """Releases that somebody asked for; `boxes` is None for who may not ask."""

    template: ClassVar[str] = "overrides/overrides.html"
    overrides: tuple[OverrideRow, ...]
    older_url: str
    request_url: str
    between_url: str
    boxes: RequestBoxes | None
    is_refused: bool


class BetweenPage(Page, frozen=True, kw_only=True):
    """Asking for a change between events."""

    template: ClassVar[str] = "overrides/between.html"
    crumbs: tuple[Crumb, ...]
    how_it_stands: str
    request_url: str
    boxes: BetweenBoxes
    is_refused: bool


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done, or has to be."""

    title: str
    sentence: str
    is_done: bool


class OverridePage(Page, frozen=True, kw_only=True):
    """One of them; an address is "" where its reader may not, or nothing is left to do."""

    template: ClassVar[str] = "overrides/override.html"
    crumbs: tuple[Crumb, ...]
    incident: str
    kind_label: str
    state_label: str
    tone: str
    reason: str
    rollback_plan: str
    image_digest: str
    steps: tuple[Step, ...]
    findings: str
    approve_url: str
    refuse_url: str
    is_own: bool
    token_url: str
    review_url: str
    review: Filled


class TokenPage(Page, frozen=True, kw_only=True):
    """A token, shown once."""

    template: ClassVar[str] = "overrides/token.html"
    crumbs: tuple[Crumb, ...]
    signed: str
    until_text: str
    image_digest: str
    change: str
