"""The day of Clara & Dan, as their coordinator and their photographer read it."""

from collections.abc import Callable

from tests.support.preview_people import SHIELD_LOCKED
from tests.support.preview_weddings import CSRF, couple_shell

from wedsync.features.day.drawing import CATEGORIES, KINDS, SEVERITIES
from wedsync.features.day.views import ClosingPage, DayPage, EntryView, LogFragment, WriteBoxes
from wedsync.features.weddings.views import Head
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Filled, Moment, Option, View

ENTRIES = (
    EntryView(
        element_id="entry-3",
        clock="17:05",
        when=Moment(iso="2026-11-28T17:05:00Z", text="2 min ago"),
        tag="high · weather",
        text="It rains into the marquee by the bar.\nTwo towels and somebody with a ladder, please.",
        writer="Wild Fennel Catering",
        tone="bad",
    ),
    EntryView(
        element_id="entry-2",
        clock="16:40",
        when=Moment(iso="2026-11-28T16:40:00Z", text="27 min ago"),
        tag="for everybody",
        text="Dinner is half an hour late.",
        writer="Cora",
        tone="day",
    ),
    EntryView(
        element_id="entry-1",
        clock="11:54",
        when=Moment(iso="2026-11-28T11:54:00Z", text="5 h ago"),
        tag="here",
        text="Alder & Lane is here.",
        writer="Alder & Lane",
        tone="ok",
    ),
)
ENDS = "By itself, on Sunday 29 November 2026, 06:30 (Europe/London). While something is written in the last hour it goes on, for 12 hours at most."
BOXES = WriteBoxes(
    entry_id="0197",
    kinds=chosen(tuple((kind.value, label) for kind, label in KINDS.items())),
    text=Filled(),
    severities=chosen(SEVERITIES),
    categories=chosen(CATEGORIES),
    issue=Filled(),
    suppliers=(Option(value="1", label="Alder & Lane"), Option(value="2", label="Wild Fennel Catering")),
)


def _log(*entries: EntryView, end_button: str = "Close the day early") -> LogFragment:
    return LogFragment(
        entries=entries,
        older_url="/w/9/day?before=x" if len(entries) > 1 else "",
        empty="Nothing yet. What people write on the day appears here at once.",
        ends=ENDS,
        end_url="/w/9/day/closing",
        end_button=end_button,
        csrf=CSRF,
    )


def _day(*entries: EntryView, boxes: WriteBoxes | None = BOXES, problem: str = "") -> DayPage:
    log = _log(*entries)
    return DayPage(
        shell=couple_shell("Day", SHIELD_LOCKED),
        wedding_id="9",
        fragment_url="/w/9/day",
        crumbs=(),
        head=Head(title="The day of Clara & Dan", line="Saturday 28 November 2026 · Elmore Court", tag="today"),
        entries=log.entries,
        older_url=log.older_url,
        empty=log.empty,
        ends=log.ends,
        end_url=log.end_url,
        end_button=log.end_button,
        boxes=boxes,
        closed_note="The log opens 48 hours before the wedding. That is Thursday 26 November 2026, 00:00 (Europe/London).",
        action="/w/9/day/entries",
        problem=problem,
        csrf=CSRF,
    )


PREVIEWS: dict[str, Callable[[], View]] = {
    "day": lambda: _day(*ENTRIES),
    "day_ahead": lambda: _day(boxes=None),
    "day_refused": lambda: _day(ENTRIES[2], problem="The day is over: the log takes what happened before its end."),
    "day_log": lambda: _log(*ENTRIES),
    "day_closing": lambda: ClosingPage(
        shell=couple_shell("Day", SHIELD_LOCKED),
        question="Close the day early?",
        detail="Closing the day opens plans to changes at once, for everybody, before the evening is over. "
        "By itself the day ends when nothing has been written for an hour.",
        yes="Yes, everybody is leaving",
        confirmation="x",
        action="/w/9/day/closing",
        back="/w/9/day",
        csrf=CSRF,
    ),
}
