"""Support looks at pages as somebody sees them. It changes nothing, every page is written down first, and it ends at
once with its half hour, its operator's role or their session.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.kernel.ids import ImpersonationId, PersonId, SessionId, SupplierId, WeddingId
from wedsync.platform.database import Actor, Database, Query
from wedsync.platform.tokens import token_hash

AS_COOKIE: Final = "wedsync_as"
# Where an operator is somebody else; everywhere else they are themselves, above all where it can be ended.
PLACES: Final = ("/s/", "/w/", "/venues/")
NOTHING_CHANGES: Final = "You look as somebody else, and nothing can be changed. Stop looking to act as yourself."


class Impersonation(msgspec.Struct, frozen=True, kw_only=True):
    """As whom an operator looks, and until when."""

    id: ImpersonationId
    person_id: PersonId
    name: str
    ends_at: datetime


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator's browser shows, in which session."""

    hash: bytes
    session: SessionId


class OpenedPage(Token, frozen=True, kw_only=True):
    """A page about to be shown."""

    path: str
    wedding: WeddingId | None
    supplier: SupplierId | None


class Noted(msgspec.Struct, frozen=True):
    """Whether it was written down: else the impersonation is over."""

    is_noted: bool


FIND: Final = Query(
    Token, Impersonation, "select id, person_id, name, ends_at from app.impersonation(%(hash)s, %(session)s)"
)
NOTE: Final = Query(
    OpenedPage,
    Noted,
    "select app.note_page(%(hash)s, %(session)s, %(path)s, %(wedding)s, %(supplier)s) as is_noted",
)


async def find(database: Database, operator: PersonId, session: SessionId, token: str) -> Impersonation | None:
    """The impersonation that a token opens now, or None."""
    hashed = token_hash(token)
    if not hashed:
        return None
    return await database.reader(Actor(person_id=operator)).maybe(FIND, Token(hash=hashed, session=session))


async def note(database: Database, operator: PersonId, page: OpenedPage) -> bool:
    """Write a page down before it is shown; False when the impersonation is over."""
    async with database.transaction(Actor(person_id=operator)) as tx:
        return (await tx.one(NOTE, page)).is_noted


def is_elsewhere(path: str) -> bool:
    """Whether an operator who looks as somebody is that person at this address."""
    return path.startswith(PLACES)
