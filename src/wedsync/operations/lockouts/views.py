"""What the page that lets somebody in shows."""

from __future__ import annotations

from typing import ClassVar

from wedsync.platform.pages import Filled, Page


class LockoutsPage(Page, frozen=True, kw_only=True):
    """A form for one address."""

    template: ClassVar[str] = "lockouts/lockouts.html"
    action: str
    email: Filled
