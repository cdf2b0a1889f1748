"""A time that the clock leaps over or shows twice is asked about once, and kept as it was answered (A3).

A leap is moved on and confirmed; of two the first is meant unless somebody says the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from wedsync.features.weddings.model import LocalTimes, OpenTime, Resolution, resolve_wedding
from wedsync.kernel.ids import EventId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import Conflict
from wedsync.kernel.zones import Reading, ResolutionKind, readings_of
from wedsync.platform.formats import clock


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """One of the things that a time could mean; `shown` is that clock's time with its abbreviation."""

    reading: Reading
    instant: datetime
    shown: str


class ClockQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: of which event's `time`, as it was typed, and what it could mean."""

    event_id: EventId
    time: str
    local: str
    kind: ResolutionKind
    readings: tuple[Meaning, ...]


_BOUNDARIES: Final = {"start_time": "start_reading", "end_time": "end_reading"}


def answered(times: Sequence[LocalTimes], answer: Reading | None, *, field: str) -> Resolution:
    """Every event resolved, as it was answered.

    Raises TimeProblem, or Conflict with member `clock_questions` where nobody has answered yet.
    """
    resolution = resolve_wedding(times)
    if not resolution.open_times:
        return resolution
    if answer is None:
        questions: list[JsonValue] = [_as_json(_question(each)) for each in resolution.open_times]
        raise Conflict(_sentence(resolution.open_times[0]), field=field, clock_questions=questions)
    return resolve_wedding([_with_answer(event, resolution.open_times, answer) for event in times])


def _with_answer(event: LocalTimes, asked: Sequence[OpenTime], answer: Reading) -> LocalTimes:
    for each in asked:
        if each.event_id == event.id:
            reading = Reading.SHIFTED if each.found.kind is ResolutionKind.GAP else _of_two(answer)
            event = msgspec.structs.replace(event, **{_BOUNDARIES[each.fact_key]: reading})
    return event


def _of_two(answer: Reading) -> Reading:
    return Reading.SECOND if answer is Reading.SECOND else Reading.FIRST


def _question(asked: OpenTime) -> ClockQuestion:
    return ClockQuestion(
        event_id=asked.event_id,
        time=asked.fact_key,
        local=asked.local_time,
        kind=asked.found.kind,
        readings=tuple(
            Meaning(reading=reading, instant=instant, shown=clock(instant, asked.zone))
            for reading, instant in readings_of(asked.found, asked.zone)
        ),
    )


def _as_json(question: ClockQuestion) -> JsonValue:
    meanings: list[JsonValue] = [
        {"reading": each.reading.value, "instant": each.instant.isoformat(), "shown": each.shown}
        for each in question.readings
    ]
    return {
        "event_id": str(question.event_id),
        "time": question.time,
        "local": question.local,
        "kind": question.kind.value,
        "readings": meanings,
    }


def _sentence(asked: OpenTime) -> str:
    happens = asked.found.note.partition(". ")[0]
    if asked.found.kind is ResolutionKind.GAP:
        moved = clock(asked.found.instant, asked.zone).partition(" ")[0]
        return f"{happens}. Shall it be {moved}?"
    return f"{happens}. Which of the two is it?"
