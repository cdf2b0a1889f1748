"""From client to wedding: a letter to the couple, and which wedding a client belongs to.

Nothing of what a business keeps goes to the couple with it but an address and how the letter greets them.
"""

from __future__ import annotations

from wedsync.features.clients import invitation_queries as iq
from wedsync.features.clients import queries as q
from wedsync.features.clients.actions import happened
from wedsync.features.clients.candidates import greeting, service_of, why_not
from wedsync.features.clients.model import Client, Happened
from wedsync.features.people import actions as people
from wedsync.features.people.model import SentInvitation, read_address
from wedsync.kernel.ids import ClientId, SupplierId, WeddingId
from wedsync.kernel.permissions import Permission, SupplierType, WriteClass
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import SUPPLIER, ById, Tx, action


@action(requires=Permission.INVITATIONS_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def invite_client(
    tx: Tx, supplier_id: SupplierId, client_id: ClientId, service: SupplierType | None = None
) -> SentInvitation:
    """Invite a client as a couple; `service` None is the only thing that the business does.

    Raises Conflict (no address, connected, a letter is out), Invalid (the business does several things).
    """
    await tx.run(q.HOLD, q.ByIds(supplier_id=supplier_id, ids=[client_id]))
    candidate = await tx.one(iq.CANDIDATE, q.OneClient(supplier_id=supplier_id, id=client_id))
    if why := why_not(candidate):
        raise Conflict(why)
    kinds = (await tx.one(iq.KINDS, ById(supplier_id))).supplier_types
    new = people.NewInvitation(
        kind="couple",
        email=read_address(candidate.email),
        name=greeting(candidate.name),
        service=service_of(kinds, service),
    )
    sent = await people.invite_couple(tx, supplier_id, new)
    await tx.one(iq.KEEP_INVITATION, iq.Sent(supplier_id=supplier_id, id=client_id, invitation_id=sent.id))
    await happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[client_id], kind=Happened.INVITED))
    return sent


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def link_wedding(tx: Tx, supplier_id: SupplierId, client_id: ClientId, wedding_id: WeddingId) -> Client:
    """Say that a client is the couple of a wedding that the business is connected to. Safe to repeat.

    Raises Conflict where it is another wedding's, NotFound for a wedding that the business is not connected to.
    """
    place = q.OneClient(supplier_id=supplier_id, id=client_id)
    stands = await tx.one(q.CLIENT, place)
    if stands.wedding_id == wedding_id:
        return stands
    if stands.wedding_id is not None:
        raise Conflict(f"{stands.name} belongs to another wedding. Take that link away first.")
    await tx.one(iq.MEET, iq.Meeting(supplier_id=supplier_id, id=client_id, wedding_id=wedding_id))
    await happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[client_id], kind=Happened.CONNECTED))
    return await tx.one(q.CLIENT, place)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def unlink_wedding(tx: Tx, supplier_id: SupplierId, client_id: ClientId) -> Client:
    """Take a client's wedding away again; the connection with the couple stays as it is. Raises NotFound for none."""
    place = q.OneClient(supplier_id=supplier_id, id=client_id)
    await tx.one(iq.PART, place)
    what = q.NewEvents(supplier_id=supplier_id, ids=[client_id], kind=Happened.CHANGED, fields=("wedding_id",))
    await happened(tx, what)
    return await tx.one(q.CLIENT, place)
