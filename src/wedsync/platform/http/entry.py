"""What is asked of a request before anything is done for it: a session, an origin, a measure, a readable body."""

from __future__ import annotations

from typing import Final

from litestar.types import HTTPReceiveMessage, Receive

from wedsync.kernel.problems import BadRequest, PayloadTooLarge, UnsupportedMediaType
from wedsync.platform.http.answers import cookie_name
from wedsync.platform.http.bodies import LARGEST_BYTES
from wedsync.platform.http.csrf import refuse_foreign_origin, refuse_without_token
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.idempotency import LONGEST_KEY, SHORTEST_KEY
from wedsync.platform.rate_limits import ANONYMOUS, WRITES

LIVE: Final = "/live"
# Answers with a token, and requests with a password, are kept nowhere.
_SECRET: Final = ("/api/v1/sessions", "/api/v1/me/password", "/api/v1/invitations/")
_UNCOUNTED: Final = ("/static/", "/health/", "/api/health", "/metrics", LIVE)
_FORM: Final = b"application/x-www-form-urlencoded"
_JSON: Final = b"application/json"


async def admit(exchange: Exchange) -> None:
    """Find the session, then refuse what comes from elsewhere and what is too much. Raises Problem."""
    if exchange.path.startswith(_UNCOUNTED) and exchange.path != LIVE:
        return
    await _find_session(exchange)
    if not exchange.is_read and not exchange.is_bearer:
        refuse_foreign_origin(exchange)
    if exchange.path == LIVE:
        return
    limits = exchange.services.limits
    if exchange.is_read and not (exchange.is_api and exchange.person_id is None):
        # A venue's shared Wi-Fi opens the sign-in page more often than a stranger may ask the API.
        limits.take_read(str(exchange.person_id or exchange.address))
    elif exchange.person_id is None:
        await limits.take(ANONYMOUS, exchange.address)
    else:
        await limits.take(WRITES, str(exchange.person_id))


async def received(exchange: Exchange, receive: Receive) -> bytes:
    """The whole body. Raises PayloadTooLarge, UnsupportedMediaType, BadRequest, or Forbidden without its token."""
    body = await _read(exchange, receive)
    kind = exchange.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if body and kind != _JSON and (exchange.is_api or kind != _FORM):
        raise UnsupportedMediaType
    if exchange.session is not None and not exchange.is_bearer:
        refuse_without_token(exchange, body)
    key = exchange.headers.get(b"idempotency-key", b"").decode("latin-1")
    if key and exchange.is_api and exchange.person_id is not None and not exchange.path.startswith(_SECRET):
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
            raise BadRequest(f"An Idempotency-Key has {SHORTEST_KEY} to {LONGEST_KEY} printable ASCII characters.")
        capacity = exchange.headers.get(b"x-wedsync-supplier", b"")
        parts = (exchange.method.encode(), exchange.path.encode(), capacity, body)
        exchange.fingerprint = exchange.services.sealer.sign("fingerprint", b"\0".join(parts)).encode()
        exchange.idempotency_key = key
    return body


def replaying(body: bytes) -> Receive:
    """Gives a body that was read before to whoever reads it next."""
    is_given = False

    async def receive() -> HTTPReceiveMessage:
        nonlocal is_given
        if is_given:
            return {"type": "http.disconnect"}
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _find_session(exchange: Exchange) -> None:
    sessions, headers = exchange.services.sessions, exchange.headers
    token = ""
    authorization = headers.get(b"authorization", b"")
    if exchange.is_api and authorization[:7].lower() == b"bearer ":
        token, exchange.is_bearer = authorization[7:].strip().decode("latin-1"), True
    elif b"cookie" in headers:
        name = cookie_name(is_secure=exchange.services.settings.is_behind_tls)
        token = _cookie(headers[b"cookie"].decode("latin-1"), name)
    if not token:
        return
    exchange.session = await sessions.find(token)
    if exchange.session is not None:
        exchange.person_id = exchange.session.person_id


def _cookie(header: str, name: str) -> str:
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""


async def _read(exchange: Exchange, receive: Receive) -> bytes:
    announced = exchange.headers.get(b"content-length", b"0")
    if not announced.isdigit() or int(announced) > LARGEST_BYTES:
        raise PayloadTooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BadRequest
        chunks.append(message["body"])
        size += len(message["body"])
        if size > LARGEST_BYTES:
            raise PayloadTooLarge
        if not message["more_body"]:
            return b"".join(chunks)
