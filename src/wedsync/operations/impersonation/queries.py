"""Every statement about looking as somebody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import ImpersonationId, PersonId, SessionId
from wedsync.platform.database import NoParams, Nothing, Query


class NewImpersonation(msgspec.Struct, frozen=True, kw_only=True):
    """As whom, from which session, and why."""

    id: ImpersonationId
    address: str
    session: SessionId
    hash: bytes
    reason: str
    lasts: timedelta
    event: UUID


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """As whom it is looked."""

    person_id: PersonId
    name: str


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list, newest first."""

    before_at: datetime
    before_id: UUID
    limit: int


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One impersonation: by whom, as whom, why, and how many pages were opened."""

    id: ImpersonationId
    operator: str
    person: str
    reason: str
    created_at: datetime
    ends_at: datetime
    pages: int
    ended_at: datetime | None = None


BEGIN: Final = Query(
    NewImpersonation,
    Subject,
    """
    select person_id, name
    from app.begin_impersonation(%(id)s, %(address)s, %(session)s, %(hash)s, %(reason)s, %(lasts)s::interval, %(event)s)
    """,
)
END: Final = Query(NoParams, Nothing, "select app.end_impersonation()")
LISTED: Final = Query(
    Before,
    Listed,
    """
    select id, operator, person, reason, created_at, ends_at, ended_at, pages
    from app.impersonations_before(%(before_at)s, %(before_id)s, %(limit)s)
    """,
)
