"""Reports what is our fault to whoever mends it: what failed and where in the code, and nothing of what it was about.

It listens to the log, because what is our fault is logged once, with its traceback. A report holds what is written down
here and nothing else: never a message (PostgreSQL's repeat rows), a variable, a header, a body or a path.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Final

import psycopg

from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import new_id
from wedsync.kernel.problems import Problem
from wedsync.platform.courier import Courier
from wedsync.platform.database.wire import DatabaseRefusal
from wedsync.platform.embedded.refusals import CannotStart
from wedsync.platform.metrics import count_lost
from wedsync.platform.sentry import Chain, Frame, Raised, Report, Sentry, Stack
from wedsync.platform.settings import Settings
from wedsync.platform.telemetry import facts_of, request_id, trace_id

# The same again tells nothing new; a flood of different ones is one trouble too.
SAME_A_MINUTE: Final = 5
ALL_A_MINUTE: Final = 60
MINUTE_S: Final = 60
MOST_WAITING: Final = 100
MOST_CAUSES: Final = 5
MOST_FRAMES: Final = 50
# Whose errors are ours; what other libraries say is said again by whoever called them.
_HEARD: Final = frozenset({"wedsync", "asyncio", "uvicorn", "procrastinate"})
_TOLD: Final = ("job", "outcome", "route")
_SQLSTATE: Final = re.compile(r"[0-9A-Z]{5}(?= )")


class AlreadyTold(Exception):  # noqa: N818 - says that an error was logged before it was passed on
    """What a library will log again."""


@contextmanager
def reporting(settings: Settings, process: str) -> Iterator[None]:
    """Report for as long as this lasts, also what ends it; nothing where no DSN is set. `process` is web or worker."""
    if not settings.sentry_dsn:
        yield
        return
    courier = Courier("reports", Sentry(settings.sentry_dsn).send, room=MOST_WAITING, at_once=1)
    reporter, root = Reporter(courier, process, settings), logging.getLogger()
    courier.start()
    root.addHandler(reporter)
    try:
        yield
    except CannotStart:
        raise  # told in a sentence to whoever started it
    except Exception as error:
        reporter.take("crashed", error, {})
        raise
    finally:
        root.removeHandler(reporter)
        courier.stop()


class Reporter(logging.Handler):
    """Makes reports of errors that are logged."""

    def __init__(self, courier: Courier[Report], process: str, settings: Settings) -> None:
        """For a process that is started: it does nothing until it is among the handlers."""
        super().__init__(logging.ERROR)
        self._courier: Final = courier
        self._process: Final = process
        self._environment: Final = settings.cell.name
        self._release: Final = f"wedsync@{settings.release}"
        self._seen: dict[tuple[str, ...], int] = {}
        self._since = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Called where it is logged; it only leaves the report with the courier."""
        facts = facts_of(record)
        error = record.exc_info[1] if record.exc_info else None
        if record.name.partition(".")[0] not in _HEARD or isinstance(error, AlreadyTold):
            return
        if facts.get("outcome") == "retried":
            return  # there will be another attempt
        # An event of ours is a word of ours; what a library says may repeat anything.
        event = str(record.msg) if record.name.startswith("wedsync.") else ""
        told = {name: str(facts[name]) for name in _TOLD if facts.get(name)}
        self.take(record.name, error, told, event=event)

    def take(self, logger: str, error: BaseException | None, told: dict[str, str], *, event: str = "") -> None:
        """Report, unless the same was just reported."""
        raised = () if error is None else raised_by(error)
        if not self._is_news((logger, event, *(_mark(each) for each in raised))):
            count_lost("reports", "too_many")
            return
        ids = {"request_id": request_id.get(), "trace_id": trace_id.get()}
        tags = {"process": self._process, **told, **{name: found for name, found in ids.items() if found}}
        report = Report(
            event_id=new_id().hex,
            timestamp=utc_now().timestamp(),
            platform="python",
            level="error",
            logger=logger,
            release=self._release,
            environment=self._environment,
            message=event,
            transaction=told.get("route") or told.get("job", ""),
            tags=tags,
            exception=Chain(raised),
        )
        self._courier.leave(report)

    def _is_news(self, fingerprint: tuple[str, ...]) -> bool:
        now = time.monotonic()
        if now - self._since > MINUTE_S:
            self._seen, self._since = {}, now
        times = self._seen.get(fingerprint, 0)
        if times >= SAME_A_MINUTE or sum(self._seen.values()) >= ALL_A_MINUTE:
            return False
        self._seen[fingerprint] = times + 1
        return True


def raised_by(error: BaseException) -> tuple[Raised, ...]:
    """An exception after the ones that led to it."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and len(chain) < MOST_CAUSES:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return tuple(_raised(each) for each in reversed(chain))


def _raised(error: BaseException) -> Raised:
    kind = type(error)
    frames = Stack(_frames(error.__traceback__))
    return Raised(type=kind.__name__, module=kind.__module__, value=_code_of(error), stacktrace=frames)


def _code_of(error: BaseException) -> str:
    match error:
        case Problem():
            return error.slug
        case DatabaseRefusal():
            found = _SQLSTATE.match(str(error))
            return found[0] if found else ""
        case psycopg.Error():
            return error.sqlstate or ""
        case _:
            return ""


def _frames(traceback: TracebackType | None) -> tuple[Frame, ...]:
    found = [_frame(str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename, frame.f_code.co_qualname, line)
             for frame, line in walk_tb(traceback)]  # fmt: skip
    return tuple(found[-MOST_FRAMES:])


def _frame(module: str, path: str, function: str, line: int) -> Frame:
    """By its module: where the code lies on this machine is nobody's business."""
    # A page's template names its own file and line.
    is_template = not path.endswith(".py")
    filename = Path(path).name if is_template else f"{module.replace('.', '/')}.py"
    is_ours = is_template or module.startswith("wedsync")
    return Frame(filename=filename, module=module, function=function, lineno=line, in_app=is_ours)


def _mark(raised: Raised) -> str:
    frames = raised.stacktrace.frames
    where = f"{frames[-1].module}:{frames[-1].lineno}" if frames else ""
    return f"{raised.module}.{raised.type} {raised.value} {where}"
