"""What the page of releases shows."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Moment, Page


class ReleaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A release; `override_href` is "" where nothing had to let it pass."""

    change: str
    image: str
    previous: str
    name: str
    began: Moment
    state_label: str
    tone: str
    incident: str
    override_href: str


class ReleasesPage(Page, frozen=True, kw_only=True):
    """The newest first; `older_url` is "" on the last page, `returns_to` where there is nothing to return to."""

    template: ClassVar[str] = "deployments/deployments.html"
    crumbs: tuple[Crumb, ...]
    releases: tuple[ReleaseRow, ...]
    returns_to: str
    older_url: str
