"""Every statement about overrides. Row security answers operators only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId
from wedsync.operations.overrides.model import Kind, Override
from wedsync.operations.shield.verdict import Change
from wedsync.platform.database import ById, Nothing, Query


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list; those asked for before this one, or the newest."""

    after: UUID | None
    limit: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An override to write down."""

    person_id: PersonId
    kind: Kind
    change: Change | None
    reason: str
    rollback_plan: str
    incident: str
    image_digest: str
    commander_id: PersonId | None
    lasts: timedelta


class Deciding(msgspec.Struct, frozen=True, kw_only=True):
    """Who lets what pass, or does not."""

    person_id: PersonId
    id: UUID


class Using(msgspec.Struct, frozen=True, kw_only=True):
    """Who uses what, and when its review is due, if one is."""

    person_id: PersonId
    id: UUID
    review_due_on: date | None


class Reviewing(msgspec.Struct, frozen=True, kw_only=True):
    """Who learnt what."""

    person_id: PersonId
    id: UUID
    is_justified: bool
    findings: str


class Written(msgspec.Struct, frozen=True):
    """The override that a row was written for."""

    id: UUID


_SEEN: Final[LiteralString] = """
    select o.id, o.person_id as author_id, author.display_name as author, o.kind, o.change, o.reason, o.rollback_plan, o.incident,
      o.image_digest, o.commander_id, commander.display_name as commander, o.created_at, o.window_ends_at,
      case when v.id is not null then 'reviewed'
           when r.id is not null and o.kind = 'gap' then 'done'
           when r.id is not null then 'used'
           when x.person_id = o.person_id then 'withdrawn'
           when x.id is not null then 'refused'
           when app.clock() >= o.window_ends_at then 'expired'
           when app.is_approved(o.id) then 'approved'
           else 'requested' end as state,
      coalesce((
        select json_agg(json_build_object('person_id', a.person_id, 'name', p.display_name, 'at', a.created_at) order by a.created_at)
        from live.protection_approvals a
        join live.operators p on p.person_id = a.person_id
        where a.override_id = o.id), '[]') as approvals,
      coalesce((
        select json_agg(json_build_object('name', p.display_name, 'at', s.at, 'times', s.times) order by p.display_name)
        from (select x.person_id, max(x.created_at) as at, count(*) as times from live.summons x where x.about = o.id group by x.person_id) s
        join live.operators p on p.person_id = s.person_id), '[]') as told,
      r_by.display_name as used_by, r.created_at as used_at, r.review_due_on,
      x_by.display_name as ended_by, x.created_at as ended_at,
      v_by.display_name as reviewed_by, v.is_justified, v.findings
    from live.protection_overrides o
    join live.operators author on author.person_id = o.person_id
    left join live.operators commander on commander.person_id = o.commander_id
    left join live.protection_redemptions r on r.override_id = o.id
    left join live.operators r_by on r_by.person_id = r.person_id
    left join live.protection_refusals x on x.override_id = o.id
    left join live.operators x_by on x_by.person_id = x.person_id
    left join live.protection_reviews v on v.override_id = o.id
    left join live.operators v_by on v_by.person_id = v.person_id
"""
OVERRIDE: Final = Query(ById, Override, _SEEN + "where o.id = %(id)s and app.operator_role() is not null")
OVERRIDES: Final = Query(
    Page,
    Override,
    _SEEN
    + """
    where app.operator_role() is not null and o.id < coalesce(%(after)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by o.id desc
    limit %(limit)s
    """,
)
REQUEST: Final = Query(
    Asked,
    Written,
    """
    insert into app.protection_overrides (person_id, kind, change, reason, rollback_plan, incident, image_digest, commander_id, window_ends_at)
    values (%(person_id)s, %(kind)s, %(change)s, %(reason)s, %(rollback_plan)s, %(incident)s, %(image_digest)s, %(commander_id)s, app.clock() + %(lasts)s)
    returning id
    """,
)
APPROVE: Final = Query(
    Deciding,
    Written,
    """
    insert into app.protection_approvals (person_id, author_id, override_id)
    select %(person_id)s, o.person_id, o.id from live.protection_overrides o where o.id = %(id)s
    returning override_id as id
    """,
)
REFUSE: Final = Query(
    Deciding,
    Written,
    """
    insert into app.protection_refusals (person_id, author_id, override_id)
    select %(person_id)s, o.person_id, o.id from live.protection_overrides o where o.id = %(id)s
    returning override_id as id
    """,
)
USE: Final = Query(
    Using,
    Written,
    """
    insert into app.protection_redemptions (person_id, author_id, override_id, review_due_on)
    select %(person_id)s, o.person_id, o.id, %(review_due_on)s from live.protection_overrides o where o.id = %(id)s
    returning override_id as id
    """,
)
REVIEW: Final = Query(
    Reviewing,
    Nothing,
    """
    insert into app.protection_reviews (person_id, author_id, override_id, is_justified, findings)
    select %(person_id)s, o.person_id, o.id, %(is_justified)s, %(findings)s from live.protection_overrides o where o.id = %(id)s
    """,
)
