"""Every statement about what people asked for of their data. It answers operators who answer people, and nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.privacy.model import Kind, Outcome
from wedsync.kernel.ids import PersonId, RequestId
from wedsync.platform.database import Query


class OpenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not done yet, of nobody: only a correction says by id whose it is, and what is wrong.

    `is_everything`: not of one wedding alone. `waits` says why nothing happens, `waits_until` how long.
    """

    id: RequestId
    kind: Kind
    is_everything: bool
    created_at: datetime
    due_at: datetime
    is_overdue: bool
    begun_at: datetime | None = None
    waits: str | None = None
    waits_until: datetime | None = None
    person_id: PersonId | None = None
    wrong: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list: what comes after this one, or the first."""

    after: UUID | None
    limit: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a correction."""

    id: UUID
    outcome: Outcome
    answer: str


class Written(msgspec.Struct, frozen=True):
    """The request that was answered; None when there is none."""

    id: RequestId | None


OPEN: Final = Query(
    Page,
    OpenRequest,
    """
    select id, kind, is_everything, created_at, due_at, is_overdue, begun_at, waits, waits_until, person_id, wrong
    from app.open_data_requests(%(after)s, %(limit)s)
    """,
)
ANSWER: Final = Query(Answer, Written, "select app.answer_rectification(%(id)s, %(outcome)s, %(answer)s) as id")
