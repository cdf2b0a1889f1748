"""One wedding with everything that a page about it needs, in one statement: it is drawn in one round trip."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.features.weddings.model import Wedding
from wedsync.features.weddings.queries import WEDDING, Change
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import Area
from wedsync.platform.database import ById, Query
from wedsync.platform.database.action import StandingRow


class AreaGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What one supplier may do in one area now; suppliers see their own only."""

    supplier_id: SupplierId
    area: Area
    level: str
    can_write: bool


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody the couple has invited to belong to the wedding, and who has not come yet."""

    kind: str
    email: str
    name: str
    expires_at: datetime


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding, and what its reader is to it."""

    wedding: Wedding
    standing: StandingRow
    grants: tuple[AreaGrant, ...]


class SeenWithNews(Seen, frozen=True, kw_only=True):
    """The same with what changed lately, newest first."""

    changes: tuple[Change, ...]


class SeenAtHome(SeenWithNews, frozen=True, kw_only=True):
    """The same with who is invited to belong to it; a couple's alone."""

    invited: tuple[Invited, ...]


_SEEN: Final = """
    select row_to_json(w) as wedding, t.standing,
      coalesce((
        select json_agg(g) from (
          select supplier_id, area, level, can_write
          from live.connection_grants
          where wedding_id = w.id and revoked_at is null
          order by supplier_id, area) g), '[]') as grants"""
_CHANGES: Final = """,
      coalesce((
        select json_agg(c) from (
          select r.definition_key as key, r.revision, r.state, r.value, r.written_at, p.value as previous,
            coalesce(s.name, m.display_name) as writer
          from (
            select wedding_id, subject_id, fact_key, definition_key, revision, id, state, value, written_at, actor_id,
              actor_supplier_id
            from live.core_field_revisions
            where wedding_id = w.id
            order by written_at desc, id desc
            limit 8) r
          left join live.core_field_revisions p
            on p.wedding_id = r.wedding_id and p.subject_id = r.subject_id and p.fact_key = r.fact_key
            and p.revision = r.revision - 1
          left join live.suppliers s on s.id = r.actor_supplier_id
          left join live.wedding_members m on m.wedding_id = r.wedding_id and m.person_id = r.actor_id
          order by r.written_at desc, r.id desc) c), '[]') as changes"""
_INVITED: Final = """,
      coalesce((
        select json_agg(i) from (
          select kind, email, name, expires_at
          from live.wedding_invitations
          where wedding_id = w.id and kind <> 'supplier'
            and accepted_at is null and revoked_at is null and expires_at > app.clock()
          order by created_at, id
          limit 20) i), '[]') as invited"""
# In another capacity one may see it and yet be nobody to it: then there is no page.
_FROM: Final = (
    "\n    from (" + WEDDING.sql + ") w\n    cross join lateral (select app.wedding_standing(w.id) as standing) t"
    "\n    where t.standing is not null\n"
)

SEEN: Final = Query(ById, Seen, _SEEN + _FROM)
SEEN_WITH_NEWS: Final = Query(ById, SeenWithNews, _SEEN + _CHANGES + _FROM)
SEEN_AT_HOME: Final = Query(ById, SeenAtHome, _SEEN + _CHANGES + _INVITED + _FROM)
