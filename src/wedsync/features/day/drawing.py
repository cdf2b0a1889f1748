"""Draws the day: each entry in words and on the wedding's clock, what may be written now, and when it all ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.features.day.model import WRITTEN, Category, Entry, EntryKind, Severity
from wedsync.features.day.views import DayPage, EntryView, LogFragment, WriteBoxes
from wedsync.features.people.words import moment
from wedsync.features.weddings.home import head_of
from wedsync.features.weddings.sight import Sight
from wedsync.features.weddings.views import Head
from wedsync.kernel.clock import utc_now
from wedsync.kernel.cursors import place_of
from wedsync.kernel.ids import SupplierId, new_id
from wedsync.kernel.permissions import Area, Permission, allows, may_read
from wedsync.kernel.shield import WeddingStatus, show_instant
from wedsync.kernel.zones import today_in
from wedsync.platform.formats import clock
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Crumb, Filled, Option, Shell

PAGE: Final = 50
OPENS_BEFORE: Final = timedelta(hours=48)
REOPENED_WITHIN: Final = timedelta(hours=6)
TAGS: Final = {
    EntryKind.NOTE: "note",
    EntryKind.ISSUE: "issue",
    EntryKind.ARRIVAL: "here",
    EntryKind.SUPPLIER_ARRIVAL: "here",
    EntryKind.ANNOUNCEMENT: "for everybody",
    EntryKind.CLOSED: "closed",
    EntryKind.REOPENED: "reopened",
}
TONES: Final = {
    EntryKind.ISSUE: "bad",
    EntryKind.ARRIVAL: "ok",
    EntryKind.SUPPLIER_ARRIVAL: "ok",
    EntryKind.ANNOUNCEMENT: "day",
    EntryKind.CLOSED: "fixed",
    EntryKind.REOPENED: "fixed",
}
KINDS: Final = {
    EntryKind.NOTE: "A note",
    EntryKind.ARRIVAL: "Somebody is here",
    EntryKind.ANNOUNCEMENT: "For everybody to know",
}
SEVERITIES: Final = tuple((each.value, each.value.capitalize()) for each in Severity)
CATEGORIES: Final = tuple((each.value, each.value.capitalize()) for each in Category)
EMPTY: Final = Filled()
NOT_YET: Final = "The log opens 48 hours before the wedding."


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Whose page of the day it is: a couple's, or the page of the supplier `me`."""

    base: str
    crumbs: tuple[Crumb, ...] = ()
    me: SupplierId | None = None


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """The wedding as somebody comes to its day, and a part of the log with one entry more than a page shows."""

    sight: Sight
    shell: Shell
    entries: list[Entry]
    place: Place


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What was refused, as it was typed, and why."""

    text: Filled = EMPTY
    issue: Filled = EMPTY
    problem: str = ""
    kind: str = ""
    severity: str = ""
    category: str = ""


NOTHING_TYPED: Final = Typed()


def day_page(looked: Looked, typed: Typed = NOTHING_TYPED) -> DayPage:
    """The whole page."""
    sight, place, inside = looked.sight, looked.place, log_fragment(looked)
    return DayPage(
        shell=looked.shell,
        wedding_id=str(sight.seen.wedding.id),
        fragment_url=place.base,
        crumbs=place.crumbs,
        head=day_head(sight),
        entries=inside.entries,
        older_url=inside.older_url,
        empty=inside.empty,
        ends=inside.ends,
        end_url=inside.end_url,
        end_button=inside.end_button,
        boxes=_boxes(sight, place, typed),
        closed_note=_closed_note(sight),
        action=f"{place.base}/entries",
        problem=typed.problem,
        csrf=looked.shell.csrf,
    )


def log_fragment(looked: Looked) -> LogFragment:
    """The part that moves when somebody writes."""
    sight, place, entries = looked.sight, looked.place, looked.entries
    shown, may_close = entries[:PAGE], place.me is None and allows(sight.seen.standing, Permission.DAY_CLOSE)
    reads_all = may_read(sight.seen.standing, Area.DAY)
    is_closed, is_begun = _closed_early(sight), _last_has_begun(sight)
    can_end = may_close and ((sight.is_locked and is_begun) or is_closed)
    return LogFragment(
        entries=tuple(_entry(sight, each) for each in shown),
        older_url=f"{place.base}?before={place_of(shown[-1].happened_at, shown[-1].id)}" if len(entries) > PAGE else "",
        empty="Nothing yet. What people write on the day appears here at once."
        if reads_all
        else "Nothing yet. The couple shares no more of the log with you than what your business writes.",
        ends=_ends(sight),
        end_url=f"{place.base}/{'reopening' if is_closed else 'closing'}" if can_end else "",
        end_button="Reopen the day" if is_closed else "Close the day early",
        csrf=looked.shell.csrf,
    )


def day_head(sight: Sight) -> Head:
    """Whose day it is, under its own heading."""
    return msgspec.structs.replace(head_of(sight), title=f"The day of {sight.seen.wedding.title}")


def _entry(sight: Sight, entry: Entry) -> EntryView:
    return EntryView(
        element_id=f"entry-{entry.id}",
        clock=clock(entry.happened_at, sight.zone).partition(" ")[0],
        when=moment(entry.happened_at, sight.zone),
        tag=f"{entry.severity.value} · {entry.category.value}"
        if entry.severity and entry.category
        else TAGS[entry.kind],
        text=_said(entry),
        writer=entry.writer or "Somebody who has left",
        tone=TONES.get(entry.kind, ""),
    )


def _said(entry: Entry) -> str:
    match entry.kind:
        case EntryKind.SUPPLIER_ARRIVAL:
            here = f"{entry.arrived_supplier or 'A supplier'} is here."
            return f"{here} {entry.text}" if entry.text else here
        case EntryKind.CLOSED:
            return "The day is closed. Plans can be changed again."
        case EntryKind.REOPENED:
            return "The day is open again, until it ends by itself."
        case _:
            return entry.text or "Erased."


def _boxes(sight: Sight, place: Place, typed: Typed) -> WriteBoxes | None:
    if not allows(sight.seen.standing, Permission.DAY_LOG_WRITE) or not _is_open(sight, utc_now()):
        return None
    suppliers = [each for each in sight.seen.wedding.suppliers if place.me in {None, each.supplier_id}]
    kinds = tuple((kind.value, KINDS[kind]) for kind in WRITTEN)
    return WriteBoxes(
        entry_id=str(new_id()),
        kinds=chosen(kinds, typed.kind),
        text=typed.text,
        severities=chosen(SEVERITIES, typed.severity),
        categories=chosen(CATEGORIES, typed.category),
        issue=typed.issue,
        suppliers=tuple(Option(value=str(each.supplier_id), label=each.name) for each in suppliers),
    )


def _is_open(sight: Sight, now: datetime) -> bool:
    """Whether an entry made now would be taken; a day that was closed early goes on being written down."""
    protection = sight.seen.wedding.protection
    if protection.span is None or protection.locks_at is None or protection.opens_at is None:
        return False
    return protection.locks_at - OPENS_BEFORE <= now < max(protection.span[1], protection.opens_at)


def _closed_note(sight: Sight) -> str:
    protection = sight.seen.wedding.protection
    if not allows(sight.seen.standing, Permission.DAY_LOG_WRITE):
        return "You can look. The couple, their coordinator and the suppliers write."
    if protection.span is None or protection.locks_at is None:
        is_off = sight.seen.wedding.status is WeddingStatus.CANCELLED
        return "This wedding is cancelled, so it has no day." if is_off else f"{NOT_YET} It has no date yet."
    opens = protection.locks_at - OPENS_BEFORE
    if utc_now() < opens:
        return f"{NOT_YET} That is {show_instant(opens, protection.zone)}."
    return "The day is over, and its log with it. What you read here stays."


def _closed_early(sight: Sight) -> bool:
    """Whether it can still be reopened."""
    protection, now = sight.seen.wedding.protection, utc_now()
    if protection.span is None or protection.opens_at is None:
        return False
    return (
        protection.opens_at
        <= now
        < min(protection.opens_at + REOPENED_WITHIN, protection.span[1] + timedelta(hours=12))
    )


def _last_has_begun(sight: Sight) -> bool:
    """As far as the reader knows; the guard decides."""
    now = utc_now()
    return all(
        event.local_date is None
        or event.time_zone is None
        or (today_in(event.time_zone, now) >= event.local_date and (event.starts_at is None or event.starts_at <= now))
        for event in sight.seen.wedding.events
    )


def _ends(sight: Sight) -> str:
    protection, now = sight.seen.wedding.protection, utc_now()
    if protection.span is None or protection.opens_at is None or now < protection.span[0] - OPENS_BEFORE:
        return ""
    shown = show_instant(protection.opens_at, protection.zone)
    if now >= protection.opens_at:
        return f"It was over on {shown}."
    if protection.opens_at > protection.span[1]:
        return f"It runs late: until {shown}, and an hour longer after each entry."
    return f"By itself, on {shown}. While something is written in the last hour it goes on, for 12 hours at most."
