"""The front door. Every request passes it once: who asks, may they ask so much, and what the answer carries.

It holds the answer until the request's transaction is committed, so nobody is told of what did not happen.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final, TypeAlias

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Message, Receive, Scope, Send

from wedsync.kernel.problems import NotFound, Problem
from wedsync.platform.http.answers import HAT_COOKIE, HAT_LASTS_S, RATE_LIMIT, kept_cookie, limit_fields
from wedsync.platform.http.entry import admit, received, replaying
from wedsync.platform.http.exchange import Exchange, in_hand
from wedsync.platform.http.packing import is_packable, pack
from wedsync.platform.http.recorded import begin, end
from wedsync.platform.http.refusals import Refusal, allowed, draw, page_of, problem_for
from wedsync.platform.http.routes import LIVE
from wedsync.platform.http.services import Services
from wedsync.platform.http.tiers import FAULT_FROM, Tier, tier_of, tier_of_route
from wedsync.platform.idempotency import Answer
from wedsync.platform.metrics import request_series
from wedsync.platform.pages import CONTENT_SECURITY_POLICY, Shell
from wedsync.platform.telemetry import request_id

Frame: TypeAlias = Callable[[Exchange], Awaitable[Shell]]

REFUSED_FROM: Final = 400
_WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._~-]{8,64}")
# A request's name says which process had it, and orders it among the others there.
_PROCESS: Final = secrets.token_hex(8)
_NUMBERS: Final = count(1)
_STREAM: Final = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]


class Front:
    """ASGI in front of ASGI."""

    def __init__(self, app: Litestar, services: Services, frame: Frame | None = None) -> None:
        """`app` answers what is let in; `frame` is what surrounds a refusal for who is signed in."""
        self._app = app
        self._services = services
        self._frame = frame
        self._headers = _security_headers(is_secure=services.settings.is_behind_tls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        shown = headers.get(b"x-request-id", b"")
        name = shown.decode() if shown and _WELL_FORMED.fullmatch(shown) else f"{_PROCESS}{next(_NUMBERS):08x}"
        exchange = Exchange(self._services, scope, headers=headers, request_id=name)
        marked, held = request_id.set(name), in_hand.set(exchange)
        desk = _Desk(exchange, send, frame=self._frame, headers=[*self._headers, (b"x-request-id", name.encode())])
        trace = begin(exchange)
        try:
            await self._serve(exchange, scope, receive, desk)
        finally:
            if exchange.has_transaction:
                await exchange.roll_back()
            desk.count(exchange.route)
            if trace is not None:
                end(trace, exchange, desk.status)
            request_id.reset(marked)
            in_hand.reset(held)

    async def _serve(self, exchange: Exchange, scope: Scope, receive: Receive, desk: _Desk) -> None:
        try:
            await admit(exchange)
            if exchange.path == LIVE and exchange.method == "GET":
                await self._stream(exchange, receive, desk)
                return
            if exchange.method == "OPTIONS":
                await desk.tell_methods(allowed(self._app, exchange.path))
                return
            if not exchange.is_read:
                receive = replaying(await received(exchange, receive))
            await self._app(scope, receive, desk.send)
        except Exception as error:  # noqa: BLE001 - the net below everything: our own mistakes answer like the house too
            await desk.refuse(error)

    async def _stream(self, exchange: Exchange, receive: Receive, desk: _Desk) -> None:
        live = self._services.live
        stream = await live.join(exchange.signed_in())
        try:
            await desk.send({"type": "http.response.start", "status": 200, "headers": list(_STREAM)})
            desk.count(LIVE)
            await stream.serve(receive, desk.forward)
        finally:
            live.leave(stream)


class _Desk:
    """Where an answer waits for its commit and is given the headers that every answer carries."""

    def __init__(
        self, exchange: Exchange, send: Send, *, frame: Frame | None, headers: list[tuple[bytes, bytes]]
    ) -> None:
        self._exchange = exchange
        self._frame = frame
        self._held: HTTPResponseStartEvent | None = None
        self._headers = headers
        self._began = time.perf_counter()
        self._is_counted = False
        self.forward = send
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._common(message)]
            exchange = self._exchange
            if exchange.has_transaction or exchange.refused is not None or is_packable(exchange, message):
                self._held = message
            else:
                await self.forward(message)
            return
        if self._held is not None and message["type"] == "http.response.body":
            await self._settle(self._held, message)
            return
        await self.forward(message)

    async def refuse(self, error: Exception) -> None:
        refusal = draw(self._exchange, problem_for(error))
        await self.send(_start(refusal))
        await self.send({"type": "http.response.body", "body": refusal.body, "more_body": False})

    async def tell_methods(self, methods: list[str]) -> None:
        """What may be done at this address. Raises NotFound where there is none."""
        if not methods:
            raise NotFound
        headers = [(b"allow", ", ".join(methods).encode())]
        await self.send({"type": "http.response.start", "status": 204, "headers": headers})
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    def count(self, route: str) -> None:
        """How long it took, once. `route` is empty where the door said no: that counts for the tier only if it is our
        fault, or whoever knocks where there is nothing would make the rest look good.
        """
        if self._is_counted:
            return
        self._is_counted = True
        tier = tier_of_route(route) if route else Tier.HOUSE
        if not route and self.status >= FAULT_FROM:
            tier = tier_of(self._exchange.path)
        request_series(tier, route or "none", self.status).observe(time.perf_counter() - self._began)

    async def _settle(self, start: HTTPResponseStartEvent, body: HTTPResponseBodyEvent) -> None:
        self._held = None
        if start["status"] >= REFUSED_FROM:
            await self._exchange.roll_back()
            body = await self._framed(start, body)
        else:
            try:
                await self._exchange.commit(_answer(start, body))
            except Problem as problem:
                await self._exchange.roll_back()
                await self.refuse(problem)
                return
        pack(self._exchange, start, body)
        await self.forward(start)
        await self.forward(body)

    async def _framed(self, start: HTTPResponseStartEvent, body: HTTPResponseBodyEvent) -> HTTPResponseBodyEvent:
        """A refusal's page with the way to everything else around it; without, if that cannot be found out either."""
        problem = self._exchange.refused
        if problem is None or self._frame is None:
            return body
        try:
            content = page_of(self._exchange, problem, await self._frame(self._exchange))
        except Problem:
            return body
        start["headers"] = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        start["headers"] = [*start["headers"], (b"content-length", str(len(content)).encode())]
        return {"type": "http.response.body", "body": content, "more_body": False}

    def _common(self, start: HTTPResponseStartEvent) -> list[tuple[bytes, bytes]]:
        told = [*self._headers, *_measured(self._exchange, start)]
        if any(name == b"cache-control" for name, _ in start["headers"]):
            return told
        # Facts about people: no proxy and no back button shows them to the next person.
        return [*told, (b"cache-control", b"private, no-store"), *_kept_hat(self._exchange)]


