"""Figures for Prometheus: how often and how long, by what is known beforehand.

A label is a route, a tier, a statement's name or the like, never what a person sent, so that a million guests do not
make a million series. Whoever counts finds a series once and keeps it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import accumulate
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Info, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

import wedsync

REGISTRY: Final = CollectorRegistry()
_Series = TypeVar("_Series")


class Timing:
    """One series. One loop counts in it, so it needs no lock; the library's own takes seven times as long."""

    __slots__ = ("bounds", "counts", "sum_s")

    def __init__(self, bounds: Sequence[float]) -> None:
        """Nothing was counted yet; `bounds` in seconds, rising."""
        self.bounds: Final = bounds
        self.counts: Final = [0] * (len(bounds) + 1)
        self.sum_s = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.sum_s += seconds


class Level:
    """How many there are now; whoever comes adds one and takes it away again."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        """None yet."""
        self.now: float = 0


class Timings(Collector):
    """A histogram."""

    def __init__(self, name: str, told: str, labels: tuple[str, ...], bounds: tuple[float, ...]) -> None:
        """`bounds` in seconds; what lasts longer than the last is counted too."""
        self.name: Final = name
        self.labels: Final = labels
        self._told: Final = told
        self._bounds: Final = bounds
        self._series: dict[tuple[str, ...], Timing] = {}
        REGISTRY.register(self)

    def of(self, *values: str) -> Timing:
        """The series with these values of its labels. Keep it: finding it costs as much as counting in it."""
        return _found(self._series, values, Timing(self._bounds))

    def series(self) -> list[tuple[tuple[str, ...], Timing]]:
        """Every series that there is, with the values of its labels."""
        return list(self._series.items())

    def collect(self) -> Iterator[Metric]:
        """For the registry."""
        family = HistogramMetricFamily(self.name, self._told, labels=self.labels)
        for values, timing in self.series():
            family.add_metric(values, *_told(self._bounds, timing.counts, timing.sum_s))
        yield family


class Statements(Collector):
    """Statements, counted once and told twice: by lane as a histogram, by their own name as a sum."""

    name: Final = "wedsync_statement_seconds"
    by_query: Final = "wedsync_query_seconds"
    labels: Final = ("lane",)
    _bounds: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)

    def __init__(self) -> None:
        """There are as many series as statements that were ever asked."""
        self._series: dict[tuple[str, ...], Timing] = {}
        REGISTRY.register(self)

    def of(self, lane: str, query: str) -> Timing:
        """`lane` is read or write; `query` a statement's name."""
        return _found(self._series, (lane, query), Timing(self._bounds))

    def series(self) -> list[tuple[tuple[str, ...], Timing]]:
        """Every series that there is, with its lane and its statement's name."""
        return list(self._series.items())

    def collect(self) -> Iterator[Metric]:
        """For the registry."""
        told = "How long a statement took, waiting for its turn included, by lane."
        lanes = HistogramMetricFamily(self.name, told, labels=self.labels)
        queries = SummaryMetricFamily(self.by_query, "The same, by statement.", labels=("lane", "query"))
        found = self.series()
        for lane in sorted({values[0] for values, _ in found}):
            timings = [timing for values, timing in found if values[0] == lane]
            counts = [sum(column) for column in zip(*(timing.counts for timing in timings), strict=True)]
            lanes.add_metric((lane,), *_told(self._bounds, counts, sum(timing.sum_s for timing in timings)))
        for values, timing in found:
            queries.add_metric(values, sum(timing.counts), timing.sum_s)
        yield lanes
        yield queries


class Levels(Collector):
    """A gauge. A series that nobody made is absent, which is another thing than 0."""

    def __init__(self, name: str, told: str, labels: tuple[str, ...]) -> None:
        """Each series is made when somebody asks for it."""
        self.name: Final = name
        self.labels: Final = labels
        self._told: Final = told
        self._series: dict[tuple[str, ...], Level] = {}
        REGISTRY.register(self)

    def of(self, *values: str) -> Level:
        """The series with these values of its labels. Keep it."""
        return _found(self._series, values, Level())

    def set(self, value: float, *values: str) -> None:
        """As it was found."""
        self.of(*values).now = value

    def collect(self) -> Iterator[Metric]:
        """For the registry."""
        family = GaugeMetricFamily(self.name, self._told, labels=self.labels)
        for values, level in list(self._series.items()):
            family.add_metric(values, level.now)
        yield family


