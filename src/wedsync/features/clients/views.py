"""What a supplier sees of its own clients. Nothing of a couple's own stands among it."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Filled, Moment, Option, Page, View


class ClientView(msgspec.Struct, frozen=True, kw_only=True):
    """A client in a list; `questions` is "2 questions", or "" where none is open."""

    id: str
    name: str
    href: str
    date_text: str
    venue: str
    stage: str
    tone: str
    tags: tuple[str, ...]
    questions: str
    is_connected: bool


class FilterView(msgspec.Struct, frozen=True, kw_only=True):
    """The boxes of a filter. `is_set` where it leaves somebody out; `known_tags` are those in use."""

    every: str
    some: str
    without: str
    since: str
    until: str
    stages: tuple[Option, ...]
    orders: tuple[Option, ...]
    asks: bool
    alone: bool
    is_set: bool
    known_tags: tuple[str, ...]


class SavingView(msgspec.Struct, frozen=True, kw_only=True):
    """The filters that the team keeps. `save_url` is "" unless this one may be kept, `remove_url` unless it is."""

    filters: tuple[Option, ...]
    query: str
    name: Filled
    save_url: str
    remove_url: str


class BulkBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """What to do to those who are chosen. `everybody` where all that a list finds are."""

    acts: tuple[Option, ...]
    stages: tuple[Option, ...]
    tag: Filled
    everybody: bool
    words: tuple[Option, ...]


class WouldChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of one client."""

    name: str
    href: str
    before: str
    after: str


class LookFirst(msgspec.Struct, frozen=True, kw_only=True):
    """What would change, and for how many; `press` is the button's word, "" where nothing would.

    `act`, `value`, `ids`, `query` and `seal` say it once more to the form that does it.
    """

    title: str
    sentence: str
    changes: tuple[WouldChangeView, ...]
    more: str
    press: str
    act: str
    value: str
    ids: str
    query: str
    seal: str


class LookFirstPage(Page, frozen=True, kw_only=True):
    """A look at what would be done. `look` is None where it has not been said well enough what."""

    template: ClassVar[str] = "clients/look_first.html"
    crumbs: tuple[Crumb, ...]
    boxes: BulkBoxes
    chosen: tuple[str, ...]
    look: LookFirst | None
    bulk_url: str


class BulkFragment(View, frozen=True, kw_only=True):
    """How far it is, and the way back."""

    template: ClassVar[str] = "clients/_bulk.html"
    sentence: str
    done: int
    total: int
    is_doing: bool
    undo_url: str
    fragment_url: str
    list_url: str
    csrf: str


class BulkPage(Page, frozen=True, kw_only=True):
    """Something that was done to many clients."""

    template: ClassVar[str] = "clients/bulk.html"
    crumbs: tuple[Crumb, ...]
    supplier_id: str
    title: str
    sentence: str
    done: int
    total: int
    is_doing: bool
    undo_url: str
    fragment_url: str
    list_url: str
    csrf: str


