"""A request that is recorded, step by step, and what came of it later: its statements, the jobs it left, their letters.

Whether one is recorded is drawn before anything is made for it; nearly all are not, and cost one look at a variable. A
step says what kind of thing was done, never for whom: no path with ids in it, no parameter, no value, no address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

import msgspec

from wedsync.kernel.problems import Problem
from wedsync.platform.telemetry import trace_id

if TYPE_CHECKING:
    from contextvars import Token

# A chore that looks at every wedding would make one trace of a million steps.
MOST_STEPS: Final = 500
OUR_FAULT: Final = 500
_WELL_FORMED: Final = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
Facts = Mapping[str, str | int]


class Origin(msgspec.Struct, frozen=True):
    """The step elsewhere from which something follows: what `traceparent` says, but for its wish to be recorded."""

    trace: int
    step: int


class Recording(Protocol):
    """One step as whoever keeps it sees it."""

    @property
    def origin(self) -> Origin:
        """For what follows from it."""

    def part(self, name: str, facts: Facts, *, leads_out: bool) -> Recording:
        """A step within this one; `leads_out` when it asks another program."""

    def end(self, facts: Facts, *, name: str = "", fault: str = "") -> None:
        """It is over; `fault` is the kind of what went wrong on our side."""


class Trace:
    """What is recorded of one request or one attempt at a job: from its first step to its last."""

    __slots__ = ("_first", "_mark", "_place", "_steps")

    def __init__(self, first: Recording) -> None:
        """It is the one in hand until it ends, in the context in which it was begun."""
        self._first: Final = first
        self._steps = 0
        self._place: Token[_Place | None] = _place.set(_Place(self, first))
        self._mark: Token[str] = trace_id.set(f"{first.origin.trace:032x}")

    def part(self, within: Recording, name: str, facts: Facts, *, leads_out: bool) -> Recording | None:
        """None when it has as many steps as one may have."""
        self._steps += 1
        return None if self._steps > MOST_STEPS else within.part(name, facts, leads_out=leads_out)

    def end(self, facts: Facts, *, name: str = "", fault: str = "") -> None:
        """Nothing more is recorded. `name` is its better one, where it was not known before."""
        _place.reset(self._place)
        trace_id.reset(self._mark)
        left_out = self._steps - MOST_STEPS
        self._first.end(
            {**facts, "wedsync.steps_left_out": left_out} if left_out > 0 else facts, name=name, fault=fault
        )


class _Place(msgspec.Struct, frozen=True):
    trace: Trace
    step: Recording


class _Step:
    """A part of a trace for as long as a block lasts."""

    __slots__ = ("_facts", "_leads_out", "_mark", "_name", "_place", "_step")

    def __init__(self, place: _Place, name: str, facts: Facts, *, leads_out: bool) -> None:
        self._place, self._name, self._facts, self._leads_out = place, name, facts, leads_out
        self._step: Recording | None = None
        self._mark: Token[_Place | None] | None = None

    def __enter__(self) -> Self:
        trace = self._place.trace
        self._step = trace.part(self._place.step, self._name, self._facts, leads_out=self._leads_out)
        if self._step is not None:
            self._mark = _place.set(_Place(trace, self._step))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._mark is not None:
            _place.reset(self._mark)
        if self._step is not None:
            self._step.end({} if error is None else {"error.type": kind_of(error)}, fault=fault_of(error))


class _Nothing:
    """Where nothing is recorded."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass


_place: Final[ContextVar[_Place | None]] = ContextVar("place", default=None)
_NOTHING: Final = _Nothing()


def statement(lane: str, query: str) -> _Step | _Nothing:
    """One statement, by its name; or a transaction's end."""
    place = _place.get()
    if place is None:
        return _NOTHING
    return _Step(place, query, {"db.system.name": "postgresql", "wedsync.lane": lane}, leads_out=True)


def handing_over(by: str) -> _Step | _Nothing:
    """A letter; `by` is smtp or outbox."""
    place = _place.get()
    return _NOTHING if place is None else _Step(place, "send letter", {"wedsync.mail": by}, leads_out=True)


def in_hand() -> str:
    """What goes with a job, as `traceparent` writes it; empty where nothing is recorded."""
    place = _place.get()
    if place is None:
        return ""
    origin = place.step.origin
    return f"00-{origin.trace:032x}-{origin.step:016x}-01"


def origin_of(traceparent: str) -> Origin | None:
    """None when it is not well formed."""
    found = _WELL_FORMED.fullmatch(traceparent)
    return None if found is None else Origin(int(found[1], 16), int(found[2], 16))


def kind_of(error: BaseException) -> str:
    """What went wrong, without a word of what it says about anybody."""
    return error.slug if isinstance(error, Problem) else type(error).__name__


def fault_of(error: BaseException | None) -> str:
    """The same, if it is our fault. A refusal is none, and neither is somebody who hung up."""
    if not isinstance(error, Exception) or (isinstance(error, Problem) and error.status < OUR_FAULT):
        return ""
    return kind_of(error)
