"""Where people change their settings, and leads those of their business."""

from __future__ import annotations

from wedsync.features.people.model import Me, Supplier
from wedsync.features.people.queries import ME, SUPPLIER_CARD
from wedsync.features.preferences import queries as q
from wedsync.features.preferences.model import CardChange, SelfChange, changed_card, changed_self
from wedsync.kernel.ids import PersonId, SupplierId
from wedsync.kernel.permissions import Permission, SupplierType, WriteClass
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import SELF, SUPPLIER, ById, Event, NoParams, Tx, action


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def change_self(tx: Tx, person_id: PersonId, change: SelfChange) -> Me:
    """Say anew what one is called, by which clock one lives, and how we write to one.

    A name is carried along to the teams and weddings where they were called by it.
    """
    stands = await tx.one(ME, NoParams())
    said = changed_self(stands, change)
    await tx.run(q.CHANGE_SELF, q.NewSelf(id=person_id, name=said.name, zone=said.zone, locale=said.locale))
    if said.name != stands.name:
        await tx.run(q.CARRY_NAME, q.EarlierName(stands.name))
    tx.emit(Event(kind="capacity", id=str(person_id), scope=str(person_id)))
    return await tx.one(ME, NoParams())


@action(requires=Permission.SUPPLIER_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def change_supplier(tx: Tx, supplier_id: SupplierId, change: CardChange) -> Supplier:
    """Say anew what a business is called, what it does and where. Weddings that are on go on showing what was."""
    stands = await tx.one(SUPPLIER_CARD, ById(supplier_id))
    said = changed_card(stands, change)
    stays_venue = SupplierType.VENUE in said.supplier_types or SupplierType.VENUE not in stands.supplier_types
    if not stays_venue and (await tx.one(q.PUBLISHED, ById(supplier_id))).has_venues:
        raise Conflict("Your places are in the directory. Remove them there first; then you can stop being a venue.")
    new = q.NewCard(
        id=supplier_id,
        name=said.name,
        supplier_types=tuple(kind.value for kind in said.supplier_types),
        zone=said.zone,
    )
    kept = await tx.one(q.CHANGE_CARD, new)
    tx.emit(Event(kind="team", id=str(supplier_id), scope=str(supplier_id)))
    return kept
