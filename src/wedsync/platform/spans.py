"""Records traces with OpenTelemetry and hands them to a collector over OTLP/HTTP. Loaded where a collector is named.

Everything that we need is said here; `tracer` sees to it that the library finds no OTEL_… variables of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import msgspec
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from wedsync.platform.courier import Courier
from wedsync.platform.tracing import Facts, Origin

ANSWER_WITHIN_S: Final = 5
MOST_WAITING: Final = 4096
# Putting spans into their form holds the interpreter; a request may come between two lots.
AT_ONCE: Final = 64
MOST_FACTS: Final = 16
LONGEST_FACT: Final = 256
_RECORDED: Final = TraceFlags(TraceFlags.SAMPLED)


class Collector(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes them: `url` is its base, and `headers` say who we are."""

    url: str
    headers: dict[str, str]


class Spans:
    """The door to a collector, for one process: `service` is web or worker."""

    def __init__(self, collector: Collector, resource: dict[str, str]) -> None:
        """Nothing is connected yet. `resource` says which house and which of its processes this is."""
        # It says at length, again and again, what the courier counts, and says once.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._exporter: Final = OTLPSpanExporter(
            endpoint=f"{collector.url.rstrip('/')}/v1/traces",
            headers=collector.headers,
            timeout=ANSWER_WITHIN_S,
            compression=Compression.Gzip,
        )
        self._courier: Final = Courier[ReadableSpan]("spans", self._export, room=MOST_WAITING, at_once=AT_ONCE)
        provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource(resource),
            shutdown_on_exit=False,
            span_limits=SpanLimits(max_span_attributes=MOST_FACTS, max_attribute_length=LONGEST_FACT),
        )
        provider.add_span_processor(_Leaving(self._courier))
        self._tracer: Final = provider.get_tracer("wedsync")

    def start(self) -> None:
        """Begin to carry."""
        self._courier.start()

    def stop(self) -> None:
        """Carry what is left, for two seconds at most."""
        self._courier.stop()
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # the library's

    def first(self, name: str, origin: Origin | None, facts: Facts, *, is_request: bool) -> SpanRecording:
        """The first step of a trace here; the whole trace's without an origin."""
        kind = SpanKind.SERVER if is_request else SpanKind.CONSUMER
        context = Context()
        if origin is not None:
            there = SpanContext(origin.trace, origin.step, is_remote=True, trace_flags=_RECORDED)
            context = set_span_in_context(NonRecordingSpan(there), context)
        return SpanRecording(self._tracer, self._tracer.start_span(name, context, kind, facts))

    def _export(self, spans: Sequence[ReadableSpan]) -> bool:
        return self._exporter.export(spans) is SpanExportResult.SUCCESS


class SpanRecording:
    """One step that is recorded as a span."""

    __slots__ = ("_span", "_tracer")

    def __init__(self, tracer: Tracer, span: Span) -> None:
        """It has begun."""
        self._tracer: Final = tracer
        self._span: Final = span

    @property
    def origin(self) -> Origin:
        """For what follows from it."""
        context = self._span.get_span_context()
        return Origin(context.trace_id, context.span_id)

    def part(self, name: str, facts: Facts, *, leads_out: bool) -> SpanRecording:
        """A step within this one."""
        kind = SpanKind.CLIENT if leads_out else SpanKind.INTERNAL
        within = set_span_in_context(self._span, Context())
        return SpanRecording(self._tracer, self._tracer.start_span(name, within, kind, facts))

    def end(self, facts: Facts, *, name: str = "", fault: str = "") -> None:
        """It is over."""
        if name:
            self._span.update_name(name)
        self._span.set_attributes(facts)
        if fault:
            self._span.set_attribute("error.type", fault)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


class _Leaving(SpanProcessor):
    """Leaves each span with the courier as it ends."""

    def __init__(self, courier: Courier[ReadableSpan]) -> None:
        self._courier = courier

    def on_end(self, span: ReadableSpan) -> None:
        self._courier.leave(span)
