"""One request and its answer: who asks, in which capacity, and the one transaction in which it is done.

An answer below 400 commits before it leaves; every other answer, and none at all, rolls back.
"""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final, Literal
from uuid import UUID

from litestar.types import Scope

from wedsync.kernel.ids import PersonId, SupplierId, WeddingId
from wedsync.kernel.problems import Problem, SignedOut
from wedsync.platform import idempotency
from wedsync.platform.api_keys import ApiKey
from wedsync.platform.auth import Session
from wedsync.platform.database import Actor, Reader, Tx
from wedsync.platform.http.services import Services
from wedsync.platform.impersonation import Impersonation
from wedsync.platform.rate_limits import Measure

SESSION_ENDED: Final = "session"
# Ours are three short ones; a browser keeps 4 KB of each.
LONGEST_COOKIES: Final = 16 * 1024
_HERE: Final = ("127.0.0.1", "::1")
_PASSED_ON: Final = frozenset({b"forwarded", b"via", b"x-real-ip"})
_ID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_SUPPLIER: Final = re.compile(rf"(?:/s|/api/v1/suppliers)/({_ID})(?:/|$)")
_WEDDING: Final = re.compile(rf"(?:(?:/s/{_ID}|/api/v1/suppliers/{_ID})/weddings|/w|/api/v1/weddings)/({_ID})(?:/|$)")


class Exchange:
    """Everything the house knows about the request in hand."""

    __slots__ = (
        "_csrf", "_scope", "_stack", "_tx", "address", "fingerprint", "hat", "headers", "idempotency_key", "is_bearer",
        "is_key_unknown", "key", "looks_as", "measure", "method", "operator_id", "path", "person_id", "refused",
        "request_id", "services", "session",
    )  # fmt: skip

    def __init__(self, services: Services, scope: Scope, *, headers: dict[bytes, bytes], request_id: str) -> None:
        """Nobody is signed in until the front finds a session."""
        self._scope: Final = scope
        self.services: Final = services
        self.headers: Final = headers
        self.request_id: Final = request_id
        self.method: Final[str] = str(scope["method"])  # type: ignore[typeddict-item]  # HTTP only
        self.path: Final = scope["path"]
        self.address: Final = _address(scope)
        self.session: Session | None = None
        self.person_id: PersonId | None = None
        # As whom an operator looks at this page; `person_id` and `session` are that person's then.
        self.looks_as: Impersonation | None = None
        self.operator_id: PersonId | None = None
        self.is_bearer = False
        # A program of a business asks, for whoever made its key.
        self.key: ApiKey | None = None
        self.is_key_unknown = False
        self.measure: Measure | None = None
        # Which capacity is at work here, as the browser keeps it for the pages that belong to none.
        self.hat = ""
        self.refused: Problem | None = None
        self.idempotency_key = ""
        self.fingerprint = b""
        self._tx: Tx | None = None
        self._stack: AsyncExitStack | None = None
        self._csrf = ""

    @property
    def route(self) -> str:
        """The pattern of the address, such as /w/{wedding_id}/details; empty until one is found to fit."""
        return str(self._scope.get("path_template") or "")

    @property
    def query(self) -> str:
        """What stands behind the path, as it was sent."""
        return self._scope["query_string"].decode("latin-1")

    @property
    def is_api(self) -> bool:
        """Whether a program asks, or a page."""
        return self.path.startswith("/api/")

    @property
    def wants_json(self) -> bool:
        """Whether a refusal is to be JSON."""
        accepts = self.headers.get(b"accept", b"")
        return self.is_api or (b"json" in accepts and b"text/html" not in accepts)

    @property
    def is_from_here(self) -> bool:
        """Whether a program on this machine asks, for nobody else: a proxy beside us says for whom it asks."""
        is_passed_on = any(name in _PASSED_ON or name.startswith(b"x-forwarded-") for name in self.headers)
        return self.address in _HERE and not is_passed_on

    @property
    def is_fragment(self) -> bool:
        """Whether a part of a page is asked for."""
        return b"hx-request" in self.headers

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing, by its method."""
        return self.method in ("GET", "HEAD", "OPTIONS")

    @property
    def csrf(self) -> str:
        """What this session's forms carry; nothing when nobody is signed in."""
        if self.session is not None and not self._csrf:
            self._csrf = self.services.sealer.sign("csrf", self.session.session_id.bytes)
        return self._csrf

    def cookie(self, name: str) -> str:
        """A cookie of ours as the browser shows it; "" when there is none, or when two say different things.

        Whoever can put one into somebody's browser beside ours can end a session there, never begin one of their own.
        """
        shown = self.headers.get(b"cookie", b"")
        if len(shown) > LONGEST_COOKIES:
            return ""
        pairs = (part.strip().partition("=") for part in shown.decode("latin-1").split(";"))
        found = {value for key, _, value in pairs if key == name}
        return found.pop() if len(found) == 1 else ""

    def signed_in(self) -> Session:
        """The session. Raises SignedOut when there is none."""
        if self.session is None:
            raise SignedOut
        return self.session

    def actor(self) -> Actor:
        """The person, in the capacity that the path names and narrowed to the wedding that it names."""
        supplier, wedding = _SUPPLIER.match(self.path), _WEDDING.match(self.path)
        named = supplier[1] if supplier else self.headers.get(b"x-wedsync-supplier", b"").decode("latin-1")
        if not self.is_api and not supplier:
            named = ""
        return Actor(
            person_id=self.person_id,
            supplier_id=_supplier(named) if self.key is None else _supplier_of(self.key, named),
            wedding_id=WeddingId(UUID(wedding[1])) if wedding else None,
            request_id=self.request_id,
            key_id=None if self.key is None else self.key.key_id,
        )

    def reader(self) -> Reader:
        """The read lane, for this request's actor."""
        return self.services.database.reader(self.actor())

    async def transaction(self) -> Tx:
        """The request's one transaction. Raises Replayed when a request with this key was answered before."""
        if self._tx is None:
            self._stack = AsyncExitStack()
            self._tx = await self._stack.enter_async_context(self.services.database.transaction(self.actor()))
            if self.idempotency_key and self.person_id is not None:
                try:
                    await idempotency.begin(self._tx, key=self.idempotency_key, fingerprint=self.fingerprint)
                except idempotency.Replayed:
                    self.idempotency_key = ""  # it is kept already
                    raise
        return self._tx

    @property
    def has_transaction(self) -> bool:
        """Whether there is something to commit or roll back."""
        return self._tx is not None

    async def commit(self, answer: idempotency.Answer) -> None:
        """Commit, together with the answer if it was asked for under a key. Raises the Problem that prevents it."""
        tx = self._tx
        if tx is None or self._stack is None:
            return
        if self.idempotency_key and tx.actor.person_id is not None and tx.actor.person_id == self.person_id:
            await idempotency.keep(tx, answer, key=self.idempotency_key, fingerprint=self.fingerprint)
        self._tx = None
        await self._stack.aclose()
        for event in tx.events:
            if event.kind == SESSION_ENDED:
                await self.services.sessions.forget(PersonId(UUID(event.scope)))

    async def roll_back(self) -> None:
        """Undo what was done; nothing happens when there was nothing."""
        self._tx = None
        if self._stack is not None:
            await self._stack.__aexit__(RolledBack, RolledBack(), None)


