"""Draws which requests and jobs are recorded, and begins their traces.

A request may come with a trace of its caller's and goes on with it; whether it is recorded is drawn here all the same,
so that nobody can have us record whatever they like. A job goes on with what its request began.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from wedsync.kernel.ids import new_id
from wedsync.platform.settings import Settings
from wedsync.platform.telemetry import request_id
from wedsync.platform.tracing import Trace, origin_of

if TYPE_CHECKING:
    from wedsync.platform.spans import Spans

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Tracer:
    """Of one process."""

    def __init__(self, spans: Spans, one_in: int) -> None:
        """`one_in` requests, one is recorded."""
        self._spans: Final = spans
        self._share: Final = 1 / one_in

    def start(self) -> None:
        """Before the first request."""
        self._spans.start()

    def stop(self) -> None:
        """After the last; takes two seconds at most."""
        self._spans.stop()

    def is_drawn(self) -> bool:
        """Whether the next one is recorded."""
        return random.random() < self._share  # noqa: S311 - nobody gains by guessing it

    def request(self, method: str, traceparent: bytes) -> Trace:
        """One that was drawn. It gets its name when its route is known."""
        known = method if method in METHODS else "_OTHER"
        facts = {"http.request.method": known, "wedsync.request_id": request_id.get()}
        return Trace(self._spans.first(known, origin_of(traceparent.decode("latin-1")), facts, is_request=True))

    def job(self, name: str, traceparent: str = "") -> Trace | None:
        """What goes on with a request that is recorded is recorded; anything else is drawn."""
        origin = origin_of(traceparent)
        if origin is None and not self.is_drawn():
            return None
        facts = {"wedsync.job": name, "wedsync.request_id": request_id.get()}
        return Trace(self._spans.first(f"job {name}", origin, facts, is_request=False))


@asynccontextmanager
async def tracing(tracer: Tracer | None) -> AsyncIterator[None]:
    """It carries what it records for as long as this lasts."""
    if tracer is None:
        yield
        return
    tracer.start()
    try:
        yield
    finally:
        await asyncio.to_thread(tracer.stop)


def tracer_for(settings: Settings, process: str) -> Tracer | None:
    """None where no collector is named: then nothing of OpenTelemetry is even loaded. `process` is web or worker."""
    if not settings.otlp_endpoint:
        return None
    resource = {
        "service.name": f"wedsync-{process}",
        "service.namespace": "wedsync",
        "service.version": settings.release,
        "service.instance.id": str(new_id()),
        "deployment.environment.name": settings.cell.name,
    }
    with _what_we_say_alone():
        from wedsync.platform.spans import Collector, Spans  # noqa: PLC0415 - 20 MB for those who want it

        collector = Collector(url=settings.otlp_endpoint, headers=_headers(settings.otlp_headers))
        return Tracer(Spans(collector, resource), settings.trace_one_in)


@contextmanager
def _what_we_say_alone() -> Iterator[None]:
    """OpenTelemetry reads many an OTEL_… as it is loaded and made, past our settings: it finds none."""
    theirs = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("OTEL_")}
    try:
        yield
    finally:
        os.environ.update(theirs)


def _headers(text: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.split(",") if pair.strip())
    return {name.strip().lower(): unquote(value.strip()) for name, _, value in pairs}
