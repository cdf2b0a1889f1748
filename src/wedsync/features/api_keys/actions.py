"""Making, following and ending the keys of a business's programs. The key itself is told once and kept nowhere."""

from __future__ import annotations

from datetime import timedelta

from wedsync.features.api_keys import queries as q
from wedsync.features.api_keys.model import (
    MOST_KEYS,
    NO_API,
    USUAL_DAYS,
    CleanKey,
    Key,
    KeySaid,
    MadeKey,
    read_key,
    read_overlap,
)
from wedsync.features.people.events import note
from wedsync.features.people.model import SecurityKind
from wedsync.kernel.ids import KeyId, SupplierId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import AlreadyDone, Conflict, Forbidden
from wedsync.platform.api_keys import key_hash, new_key
from wedsync.platform.database import SUPPLIER, ById, Event, Tx, action


@action(requires=Permission.API_KEYS_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def make_key(tx: Tx, supplier_id: SupplierId, said: KeySaid) -> MadeKey:
    """Make a key. Raises Invalid, Forbidden without the tier for it, Conflict when there are as many as may be."""
    return await _make(tx, supplier_id, read_key(said))


@action(requires=Permission.API_KEYS_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def follow_key(tx: Tx, supplier_id: SupplierId, key_id: KeyId, overlap_hours: int) -> MadeKey:
    """Make the key that follows another; the old one goes on so long, then ends. Raises as `make_key`."""
    overlap = read_overlap(overlap_hours)
    old = await tx.one(q.ONE_KEY, q.OneKey(supplier_id=supplier_id, id=key_id))
    if old.ended_at is not None or old.is_followed:
        raise AlreadyDone("This key has ended, or another follows it already. Make a new one instead.")
    clean = CleanKey(name=old.name, scopes=tuple(old.scopes), lasts=timedelta(days=USUAL_DAYS))
    made = await _make(tx, supplier_id, clean, follows=key_id)
    await tx.one(q.FOLLOW, q.Following(supplier_id=supplier_id, id=key_id, overlap=overlap))
    return made


@action(requires=Permission.API_KEYS_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def end_key(tx: Tx, supplier_id: SupplierId, key_id: KeyId) -> Key:
    """End a key at once: the next request under it is refused, everywhere. Ending it twice is no error."""
    one = q.OneKey(supplier_id=supplier_id, id=key_id)
    has_ended_now = await tx.maybe(q.END, one) is not None
    _tell(tx, supplier_id)
    key = await tx.one(q.ONE_KEY, one)
    if has_ended_now:
        await note(tx, SecurityKind.API_KEY_REMOVED, key.name)
    return key


async def _make(tx: Tx, supplier_id: SupplierId, clean: CleanKey, follows: KeyId | None = None) -> MadeKey:
    await tx.one(q.HOLD, ById(supplier_id))
    contract = await tx.one(q.CONTRACT, ById(supplier_id))
    if not contract.tier.has_api:
        raise Forbidden(f"{NO_API} This one has {contract.tier.label}.")
    if contract.live_keys >= MOST_KEYS:
        raise Conflict(f"A business has {MOST_KEYS} keys at most. End one that nobody needs first.")
    new = new_key()
    row = q.NewKeyRow(
        supplier_id=supplier_id,
        id=KeyId(new_id()),
        name=clean.name,
        scopes=clean.scopes,
        public_id=new.public_id,
        key_hash=key_hash(new.token),
        lasts=clean.lasts,
        replaces_id=follows,
    )
    await tx.run(q.MAKE, row)
    await note(tx, SecurityKind.API_KEY_MADE, clean.name)
    _tell(tx, supplier_id)
    return MadeKey(key=await tx.one(q.ONE_KEY, q.OneKey(supplier_id=supplier_id, id=row.id)), token=new.token)


def _tell(tx: Tx, supplier_id: SupplierId) -> None:
    tx.emit(Event(kind="keys", id=str(supplier_id), scope=str(supplier_id)))