def _measured(exchange: Exchange, start: HTTPResponseStartEvent) -> list[tuple[bytes, bytes]]:
    """What a program may still ask, where it was counted; a limit that refused has told of itself."""
    is_told = any(name == RATE_LIMIT.encode() for name, _ in start["headers"])
    if exchange.measure is None or is_told or not exchange.is_api:
        return []
    return [(name.encode(), value.encode()) for name, value in limit_fields(exchange.measure).items()]


def _kept_hat(exchange: Exchange) -> list[tuple[bytes, bytes]]:
    if not exchange.hat or exchange.looks_as is not None or exchange.cookie(HAT_COOKIE) == exchange.hat:
        return []
    is_secure = exchange.services.settings.is_behind_tls
    cookie = kept_cookie(HAT_COOKIE, exchange.hat, HAT_LASTS_S, is_secure=is_secure)
    return [(b"set-cookie", cookie.to_header(header="").encode())]


def _answer(start: HTTPResponseStartEvent, body: HTTPResponseBodyEvent) -> Answer:
    headers = dict(start["headers"])
    etag = headers.get(b"etag")
    return Answer(
        status=start["status"],
        content_type=headers.get(b"content-type", b"application/json").decode(),
        body=body["body"],
        etag=None if etag is None else etag.decode(),
    )


def _start(refusal: Refusal) -> HTTPResponseStartEvent:
    return {
        "type": "http.response.start",
        "status": refusal.status,
        "headers": [
            (b"content-type", refusal.content_type.encode()),
            (b"content-length", str(len(refusal.body)).encode()),
            *((name.encode(), value.encode("latin-1", "replace")) for name, value in refusal.headers.items()),
        ],
    }


def _security_headers(*, is_secure: bool) -> list[tuple[bytes, bytes]]:
    headers = {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if is_secure:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]