REQUESTS: Final = Timings(
    "wedsync_request_seconds",
    "How long people waited, by tier, route and status; of a live stream, until it was open.",
    ("tier", "route", "status"),
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
STATEMENTS: Final = Statements()
TRANSACTIONS: Final = Timings(
    "wedsync_transaction_seconds",
    "How long a transaction held its connection, by how it ended: committed or rolled_back.",
    ("outcome",),
    (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
JOBS: Final = Timings(
    "wedsync_job_seconds",
    "Jobs by name and outcome: done, retried, deferred or failed.",
    ("job", "outcome"),
    (0.05, 0.25, 1, 5, 15, 60, 300, 1800, 7200),
)
LANES: Final = Levels(
    "wedsync_lane",
    "What is under way now: statements in the read lane, transactions in the write lane; open, or waiting for room.",
    ("lane", "state"),
)
_LIVE: Final = Gauge("wedsync_live_clients", "Browsers that listen for live updates now.", registry=REGISTRY)
_TOLD: Final = Counter("wedsync_live_events", "Live updates told to a listening browser.", registry=REGISTRY)
_REFUSED: Final = Counter("wedsync_limited", "Requests refused by a rate limit, by rule.", ("rule",), registry=REGISTRY)
_LOST: Final = Counter(
    "wedsync_telemetry_lost",
    "Spans and error reports that went nowhere: no_room, not_taken, too_late, or too_many of the same.",
    ("what", "why"),
    registry=REGISTRY,
)
_BUILD: Final = Info("wedsync_build", "What runs here: version, and commit if known.", registry=REGISTRY)
ProcessCollector(registry=REGISTRY)


@cache
def request_series(tier: str, route: str, status: int) -> Timing:
    """`route` is the pattern, such as /w/{wedding_id}/details, never the path."""
    return REQUESTS.of(tier, route, str(status))


@cache
def statement_series(lane: str, query: str) -> Timing:
    """`lane` is read or write; `query` a statement's name, never its text."""
    return STATEMENTS.of(lane, query)


def observe_job(job: str, outcome: str, seconds: float) -> None:
    """`outcome` is done, retried, deferred or failed."""
    JOBS.of(job, outcome).observe(seconds)


def count_limited(rule: str) -> None:
    """A rate limit said no."""
    _REFUSED.labels(rule).inc()


def count_lost(what: str, why: str, number: int = 1) -> None:
    """`what` is spans or reports. From any thread."""
    _LOST.labels(what, why).inc(number)


def count_live_events(told: int) -> None:
    """So many browsers were told of something."""
    _TOLD.inc(told)


@contextmanager
def live_client() -> Iterator[None]:
    """One browser listens for as long as this lasts."""
    with _LIVE.track_inprogress():
        yield


def say_build(commit: str) -> None:
    """Once a process. `commit` is empty where nobody said."""
    _BUILD.info({"version": wedsync.__version__, "commit": commit})


def metrics_page() -> tuple[bytes, str]:
    """The body and the content type of /metrics."""
    return generate_latest(REGISTRY), CONTENT_TYPE_PLAIN_0_0_4


def _found(series: dict[tuple[str, ...], _Series], values: tuple[str, ...], new: _Series) -> _Series:
    return series.setdefault(values, new)


def _told(bounds: Sequence[float], counts: Sequence[int], sum_s: float) -> tuple[list[tuple[str, float]], float]:
    """Buckets as Prometheus has them: each holds what the ones before it hold."""
    names = [*map(floatToGoString, bounds), "+Inf"]
    return list(zip(names, map(float, accumulate(counts)), strict=True)), sum_s
