"""What WedSync says about itself while it runs: one line per event, and figures for Prometheus.

A line carries the id of its request and never a secret; a figure's labels are few and known
beforehand (routes, not paths), so that a million guests do not make a million series.
"""

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TextIO, TypeAlias

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from structlog.typing import Processor

from wedsync.platform.settings_reader import LogStyle

Fact: TypeAlias = "str | int | float | bool | None"

request_id: ContextVar[str] = ContextVar("request_id", default="")

SECRET_NAMES = re.compile(r"password|passwd|secret|token|cookie|authorization|api_?key|code$|_url$", re.IGNORECASE)
CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
HIDDEN = "[hidden]"


class _Facts(msgspec.Struct, frozen=True):
    """Carried by a log record as one attribute, so that a fact may have any name."""

    values: dict[str, Fact]


class Log:
    """The voice of one part of the house; what it says is an event's name and plain facts."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(f"wedsync.{name}")

    def info(self, event: str, **facts: Fact) -> None:
        """Something worth knowing happened."""
        self._logger.info(event, extra={"facts": _Facts(facts)})

    def warning(self, event: str, **facts: Fact) -> None:
        """Something went on in a lesser way; nobody needs to get up."""
        self._logger.warning(event, extra={"facts": _Facts(facts)})

    def error(self, event: str, error: BaseException | None = None, **facts: Fact) -> None:
        """It is our fault; with the traceback if there is an error."""
        self._logger.error(event, exc_info=error, extra={"facts": _Facts(facts)})


def configure_logging(style: LogStyle, stream: TextIO | None = None) -> None:
    """Send everything that is logged, by us or by libraries, to one stream in one form."""
    out: TextIO = stream or sys.stderr
    is_json: bool = style == "json" or (style == "auto" and not out.isatty())
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared_processors(),
            processors=_last_processors(out, is_json=is_json),
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Their own lines about each request and each job would say everything twice.
    for chatty in ("uvicorn.access", "procrastinate", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _shared_processors() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(allow=("facts",)),
        _add_facts,
    ]


def _last_processors(stream: TextIO, *, is_json: bool) -> list[Processor]:
    # The plain traceback: the pretty one prints local variables, and they hold secrets.
    show: Processor = structlog.processors.JSONRenderer()
    if not is_json:
        plain = structlog.dev.plain_traceback
        show = structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=0, exception_formatter=plain)
    trace = structlog.processors.format_exc_info
    tidy = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return [trace, tidy, _hide_secrets, show]


def _add_facts(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    facts = event.pop("facts", None)
    if isinstance(facts, _Facts):
        event.update(facts.values)
    if request_id.get():
        event["request_id"] = request_id.get()
    return event


def _hide_secrets(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    for name, value in event.items():
        if SECRET_NAMES.search(name):
            event[name] = HIDDEN
        elif isinstance(value, str):
            event[name] = CREDENTIALS.sub(f"{HIDDEN}@", value)
    return event


REGISTRY = CollectorRegistry()
_REQUESTS = Histogram(
    "wedsync_request_seconds",
    "How long people waited, by route and status.",
    ("route", "status"),
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
_STATEMENTS = Counter("wedsync_statements", "Statements sent to the database, by lane.", ("lane",), registry=REGISTRY)
_LIVE = Gauge("wedsync_live_clients", "Browsers that listen for live updates now.", registry=REGISTRY)
_JOBS = Histogram("wedsync_job_seconds", "Jobs by name and outcome.", ("job", "outcome"), registry=REGISTRY)
_REFUSED = Counter("wedsync_limited", "Requests refused by a rate limit, by rule.", ("rule",), registry=REGISTRY)


# Finding a series by its labels costs more than counting in it; there are as many as routes.
@cache
def _requests(route: str, status: int) -> Histogram:
    return _REQUESTS.labels(route, str(status))


@cache
def _statements(lane: str) -> Counter:
    return _STATEMENTS.labels(lane)


def observe_request(route: str, status: int, seconds: float) -> None:
    """`route` is the pattern, such as /w/{wedding_id}/details, never the path."""
    _requests(route, status).observe(seconds)


def count_statements(lane: str, number: int = 1) -> None:
    """`lane` is read or write."""
    _statements(lane).inc(number)


def count_limited(rule: str) -> None:
    """A rate limit said no."""
    _REFUSED.labels(rule).inc()


@contextmanager
def live_client() -> Iterator[None]:
    """One browser listens for as long as this lasts."""
    with _LIVE.track_inprogress():
        yield


def observe_job(job: str, outcome: str, seconds: float) -> None:
    """`outcome` is done, retried, deferred or failed."""
    _JOBS.labels(job, outcome).observe(seconds)


def metrics_page() -> tuple[bytes, str]:
    """The body and the content type of /metrics."""
    return generate_latest(REGISTRY), CONTENT_TYPE_PLAIN_0_0_4
