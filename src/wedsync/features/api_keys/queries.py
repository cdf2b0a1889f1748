"""Every statement about the keys of a business's programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.features.api_keys.model import Key
from wedsync.kernel.ids import KeyId, SupplierId
from wedsync.kernel.permissions import KeyScope
from wedsync.kernel.tiers import SupplierTier
from wedsync.platform.database import ById, NoParams, Query


class KeysPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a business's keys: those older than `before`."""

    supplier_id: SupplierId
    before: UUID
    limit: int


class OneKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a business."""

    supplier_id: SupplierId
    id: KeyId


class NewKeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A key to keep; `replaces_id` None: it follows none."""

    supplier_id: SupplierId
    id: KeyId
    name: str
    scopes: tuple[KeyScope, ...]
    public_id: str
    key_hash: bytes
    lasts: timedelta
    replaces_id: KeyId | None


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """A key that goes on for so long, and no longer than it would have."""

    supplier_id: SupplierId
    id: KeyId
    overlap: timedelta


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """A business's tier, and how many keys it has that are live."""

    tier: SupplierTier
    live_keys: int


class Held(msgspec.Struct, frozen=True):
    """The business whose keys are counted."""

    id: SupplierId


class Changed(msgspec.Struct, frozen=True):
    """The key that was made or changed."""

    id: KeyId


class EndingLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter has to know that tells of a key about to end."""

    email: str
    name: str
    business: str
    key_name: str
    public_id: str
    ends_at: datetime
    is_followed: bool
    supplier_id: SupplierId


_KEY: Final[LiteralString] = """
    select k.id, k.name, k.public_id, k.scopes, m.display_name as made_by, k.replaces_id, k.created_at, k.ends_at,
      coalesce(k.ended_at, case when k.ends_at <= app.clock() then k.ends_at end) as ended_at, u.used_at,
      exists (select from live.api_keys n where n.supplier_id = k.supplier_id and n.replaces_id = k.id) as is_followed
    from live.api_keys k
    left join live.supplier_members m on m.supplier_id = k.supplier_id and m.person_id = k.person_id
    left join live.api_key_uses u on u.supplier_id = k.supplier_id and u.key_id = k.id"""
KEYS: Final = Query(
    KeysPage,
    Key,
    _KEY
    + """
    where k.supplier_id = %(supplier_id)s and k.id < %(before)s
    order by k.id desc
    limit %(limit)s
    """,
)
ONE_KEY: Final = Query(OneKey, Key, _KEY + " where k.supplier_id = %(supplier_id)s and k.id = %(id)s")
# Who makes keys of one business at once waits for the other, and counts them after.
HOLD: Final = Query(ById, Held, "select id from app.suppliers where id = %(id)s for no key update")
CONTRACT: Final = Query(
    ById,
    Contract,
    """
    select coalesce((select t.tier from live.supplier_tiers t where t.supplier_id = %(id)s), 'free') as tier,
      (select count(*) from live.api_keys k
       where k.supplier_id = %(id)s and k.ended_at is null and k.ends_at > app.clock()) as live_keys
    """,
)
MAKE: Final = Query(
    NewKeyRow,
    Changed,
    """
    insert into app.api_keys (supplier_id, id, name, scopes, public_id, key_hash, ends_at, replaces_id)
    values (%(supplier_id)s, %(id)s, %(name)s, %(scopes)s, %(public_id)s, %(key_hash)s, app.clock() + %(lasts)s,
      %(replaces_id)s)
    returning id
    """,
)
FOLLOW: Final = Query(
    Following,
    Changed,
    """
    update app.api_keys set ends_at = least(ends_at, app.clock() + %(overlap)s)
    where supplier_id = %(supplier_id)s and id = %(id)s and ended_at is null and ends_at > app.clock()
    returning id
    """,
)
END: Final = Query(
    OneKey,
    Changed,
    """
    update app.api_keys set ended_at = app.clock()
    where supplier_id = %(supplier_id)s and id = %(id)s and ended_at is null and ends_at > app.clock()
    returning id
    """,
)
TELL_OF_ENDING: Final = Query(NoParams, ById, "select id from app.tell_of_ending_keys()")
ENDING_LETTER: Final = Query(
    ById,
    EndingLetter,
    """
    select email, name, business, key_name, public_id, ends_at, is_followed, supplier_id from app.key_letter(%(id)s)
    """,
)
