"""What the pages of the day show. Every text is ready to read; a template only places it."""

from typing import ClassVar

import msgspec

from wedsync.features.weddings.views import Head
from wedsync.platform.pages import Crumb, Filled, Moment, Option, Page, View


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `tag` says what it is, `tone` how it looks: bad, day, ok or ""."""

    element_id: str
    clock: str
    when: Moment
    tag: str
    text: str
    writer: str
    tone: str = ""


class LogFragment(View, frozen=True, kw_only=True):
    """The log, which moves by itself; `older_url` leads on, `empty` is what to read where nothing stands yet."""

    template: ClassVar[str] = "day/_log.html"
    entries: tuple[EntryView, ...]
    older_url: str
    empty: str
    ends: str
    end_url: str
    end_button: str
    csrf: str


class WriteBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """The forms of the page; `entry_id` is the id of what is written next, so that a form sent twice is one entry."""

    entry_id: str
    kinds: tuple[Option, ...]
    text: Filled
    severities: tuple[Option, ...]
    categories: tuple[Option, ...]
    issue: Filled
    suppliers: tuple[Option, ...]


class DayPage(Page, frozen=True, kw_only=True):
    """The day: what happened, and where to say what happens. `boxes` is None for who may not write, or not now."""

    template: ClassVar[str] = "day/day.html"
    wedding_id: str
    fragment_url: str
    crumbs: tuple[Crumb, ...]
    head: Head
    entries: tuple[EntryView, ...]
    older_url: str
    empty: str
    ends: str
    end_url: str
    end_button: str
    boxes: WriteBoxes | None
    closed_note: str
    action: str
    problem: str
    csrf: str


class ClosingPage(Page, frozen=True, kw_only=True):
    """One of the two questions before the day is closed early."""

    template: ClassVar[str] = "day/closing.html"
    question: str
    detail: str
    yes: str
    confirmation: str
    action: str
    back: str
    csrf: str
