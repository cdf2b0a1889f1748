"""Into the house: a browser is signed in and led to where its reader was going."""

from __future__ import annotations

from typing import Final

from litestar import Response

from wedsync.features.people import actions
from wedsync.features.people import queries as q
from wedsync.features.people.codes import COOKIE, LASTS, HalfWay, has_second_step, sealed
from wedsync.features.people.model import SignedIn
from wedsync.features.people.shell import home_of
from wedsync.features.people.words import device_name
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId
from wedsync.platform.database import NoParams, Tx
from wedsync.platform.http import Exchange, keep_signed_in, see_other
from wedsync.platform.http.answers import kept_cookie, local_path

# Who has signed in by this browser before: a mark each, which only we can make and which says nothing to anybody else.
KNOWN_COOKIE: Final = "wedsync_known"
KNOWN_S: Final = 400 * 24 * 3600
MOST_KNOWN: Final = 5
CODE: Final = "/sign-in/code"


async def enter(
    exchange: Exchange, tx: Tx, person: PersonId, *, to: str = "", is_by_link: bool = False
) -> Response[str]:
    """The first step is done: in, or on to the second. `to` is where they were going."""
    await tx.act_as(person)
    waiting = HalfWay(person_id=person, expires_at=utc_now() + LASTS, is_by_link=is_by_link, to=local_path(to))
    if not await has_second_step(tx):
        return await come_in(exchange, tx, waiting)
    answer = see_other(CODE)
    is_secure, lasts_s = exchange.services.settings.is_behind_tls, int(LASTS.total_seconds())
    answer.cookies.append(kept_cookie(COOKIE, sealed(exchange, waiting), lasts_s, is_secure=is_secure))
    return answer


async def come_in(exchange: Exchange, tx: Tx, waiting: HalfWay) -> Response[str]:
    """Sign this browser in. Where the same person was signed in here already, that session makes way."""
    person = waiting.person_id
    if exchange.session is not None and exchange.session.person_id == person:
        await actions.end_session(tx, person, exchange.session.session_id)
    device, known, mark = device_of(exchange), exchange.cookie(KNOWN_COOKIE).split("."), _mark(exchange, person)
    begun = await actions.begin_session(tx, person, device, is_by_link=waiting.is_by_link)
    await actions.note_device(tx, person, begun, device=device, is_known=mark in known)
    answer = await _welcome(exchange, tx, begun, to=waiting.to)
    marks = ".".join([mark, *(each for each in known if each != mark)][:MOST_KNOWN]).strip(".")
    is_secure = exchange.services.settings.is_behind_tls
    answer.cookies.append(kept_cookie(KNOWN_COOKIE, marks, KNOWN_S, is_secure=is_secure))
    return answer


def device_of(exchange: Exchange) -> str:
    """What the person's browser is called."""
    return device_name(exchange.headers.get(b"user-agent", b"").decode("latin-1"))


def _mark(exchange: Exchange, person: PersonId) -> str:
    return exchange.services.sealer.sign("known browser", person.bytes)[:22]


async def _welcome(exchange: Exchange, tx: Tx, begun: SignedIn, *, to: str) -> Response[str]:
    """Into the house: where they were going, or to their first capacity's home."""
    path = local_path(to)
    if path == "/":
        path = home_of(await tx.one(q.ME, NoParams()), exchange)
    if begun.ended_oldest and "?" not in path and "#" not in path:
        path = f"{path}?told=one-less"
    answer = see_other(path)
    is_secure = exchange.services.settings.is_behind_tls
    return keep_signed_in(answer, begun.token, expires_at=begun.expires_at, is_secure=is_secure)
