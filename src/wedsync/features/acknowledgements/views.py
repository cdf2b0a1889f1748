"""What one sees of the ledger: the couple, who works from what; a supplier, what it has not seen yet.

Every text is ready to read; a template only places it.
"""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Moment, Option, Page, View


class SeenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier and a fact. `was` is the value that it still works from, or ""; `when` it saw what it saw."""

    label: str
    now: str
    was: str
    status: str
    tone: str
    when: Moment | None = None


class SeenGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one supplier, or the suppliers of one fact; `count` says how many have not been seen."""

    element_id: str
    title: str
    count: str
    tone: str
    rows: tuple[SeenRow, ...]


class SeenFragment(View, frozen=True, kw_only=True):
    """The part that moves when somebody looks, or something changes."""

    template: ClassVar[str] = "acknowledgements/_seen.html"
    summary: str
    groups: tuple[SeenGroup, ...]
    nothing: str


class SeenPage(Page, frozen=True, kw_only=True):
    """Who has seen what is true now. `shows` and `groupings` are the ways to look at it."""

    template: ClassVar[str] = "acknowledgements/seen.html"
    crumbs: tuple[Crumb, ...]
    wedding_id: str
    fragment_url: str
    shows: tuple[Option, ...]
    groupings: tuple[Option, ...]
    summary: str
    groups: tuple[SeenGroup, ...]
    nothing: str


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change that no member has seen; `before` is the value they saw last, or ""."""

    element_id: str
    token: str
    label: str
    before: str
    after: str
    when: Moment


class WeddingChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier has not seen of one wedding; `tokens` name all of it for the button."""

    element_id: str
    title: str
    href: str
    action: str
    tokens: str
    rows: tuple[ChangeRow, ...]


class ChangesFragment(View, frozen=True, kw_only=True):
    """The part that moves when something changes."""

    template: ClassVar[str] = "acknowledgements/_changes.html"
    weddings: tuple[WeddingChanges, ...]
    csrf: str


class ChangesPage(Page, frozen=True, kw_only=True):
    """Everything that a supplier has not seen, newest first; `more_url` is "" at the end."""

    template: ClassVar[str] = "acknowledgements/changes.html"
    crumbs: tuple[Crumb, ...]
    fragment_url: str
    weddings: tuple[WeddingChanges, ...]
    more_url: str
    csrf: str
