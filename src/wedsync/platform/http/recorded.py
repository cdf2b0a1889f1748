"""A request as a trace tells of it: by its route, never by its path."""

from __future__ import annotations

from wedsync.platform.http.entry import UNCOUNTED
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.http.tiers import FAULT_FROM, tier_of_route
from wedsync.platform.tracing import Trace


def begin(exchange: Exchange) -> Trace | None:
    """None for one that is not recorded, as nearly all are. A live stream never is: it has no end."""
    tracer = exchange.services.tracer
    if tracer is None or not tracer.is_drawn() or exchange.path.startswith(UNCOUNTED):
        return None
    return tracer.request(exchange.method, exchange.headers.get(b"traceparent", b""))


def end(trace: Trace, exchange: Exchange, status: int) -> None:
    """`status` is 0 when nobody was there any more to be answered."""
    route, fault = exchange.route, str(status) if status >= FAULT_FROM else ""
    facts: dict[str, str | int] = {"http.response.status_code": status} if status else {}
    if not route:
        trace.end(facts, fault=fault)
        return
    told = {"http.route": route, "wedsync.tier": str(tier_of_route(route))}
    trace.end(facts | told, name=f"{exchange.method} {route}", fault=fault)
