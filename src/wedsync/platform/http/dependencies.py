"""What a handler may ask for by name: `reader` to read, `tx` to change, `actor`, `limits`, `exchange`.

`tx` is the request's one transaction: it commits before an answer below 400 leaves, and rolls back for any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide

from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import Forbidden, NotFound, ProofNeeded, SecondStepNeeded, SignedOut
from wedsync.platform.api_keys import ApiKey
from wedsync.platform.database import NOT_BY_KEY, Actor, Reader, Tx
from wedsync.platform.http.answers import local_path
from wedsync.platform.http.exchange import Exchange, exchange_in_hand
from wedsync.platform.http.routes import is_dangerous, is_open, is_setting_up, required
from wedsync.platform.impersonation import AS_COOKIE, OpenedPage, note
from wedsync.platform.rate_limits import RateLimits
from wedsync.platform.tokens import token_hash


def provide_exchange() -> Exchange:
    """The request in hand."""
    return exchange_in_hand()


def provide_actor() -> Actor:
    """Who acts, and for whom."""
    return exchange_in_hand().actor()


def provide_reader() -> Reader:
    """The read lane, for this actor."""
    return exchange_in_hand().reader()


async def provide_tx() -> Tx:
    """The request's transaction. A read has none: a link that somebody follows changes nothing."""
    exchange = exchange_in_hand()
    if exchange.is_read:
        message = f"{exchange.method} {exchange.path} asks for a transaction"
        raise TypeError(message)
    return await exchange.transaction()


def provide_limits() -> RateLimits:
    """The table of limits, for those that only a handler can count."""
    return exchange_in_hand().services.limits


PROVE: Final = "/you/prove"
SECOND_STEP: Final = "/you/second-step"
_TAKEN_ALONG: Final = re.compile(r"/export/|\.csv$")
DEPENDENCIES: Final = {
    "exchange": Provide(provide_exchange, sync_to_thread=False),
    "actor": Provide(provide_actor, sync_to_thread=False),
    "reader": Provide(provide_reader, sync_to_thread=False),
    "tx": Provide(provide_tx),
    "limits": Provide(provide_limits, sync_to_thread=False),
}

_KEY_UNKNOWN: Final = "This key opens nothing: it was mistyped, has ended, or whoever made it has left."


async def require_session(request: Request[None, None, State]) -> None:
    """Signed-out readers see what is declared open, nothing else; programs what their key opens, nothing else; what is
    dangerous asks who it is once more.

    Raises SignedOut, SecondStepNeeded, ProofNeeded, or Forbidden for a key: what does not say what it asks for is
    refused it too.
    """
    exchange, options = exchange_in_hand(), request.route_handler.opt
    if exchange.looks_as is not None:
        await _note_page(exchange)
    if exchange.key is not None:
        _require_opened(exchange.key, options)
    elif exchange.session is None:
        if not is_open(options):
            raise SignedOut(_KEY_UNKNOWN if exchange.is_key_unknown else "")
    elif exchange.session.needs_second_step and not is_setting_up(options):
        raise SecondStepNeeded(code="second-step-needed", set_up_url=SECOND_STEP)
    elif is_dangerous(options):
        require_proof(exchange)


def require_proof(exchange: Exchange) -> None:
    """For what is dangerous only sometimes; a handler that always is declares it. Raises ProofNeeded.

    The way back is the page itself, or the one on which the form stood.
    """
    if exchange.session is None or exchange.session.is_proved(utc_now()):
        return
    came_from = urlsplit(exchange.headers.get(b"referer", b"").decode("latin-1")).path
    place = exchange.path if exchange.is_read else local_path(came_from)
    back = "" if exchange.is_api or place == "/" else f"?next={quote(place, safe='/')}"
    raise ProofNeeded(code="proof-needed", prove_url=f"{PROVE}{back}")


async def _note_page(exchange: Exchange) -> None:
    """What cannot be written down is not shown. Raises NotFound once it is over, Forbidden for what is taken along."""
    if _TAKEN_ALONG.search(exchange.path):
        raise Forbidden("You look as somebody else: nothing of theirs is taken along.")
    actor, session = exchange.actor(), exchange.signed_in()
    page = OpenedPage(
        hash=token_hash(exchange.cookie(AS_COOKIE)),
        session=session.session_id,
        path=exchange.path,
        wedding=actor.wedding_id,
        supplier=actor.supplier_id,
    )
    if exchange.operator_id is None or not await note(exchange.services.database, exchange.operator_id, page):
        raise NotFound


def _require_opened(key: ApiKey, options: Mapping[str, object]) -> None:
    if not key.tier.has_api:
        raise Forbidden("Programs may come for a business with the Scale or Enterprise tier. This one has another now.")
    if not key.opens(required(options)):
        raise Forbidden(NOT_BY_KEY)
