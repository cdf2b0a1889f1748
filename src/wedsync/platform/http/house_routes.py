"""Addresses for whoever runs the house: is it alive, can it serve, what does it count."""

from __future__ import annotations

from typing import Final

from litestar import Response, get

from wedsync.kernel.problems import NotFound
from wedsync.platform import health
from wedsync.platform.assets import send_asset
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.http.routes import OPEN
from wedsync.platform.metrics import metrics_page


@get("/health/live", opt=OPEN, include_in_schema=False)
async def live() -> Response[bytes]:
    """This process answers."""
    return Response(b"ok\n", media_type="text/plain")


@get("/health/ready", opt=OPEN, include_in_schema=False)
async def ready(exchange: Exchange) -> Response[bytes]:
    """This process can serve."""
    if await health.is_ready(exchange.services.database):
        return Response(b"ready\n", media_type="text/plain")
    return Response(b"not ready\n", media_type="text/plain", status_code=503)


@get("/api/health", opt=OPEN, include_in_schema=False)
async def parts(exchange: Exchange) -> Response[health.Health]:
    """How we are; from this machine also each part, its latency and its version."""
    found = await exchange.services.parts.health()
    told = found if exchange.is_from_here else health.Health(status=found.status)
    return Response(told, status_code=503 if found.status == "ill" else 200)


@get("/metrics", opt=OPEN, include_in_schema=False)
async def metrics(exchange: Exchange) -> Response[bytes]:
    """For Prometheus, from this machine only."""
    if not exchange.is_from_here:
        raise NotFound
    body, media_type = metrics_page()
    return Response(body, media_type=media_type)


# Styles and scripts are for everybody: the sign-in page needs them first.
send_asset.opt.update(OPEN)

ROUTES: Final = (live, ready, parts, metrics, send_asset)
