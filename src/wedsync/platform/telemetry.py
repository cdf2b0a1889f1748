"""What WedSync says about itself while it runs: one line per event.

A line carries the id of its request, that of its trace where one is recorded, and never a secret.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import TextIO, TypeAlias

import msgspec
import structlog
from structlog.typing import Processor

from wedsync.platform.settings_reader import LogStyle

Fact: TypeAlias = "str | int | float | bool | None"

request_id: ContextVar[str] = ContextVar("request_id", default="")
# Only while a trace is recorded (`tracing`).
trace_id: ContextVar[str] = ContextVar("trace_id", default="")

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


def facts_of(record: logging.LogRecord) -> dict[str, Fact]:
    """What one of our parts said beside its event; nothing for what a library says."""
    facts: object = record.__dict__.get("facts")
    return facts.values if isinstance(facts, _Facts) else {}


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
    if trace_id.get():
        event["trace_id"] = trace_id.get()
    return event


def _hide_secrets(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    for name, value in event.items():
        if SECRET_NAMES.search(name):
            event[name] = HIDDEN
        elif isinstance(value, str):
            event[name] = without_credentials(value)
    return event


def without_credentials(text: str) -> str:
    """With what stands before the @ of an address hidden."""
    return CREDENTIALS.sub(f"{HIDDEN}@", text)
