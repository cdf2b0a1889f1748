"""What a couple sees of its own wedding: home, details, events.

Every text is ready to read; a template only places it. What moves by itself is a
fragment of its own, drawn by the page and by the live refresh.
"""

from typing import ClassVar

import msgspec

from wedsync.features.weddings.field_views import FieldView
from wedsync.features.weddings.fixed_views import FixedFact
from wedsync.platform.pages import Filled, Moment, Option, Page, Shell, View


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The heading of a wedding's page: whose it is and when; `tag` is "in 6 days", or ""."""

    title: str
    line: str
    tag: str = ""


class HeadFragment(View, frozen=True, kw_only=True):
    """The shield and the heading, which lie above what else moves; `head` is None where the heading never changes."""

    template: ClassVar[str] = "weddings/_head.html"
    shell: Shell
    head: Head | None = None


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of one group; `percent` counts essentials three times.

    `complete` and `applicable` are plain counts for the sentence beside it.
    """

    element_id: str
    title: str
    percent: int
    complete: int
    applicable: int
    fields: tuple[FieldView, ...]
    is_open: bool = False
    hint: str = ""


class ReaderView(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier who reads this wedding; `tone` is ok, fixed or "" as the tag shows it."""

    name: str
    type_label: str
    initials: str
    status: str
    href: str
    tone: str = ""


class DetailsFragment(View, frozen=True, kw_only=True):
    """All sections, refetched when somebody saves; parts in use are left alone."""

    template: ClassVar[str] = "weddings/_details.html"
    intro: str
    percent: int
    sections: tuple[SectionView, ...]
    csrf: str


class DetailsPage(Page, frozen=True, kw_only=True):
    """The couple's details: entered once, read by every supplier who may."""

    template: ClassVar[str] = "weddings/details.html"
    wedding_id: str
    fragment_url: str
    intro: str
    percent: int
    sections: tuple[SectionView, ...]
    readers: tuple[ReaderView, ...]
    suppliers_url: str
    csrf: str


class NextQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A field worth answering now, and why now: "asked 12 months before"."""

    label: str
    why: str
    href: str


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the wedding, or one invited to it, by `email`. `remove_url` is "" for oneself and for a partner."""

    name: str
    role_label: str
    initials: str
    status: str = ""
    remove_url: str = ""
    email: str = ""
    again_url: str = ""
    withdraw_url: str = ""


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """The step that fixes the date: `facts` is what it fixes.

    `missing` names what must be told first, `empty` what is fixed too once told.
    """

    date_text: str
    action: str
    facts: tuple[FixedFact, ...] = ()
    missing: tuple[NextQuestion, ...] = ()
    empty: str = ""


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """One change as both sides read it: "Adults 98 → 101", by whom, when."""

    label: str
    before: str
    after: str
    said_by: str
    initials: str
    when: Moment
    href: str = ""


class HomeFragment(View, frozen=True, kw_only=True):
    """The part of the couple's home that moves by itself; `next_title` and `next_line` head the questions, if any."""

    template: ClassVar[str] = "weddings/_home.html"
    next_title: str
    next_line: str
    percent: int
    details_url: str
    questions: tuple[NextQuestion, ...]
    changes: tuple[ChangeView, ...]
    confirmation: Confirmation | None
    csrf: str


class HomePage(Page, frozen=True, kw_only=True):
    """The couple's home: how far away the day is, what to tell next, who is on board.

    `confirmation` is None once the date is confirmed or where the reader may not
    confirm it; `roles` is empty where the reader may not invite.
    """

    template: ClassVar[str] = "weddings/home.html"
    wedding_id: str
    fragment_url: str
    head: Head
    next_title: str
    next_line: str
    percent: int
    details_url: str
    questions: tuple[NextQuestion, ...]
    changes: tuple[ChangeView, ...]
    confirmation: Confirmation | None
    members: tuple[MemberView, ...]
    invite_url: str
    roles: tuple[Option, ...]
    name: Filled
    email: Filled
    supplier_count: int
    suppliers_url: str
    csrf: str


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """One dated part of the wedding, in its own zone.

    `notes` say what a clock change did to its times; `remove_url` is "" where
    the event must stay.
    """

    event_id: str
    title: str
    kind_label: str
    when_text: str
    zone: str
    fields: tuple[FieldView, ...]
    follows: str = ""
    notes: tuple[str, ...] = ()
    rename_url: str = ""
    remove_url: str = ""


class RemovedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that can still be had back."""

    title: str
    when: Moment
    undo_url: str


class LeadForm(msgspec.Struct, frozen=True, kw_only=True):
    """How long before the wedding plans are read-only; `question` when that would be at once."""

    hours: Filled
    action: str
    question: str = ""


class EventsFragment(View, frozen=True, kw_only=True):
    """All events, refetched when a fact of one changes."""

    template: ClassVar[str] = "weddings/_events.html"
    events: tuple[EventView, ...]
    removed: tuple[RemovedEvent, ...]
    csrf: str


class EventsPage(Page, frozen=True, kw_only=True):
    """The days and parts of a wedding; `kinds` is empty where none may be added, `add_note` what to know before.

    `lead` is None for who does not say how early plans are read-only, and while they are.
    """

    template: ClassVar[str] = "weddings/events.html"
    wedding_id: str
    fragment_url: str
    head: Head
    events: tuple[EventView, ...]
    removed: tuple[RemovedEvent, ...]
    add_url: str
    kinds: tuple[Option, ...]
    name: Filled
    add_note: str
    lead: LeadForm | None
    csrf: str
