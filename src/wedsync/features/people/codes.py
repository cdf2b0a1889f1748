"""Asking for a code after the password, or after a link: who brings one, who has tried too often.

Between the two steps nobody is signed in. A browser keeps, sealed and for ten minutes, who it is half signed in as, and
that opens nothing but the page that asks for the code.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.features.people import second_step_queries as q
from wedsync.features.people.lockouts import Tries, codes_of, end_tries
from wedsync.features.people.queries import MY_SECRET
from wedsync.features.people.second_step_actions import take_code
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId
from wedsync.kernel.problems import Forbidden
from wedsync.platform.database import Actor, NoParams, Tx
from wedsync.platform.http import Exchange

COOKIE: Final = "wedsync_step"
LASTS: Final = timedelta(minutes=10)
WRONG_CODE: Final = "This code is not right, or was used before. Wait for the next one that your app shows."


class HalfWay(msgspec.Struct, frozen=True, kw_only=True):
    """Whose password or link was right, where they were going, and until when their code is waited for."""

    person_id: PersonId
    expires_at: datetime
    is_by_link: bool = False
    to: str = ""


def half_way(exchange: Exchange) -> HalfWay | None:
    """Who this browser is half signed in as; a cookie that we did not seal says nothing."""
    content, _, seal = exchange.cookie(COOKIE).partition(".")
    try:
        raw = bytes.fromhex(content)
    except ValueError:
        return None
    if not hmac.compare_digest(seal.encode(), exchange.services.sealer.sign(COOKIE, raw).encode()):
        return None
    found = msgspec.json.decode(raw, type=HalfWay)
    return found if found.expires_at > utc_now() else None


def sealed(exchange: Exchange, waiting: HalfWay) -> str:
    """The same as the browser keeps it."""
    content = msgspec.json.encode(waiting)
    return f"{content.hex()}.{exchange.services.sealer.sign(COOKIE, content)}"


async def has_second_step(tx: Tx) -> bool:
    """Whether the actor signs in with a code."""
    return (await tx.one(q.MY_FACTOR, NoParams())).is_on


async def prove_code(exchange: Exchange, person: PersonId, code: str) -> Tx:
    """Take a code, once, in the request's transaction, which acts as them then. Raises Forbidden, LockedOut.

    Counted as passwords are, apart from them: who has guessed the one has five tries at the other.
    """
    database = exchange.services.database
    mine = await database.reader(Actor(person_id=person)).one(MY_SECRET, NoParams())
    account = codes_of(exchange.services.sealer, mine.email)
    tries = Tries(database, account)
    await tries.begin()
    tx = await exchange.transaction()
    await tx.act_as(person)
    if await take_code(tx, person, code):
        await end_tries(tx, account)
        return tx
    await exchange.roll_back()
    await tries.was_wrong(person)
    raise Forbidden(WRONG_CODE)
