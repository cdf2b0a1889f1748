"""What a supplier sees of the lists that it brings."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Filled, Option, Page, View


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was brought, and what became of it."""

    name: str
    href: str
    when: str
    brought_by: str
    counts: str
    state: str
    tone: str


class ListsPage(Page, frozen=True, kw_only=True):
    """Lists that were brought, and the form for another; `action` is empty for who may only look."""

    template: ClassVar[str] = "client_lists/lists.html"
    lists: tuple[ListRow, ...]
    action: str
    error: str
    pasted: Filled
    exports: tuple[Crumb, ...]
    older_url: str
    crumbs: tuple[Crumb, ...]


class FateTab(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one fate: how many, and where they are shown."""

    label: str
    count: str
    href: str
    is_current: bool


class ColumnBox(msgspec.Struct, frozen=True, kw_only=True):
    """A column, what stands in it, and what it is taken for."""

    name: str
    title: str
    example: str
    options: tuple[Option, ...]
    note: str


class CellBox(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a row, to be written anew."""

    name: str
    label: str
    value: str


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """A row, what becomes of it, and what is asked about it; the addresses are empty where nothing can be changed."""

    number: str
    title: str
    reason: str
    questions: tuple[str, ...]
    cells: tuple[CellBox, ...]
    fix_url: str
    leave_url: str
    leave_label: str
    client_url: str


class ListState(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it reads, or how far it is; addresses are empty for what cannot be done now."""

    csrf: str
    name: str
    state: str
    tone: str
    sentence: str
    is_busy: bool
    done: int
    total: int
    asks: tuple[str, ...]
    problem: str
    tabs: tuple[FateTab, ...]
    columns: tuple[ColumnBox, ...]
    columns_error: str
    map_url: str
    save_url: str
    go_on_url: str
    save_label: str
    undo_url: str
    restore_url: str
    errors_url: str
    rows: tuple[RowView, ...]
    more_url: str
    clients_url: str


class ListFragment(View, frozen=True, kw_only=True):
    """The part that moves while a list is read or saved."""

    template: ClassVar[str] = "client_lists/_list.html"
    list: ListState


class ListPage(Page, frozen=True, kw_only=True):
    """The page around it."""

    template: ClassVar[str] = "client_lists/list.html"
    list: ListState
    supplier_id: str
    fragment_url: str
    crumbs: tuple[Crumb, ...]