class ReminderView(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder whose day has come."""

    name: str
    href: str
    body: str
    date_text: str
    done_url: str


class SearchBox(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, and the words of the filter that goes along."""

    value: str
    action: str
    found_url: str
    words: tuple[Option, ...]
    is_filtered: bool


class FoundView(msgspec.Struct, frozen=True, kw_only=True):
    """Who has what was typed, and who is only alike; all empty where nothing was. `cut` says what was not looked at."""

    sentence: str = ""
    cut: str = ""
    clients: tuple[ClientView, ...] = ()
    perhaps: tuple[ClientView, ...] = ()
    more_url: str = ""
    clear_url: str = ""


class FoundFragment(View, frozen=True, kw_only=True):
    """What was found, while somebody types."""

    template: ClassVar[str] = "clients/_found.html"
    found: FoundView


class SearchPage(Page, frozen=True, kw_only=True):
    """What was found, at an address."""

    template: ClassVar[str] = "clients/search.html"
    crumbs: tuple[Crumb, ...]
    box: SearchBox
    found: FoundView


class ClientsPage(Page, frozen=True, kw_only=True):
    """A supplier's clients. `is_empty` where there is nobody at all; the addresses are "" for who may only look."""

    template: ClassVar[str] = "clients/clients.html"
    clients: tuple[ClientView, ...]
    is_empty: bool
    box: SearchBox
    filter: FilterView
    saving: SavingView
    bulk: BulkBoxes | None
    bulk_url: str
    views: tuple[Option, ...]
    due: tuple[ReminderView, ...]
    due_count: int
    list_url: str
    clear_url: str
    more_url: str
    new_url: str
    import_url: str
    undo_url: str


class ColumnView(msgspec.Struct, frozen=True, kw_only=True):
    """A stage and its first clients; `more_url` leads on through the list."""

    element_id: str
    title: str
    count: str
    list_url: str
    clients: tuple[ClientView, ...]
    more_url: str
    stages: tuple[Option, ...]


class BoardFragment(View, frozen=True, kw_only=True):
    """The columns, which move when a colleague moves somebody."""

    template: ClassVar[str] = "clients/_board.html"
    columns: tuple[ColumnView, ...]
    may_move: bool
    csrf: str


class BoardPage(Page, frozen=True, kw_only=True):
    """A supplier's clients by stage."""

    template: ClassVar[str] = "clients/board.html"
    supplier_id: str
    fragment_url: str
    views: tuple[Option, ...]
    columns: tuple[ColumnView, ...]
    may_move: bool
    csrf: str


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the calendar, with its first clients and how many more there are."""

    iso: str
    number: str
    text: str
    is_outside: bool
    clients: tuple[ClientView, ...]
    more: int
    more_url: str


class CalendarPage(Page, frozen=True, kw_only=True):
    """A month of a supplier's clients, in weeks from Monday."""

    template: ClassVar[str] = "clients/calendar.html"
    views: tuple[Option, ...]
    title: str
    weeks: tuple[tuple[DayView, ...], ...]
    today: str
    is_empty: bool
    before_url: str
    after_url: str
    this_url: str


class ClientBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """The form's boxes as they were sent, or as the client stands."""

    name: Filled
    first_name: Filled
    last_name: Filled
    partner_first_name: Filled
    partner_last_name: Filled
    email: Filled
    partner_email: Filled
    phone: Filled
    partner_phone: Filled
    company: Filled
    event_date: Filled
    venue: Filled
    guests: Filled
    package: Filled
    total: Filled
    total_currency: tuple[Option, ...]
    paid: Filled
    paid_currency: tuple[Option, ...]
    stage: tuple[Option, ...]
    tags: Filled


class NewClientPage(Page, frozen=True, kw_only=True):
    """A client to write down."""

    template: ClassVar[str] = "clients/new.html"
    crumbs: tuple[Crumb, ...]
    boxes: ClientBoxes
    action: str


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """What a question may mean; `can_press` where pressing it is an answer."""

    text: str
    can_press: bool


class QuestionView(msgspec.Struct, frozen=True, kw_only=True):
    """An open question: of what, as it was written, what is asked, and what it may mean."""

    element_id: str
    label: str
    verbatim: str
    detail: str
    offers: tuple[OfferView, ...]
    answer_url: str
    leave_url: str


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, by whom, when."""

    title: str
    said_by: str
    when: Moment
    text: str = ""


class NoteView(msgspec.Struct, frozen=True, kw_only=True):
    """A note; `day` is a reminder's. The addresses are "" for who may only look."""

    kind: str
    tone: str
    body: str
    said_by: str
    when: Moment
    day: str = ""
    change_url: str = ""
    remove_url: str = ""


class NoteBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """The boxes of a note."""

    body: Filled
    kind: tuple[Option, ...]
    remind_on: Filled


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A line of what is known."""

    label: str
    value: str


class BesideRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing as each side says it, and in words where they differ."""

    label: str
    ours: str
    theirs: str
    remark: str


class InvitationBox(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation to send; where none may go `action` is "" and `why_not` says why. `services` are to choose from."""

    action: str
    email: str
    why_not: str
    services: tuple[Option, ...]


class BesideView(msgspec.Struct, frozen=True, kw_only=True):
    """The wedding of a client beside it, or what leads to one. `has_ended` where the connection did."""

    title: str
    href: str
    rows: tuple[BesideRow, ...]
    has_ended: bool
    unlink_url: str
    link_url: str
    weddings: tuple[Option, ...]
    invitation: InvitationBox | None


class ClientPage(Page, frozen=True, kw_only=True):
    """One client with everything that is kept of it. `action` is "" for who may only look, who reads `facts`.

    `note_cancel_url` is set while a note is changed.
    """

    template: ClassVar[str] = "clients/client.html"
    crumbs: tuple[Crumb, ...]
    name: str
    line: str
    stage: str
    tone: str
    boxes: ClientBoxes
    is_refused: bool
    facts: tuple[Fact, ...]
    others: tuple[Fact, ...]
    questions: tuple[QuestionView, ...]
    notes: tuple[NoteView, ...]
    note: NoteBoxes
    note_url: str
    note_cancel_url: str
    undo_url: str
    beside: BesideView
    entries: tuple[EntryView, ...]
    older_url: str
    action: str
    remove_url: str