class RolledBack(Exception):  # noqa: N818 - tells the transaction how it ends; nobody catches it as an error
    """The answer is a refusal, so what led to it is undone."""


in_hand: Final[ContextVar[Exchange]] = ContextVar("in_hand")


def exchange_in_hand() -> Exchange:
    """The exchange of the request that is being answered here."""
    return in_hand.get()


def is_id(text: str) -> bool:
    """Whether this is an id as paths and headers spell it: with its hyphens, and nothing round it."""
    return re.fullmatch(_ID, text) is not None


def _supplier(named: str) -> SupplierId | None:
    # A malformed capacity is nobody's: the zero id sees nothing, where none at all would see as oneself.
    if not named:
        return None
    return SupplierId(UUID(named)) if is_id(named) else SupplierId(UUID(int=0))


def _supplier_of(key: ApiKey, named: str) -> SupplierId:
    # A key acts for its own business and no other, whatever the address or a header says.
    return key.supplier_id if not named or _supplier(named) == key.supplier_id else SupplierId(UUID(int=0))


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return counted_as(client[0]) if client else ""


@lru_cache(maxsize=4096)
def counted_as(host: str) -> str:
    """Whom an address is counted as: an IPv6 network as one, since whoever has one address has 2**64; an IPv4 address
    however it is written. What is no address is itself.
    """
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(found, IPv6Address) or found.is_loopback:
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))


Surface = Literal["api", "page", "house"]
