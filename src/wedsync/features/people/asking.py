"""Asking for a link: where to look for the letter, and how to have it sent again.

What was asked for is kept by the browser, sealed: in the page's address it would stay in histories and logs.
"""

from __future__ import annotations

import hmac
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.features.people import links
from wedsync.features.people.jobs import LINK
from wedsync.features.people.model import LinkKind
from wedsync.features.people.shell import door
from wedsync.features.people.views import LinkSentPage, SignInLinkPage
from wedsync.platform.database import Tx
from wedsync.platform.http import OPEN, Exchange, drawn, see_other
from wedsync.platform.http.answers import kept_cookie, local_path
from wedsync.platform.pages import Filled
from wedsync.platform.rate_limits import MAGIC_LINK, RateLimits

Next = Annotated[str, QueryParameter(name="next", max_length=500)]
COOKIE: Final = "wedsync_asked"
KEPT_S: Final = 3600
SIGN_IN: Final = "/sign-in/link"
SIGN_UP: Final = "/sign-up"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A link that was asked for, for which address, and where they were going."""

    link: UUID
    email: str
    is_sign_up: bool = False
    kind: LinkKind = LinkKind.SIGN_IN
    to: str = ""


@get("/sign-in/link", opt=OPEN)
async def link_request(exchange: Exchange, next_url: Next = "") -> Response[str]:
    """For who has no password, or wants to come in without it."""
    return drawn(link_page(exchange, LinkKind.SIGN_IN, next_url=next_url))


@get("/sign-in/forgotten", opt=OPEN)
async def forgotten(exchange: Exchange) -> Response[str]:
    """For who has forgotten their password."""
    return drawn(link_page(exchange, LinkKind.RESET))


@get("/sign-in/link/sent", opt=OPEN)
async def sent(exchange: Exchange) -> Response[str]:
    """Reloading it sends nothing."""
    asked = _asked(exchange)
    if asked is None:
        return see_other(SIGN_IN)
    page = LinkSentPage(
        shell=door(exchange),
        email=asked.email,
        lasts=asked.kind.lasts_text,
        is_sign_up=asked.is_sign_up,
        again_url="/sign-in/link/again",
        start_url=SIGN_UP if asked.is_sign_up else SIGN_IN,
    )
    return drawn(page)


@post("/sign-in/link/again", opt=OPEN)
async def again(exchange: Exchange, tx: Tx, limits: RateLimits) -> Response[str]:
    """Another letter for the same; as often as one may ask at all."""
    asked = _asked(exchange)
    if asked is None:
        return see_other(SIGN_IN)
    await limits.take(MAGIC_LINK, asked.email)
    link = await links.ask_again(tx, asked.link)
    return look_in_inbox(exchange, msgspec.structs.replace(asked, link=link))


def look_in_inbox(exchange: Exchange, asked: Asked) -> Response[str]:
    """On to the page that says where the letter is."""
    content = msgspec.json.encode(asked)
    answer: Response[str] = see_other("/sign-in/link/sent")
    value = f"{content.hex()}.{exchange.services.sealer.sign(COOKIE, content)}"
    is_secure = exchange.services.settings.is_behind_tls
    answer.cookies.append(kept_cookie(COOKIE, value, KEPT_S, is_secure=is_secure))
    return answer


def link_page(exchange: Exchange, kind: LinkKind, *, email: Filled | None = None, next_url: str = "") -> SignInLinkPage:
    """Asking for a link, of either kind."""
    return SignInLinkPage(
        shell=door(exchange),
        email=email or Filled(),
        kind=kind.value,
        is_reset=kind is LinkKind.RESET,
        lasts=kind.lasts_text,
        next_url=local_path(next_url),
    )


def where_to(exchange: Exchange, token: str) -> str:
    """Where whoever asked for this link, in this browser, was going; "" for every other link."""
    asked = _asked(exchange)
    is_it = asked is not None and exchange.services.sealer.token(LINK, asked.link) == token
    return asked.to if asked is not None and is_it else ""


def _asked(exchange: Exchange) -> Asked | None:
    """What this browser asked for within the hour; a cookie that we did not seal says nothing."""
    content, _, seal = exchange.cookie(COOKIE).partition(".")
    try:
        raw = bytes.fromhex(content)
    except ValueError:
        return None
    if not hmac.compare_digest(seal.encode(), exchange.services.sealer.sign(COOKIE, raw).encode()):
        return None
    return msgspec.json.decode(raw, type=Asked)


HANDLERS: Final = (link_request, forgotten, sent, again)
