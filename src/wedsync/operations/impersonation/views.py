"""What the page of impersonations shows."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Filled, Moment, Page


class ImpersonationView(msgspec.Struct, frozen=True, kw_only=True):
    """One that was; `state` is "now", "ended" or "over"."""

    operator: str
    person: str
    reason: str
    begun: Moment
    state: str
    pages: str


class ImpersonationsPage(Page, frozen=True, kw_only=True):
    """The form, and what was; `older_url` is "" at the end, `end_url` for whose browser looks as nobody."""

    template: ClassVar[str] = "impersonation/impersonations.html"
    action: str
    end_url: str
    email: Filled
    reason: Filled
    impersonations: tuple[ImpersonationView, ...]
    older_url: str
