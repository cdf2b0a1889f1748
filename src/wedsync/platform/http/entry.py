"""What is asked of a request before anything is done for it: a session, an origin, a measure, a readable body."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from litestar.types import HTTPReceiveMessage, Receive

from wedsync.kernel.ids import PersonId
from wedsync.kernel.problems import (
    BadRequest,
    Forbidden,
    NotFound,
    OtherHouse,
    PayloadTooLarge,
    RequestTimeout,
    SignedOut,
    Unavailable,
    UnsupportedMediaType,
)
from wedsync.platform.api_keys import looks_like_key
from wedsync.platform.auth import Session
from wedsync.platform.http.answers import cookie_name
from wedsync.platform.http.bodies import LARGEST_BYTES
from wedsync.platform.http.csrf import refuse_foreign_origin, refuse_without_token
from wedsync.platform.http.exchange import Exchange, is_id
from wedsync.platform.http.routes import LIVE
from wedsync.platform.http.tiers import Tier, tier_of
from wedsync.platform.idempotency import LONGEST_KEY, SHORTEST_KEY
from wedsync.platform.impersonation import AS_COOKIE, NOTHING_CHANGES, find, is_elsewhere
from wedsync.platform.rate_limits import ANONYMOUS, API_KEYS, DOORS, WRITES
from wedsync.platform.uploads import LARGEST_UPLOAD_BYTES

# Answers with a token, and requests with a password, are kept nowhere.
_SECRET: Final = re.compile(
    r"/api/v1/(?:sessions|me/(?:password|proof|second-step|recovery-codes|address-change)|invitations/|suppliers/[^/]+/keys)"
)
UNCOUNTED: Final = ("/static/", "/health/", "/api/health", "/metrics", LIVE)
_FORM: Final = b"application/x-www-form-urlencoded"
_JSON: Final = b"application/json"
# A telephone in a cellar sends a form within the first; whoever is slower than the second only holds a place.
BODY_BEGINS_S: Final = 10.0
SLOWEST_BYTES_PER_S: Final = 16 * 1024
_SHORTEST_ID: Final = 32
# Whoever is signed in sends a file here: to the API as it is, from a page as a form does.
MOST_FILES_AT_ONCE: Final = 8
# More words than any address of the API knows.
MOST_ASKED: Final = 50
# A mail program has letters stopped by one request, as a form with parts if it likes (RFC 8058).
_ONE_CLICK: Final = "/letters/"
_sending: Final[set[PersonId]] = set()
_TAKES_FILES: Final = re.compile(r"/api/v1/suppliers/[^/]+/client-imports|/s/[^/]+/clients/imports")


async def admit(exchange: Exchange) -> None:
    """Find the session, then refuse what comes from elsewhere and what is too much. Raises Problem."""
    if exchange.path.startswith(UNCOUNTED) and exchange.path != LIVE:
        return
    _refuse_other_house(exchange)
    _refuse_misspelt(exchange.path)
    if exchange.is_api:
        _refuse_asked_twice(exchange.query)
    await _find_session(exchange)
    if not exchange.is_read and not exchange.is_bearer:
        refuse_foreign_origin(exchange)
    if exchange.looks_as is not None and not exchange.is_read:
        raise Forbidden(NOTHING_CHANGES)
    if exchange.path != LIVE:
        await _count(exchange)


async def _count(exchange: Exchange) -> None:
    limits, key = exchange.services.limits, exchange.key
    is_day_of = not exchange.is_read and tier_of(exchange.path) is Tier.DAY_OF
    if key is not None and is_day_of:
        limits.take_read(str(key.key_id))
    elif key is not None:
        exchange.measure = await limits.take(API_KEYS, str(key.supplier_id), times=key.tier.times)
    elif exchange.path.startswith(_ONE_CLICK) or (
        exchange.is_read and not (exchange.is_api and exchange.person_id is None)
    ):
        # One mail provider stops letters for all who use it, from one address.
        # A venue's shared Wi-Fi opens the sign-in page more often than a stranger may ask the API.
        limits.take_read(str(exchange.person_id or exchange.address))
    elif exchange.person_id is not None and is_day_of:
        # Nothing that happens on the day waits for an hour to be over: bounded as reading is.
        limits.take_read(str(exchange.person_id))
    elif exchange.person_id is not None:
        exchange.measure = await limits.take(WRITES, str(exchange.person_id))
    else:
        exchange.measure = await limits.take(ANONYMOUS if exchange.is_api else DOORS, exchange.address)


async def received(exchange: Exchange, receive: Receive) -> bytes:
    """The whole body.

    Raises PayloadTooLarge, RequestTimeout, UnsupportedMediaType, BadRequest, SignedOut, Unavailable, or Forbidden
    without its token.
    """
    takes_files = _TAKES_FILES.fullmatch(exchange.path) is not None
    if takes_files and exchange.person_id is None:
        raise SignedOut
    if takes_files:
        with _place_for_file(exchange.person_id):
            body = await _read(exchange, receive, LARGEST_UPLOAD_BYTES)
    else:
        body = await _read(exchange, receive, LARGEST_BYTES)
    kind = exchange.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    is_one_click = exchange.path.startswith(_ONE_CLICK)
    if body and not (takes_files or is_one_click) and kind != _JSON and (exchange.is_api or kind != _FORM):
        raise UnsupportedMediaType
    if exchange.session is not None and not exchange.is_bearer:
        refuse_without_token(exchange, body)
    key = exchange.headers.get(b"idempotency-key", b"").decode("latin-1")
    if key and exchange.is_api and exchange.person_id is not None and not _SECRET.match(exchange.path):
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
            raise BadRequest(f"An Idempotency-Key has {SHORTEST_KEY} to {LONGEST_KEY} printable ASCII characters.")
        named = exchange.headers.get(b"x-wedsync-supplier", b"")
        capacity = named if exchange.key is None else exchange.key.key_id.bytes
        parts = (exchange.method.encode(), exchange.path.encode(), capacity, body)
        exchange.fingerprint = exchange.services.sealer.sign("fingerprint", b"\0".join(parts)).encode()
        exchange.idempotency_key = key
    return body


@contextmanager
def _place_for_file(person: PersonId | None) -> Iterator[None]:
    """One file a person on its way, and a few in all: however slowly they come, memory stays. Raises Unavailable."""
    if person is None or person in _sending or len(_sending) >= MOST_FILES_AT_ONCE:
        raise Unavailable("Somebody else's file is on its way, or another one of yours. Send it again in a minute.")
    _sending.add(person)
    try:
        yield
    finally:
        _sending.discard(person)


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


def _refuse_other_house(exchange: Exchange) -> None:
    """Where it is said how people reach us, nobody is answered who names another host: what is fetched under a
    stranger's name is neither kept nor read as ours. Raises OtherHouse.
    """
    ours = exchange.services.hosts
    if ours and exchange.headers.get(b"host", b"").lower() not in ours:
        raise OtherHouse


def _refuse_misspelt(path: str) -> None:
    """Everything has one address. The router would also take an id in braces, without hyphens, or after two slashes,
    where nobody reads a capacity from it. Raises NotFound.
    """
    if path == "/":
        return
    for part in path.split("/")[1:]:
        if not part or (len(part) >= _SHORTEST_ID and not is_id(part) and _reads_as_id(part)):
            raise NotFound


def _refuse_asked_twice(query: str) -> None:
    """Nothing here takes a list from an address: of two readers each would take another. Raises BadRequest."""
    if "&" not in query:
        return
    try:
        names = [name for name, _ in parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_ASKED)]
    except ValueError:
        raise BadRequest(f"An address asks for {MOST_ASKED} things at most.") from None
    if len(set(names)) < len(names):
        raise BadRequest("The address says one of its words twice.")


def _reads_as_id(part: str) -> bool:
    try:
        UUID(part)
    except ValueError:
        return False
    return True


async def _find_session(exchange: Exchange) -> None:
    sessions, headers = exchange.services.sessions, exchange.headers
    token = ""
    authorization = headers.get(b"authorization", b"")
    if exchange.is_api and authorization[:7].lower() == b"bearer ":
        token, exchange.is_bearer = authorization[7:].strip().decode("latin-1"), True
    elif b"cookie" in headers:
        name = cookie_name(is_secure=exchange.services.settings.is_behind_tls)
        token = exchange.cookie(name)
    if not token:
        return
    if exchange.is_bearer and looks_like_key(token):
        exchange.key = await exchange.services.keys.find(token)
        exchange.person_id = None if exchange.key is None else exchange.key.person_id
        exchange.is_key_unknown = exchange.key is None
        return
    is_use = not (exchange.is_read and exchange.is_fragment) and exchange.path != LIVE
    exchange.session = await sessions.find(token, is_use=is_use)
    if exchange.session is not None:
        exchange.person_id = exchange.session.person_id
        await _look_as(exchange, exchange.session)


async def _look_as(exchange: Exchange, session: Session) -> None:
    """At somebody's pages an operator is that person, until it is over; as themselves they see nothing there."""
    shown = exchange.cookie(AS_COOKIE)
    if not shown or exchange.is_bearer or not is_elsewhere(exchange.path):
        return
    found = await find(exchange.services.database, session.person_id, session.session_id, shown)
    if found is None:
        return
    exchange.operator_id, exchange.looks_as = session.person_id, found
    exchange.session = msgspec.structs.replace(session, person_id=found.person_id)
    exchange.person_id = found.person_id


async def _read(exchange: Exchange, receive: Receive, most: int) -> bytes:
    announced = exchange.headers.get(b"content-length", b"0")
    if not announced.isdigit() or int(announced) > most:
        raise PayloadTooLarge
    chunks: list[bytes] = []
    size = 0
    must_begin_by = asyncio.get_running_loop().time() + BODY_BEGINS_S
    try:
        async with asyncio.timeout_at(must_begin_by) as patience:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise BadRequest
                chunks.append(message["body"])
                size += len(message["body"])
                if size > most:
                    raise PayloadTooLarge
                if not message["more_body"]:
                    return b"".join(chunks)
                patience.reschedule(must_begin_by + size / SLOWEST_BYTES_PER_S)
    except TimeoutError:
        raise RequestTimeout from None
