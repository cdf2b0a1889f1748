"""Every statement about legal holds. Row security answers operators who answer people, and nobody else."""

from __future__ import annotations

from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.operations.holds.model import Hold, NewHold, Step
from wedsync.platform.database import ById, Query


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list; those asked for before this one, or the newest."""

    after: UUID | None
    limit: int


class OneStep(msgspec.Struct, frozen=True, kw_only=True):
    """What is done about which hold."""

    id: UUID
    step: Step


class Written(msgspec.Struct, frozen=True):
    """The hold that was written; None when there is none."""

    id: UUID | None


_SEEN: Final[LiteralString] = """
    select h.id, h.subject_id, h.wedding_id, h.reason, h.created_at, a.display_name as asked_by, h.person_id as asked_by_id,
      b.display_name as approved_by, h.approved_at, c.display_name as release_asked_by, h.release_asked_by as release_asked_by_id,
      h.release_asked_at,
      d.display_name as released_by, h.released_at,
      case when h.released_at is not null then 'released' when h.release_asked_at is not null then 'release_requested'
           when h.approved_at is not null then 'in_force' else 'requested' end as state
    from live.legal_holds h
    join live.operators a on a.person_id = h.person_id
    left join live.operators b on b.person_id = h.approved_by
    left join live.operators c on c.person_id = h.release_asked_by
    left join live.operators d on d.person_id = h.released_by
"""
HOLD: Final = Query(ById, Hold, _SEEN + "where h.id = %(id)s")
HOLDS: Final = Query(
    Page,
    Hold,
    _SEEN
    + """
    where h.id < coalesce(%(after)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by h.id desc
    limit %(limit)s
    """,
)
ASK: Final = Query(NewHold, Written, "select app.ask_hold(%(subject_id)s, %(wedding_id)s, %(reason)s) as id")
STEP: Final = Query(OneStep, Written, "select app.step_hold(%(id)s, %(step)s) as id")
