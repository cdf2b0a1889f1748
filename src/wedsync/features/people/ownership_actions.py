"""A business changes hands: its owner offers it to somebody of the team, who agrees by the link in a letter.

A business has one owner at every moment. Who owned it before is an admin after.
"""

from __future__ import annotations

from typing import Final

from wedsync.features.people import ownership_queries as q
from wedsync.features.people.model import INVITATION_LASTS, OwnershipOffer
from wedsync.features.people.ownership_letters import OFFER_CODE, SEND_OFFER, SEND_TRANSFER, ToOneOfTwo
from wedsync.features.people.queries import MEMBER, OPEN_OFFER, ByHash, OneMember
from wedsync.kernel.ids import PersonId, SupplierId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Conflict, NotFound
from wedsync.platform.database import SELF, SUPPLIER, ById, Event, Reader, Tx, action
from wedsync.platform.jobs import defer
from wedsync.platform.tokens import token_hash

NO_OFFER: Final = "Nobody waits for this: it was taken up, withdrawn, or is over."
NOT_YOURS: Final = "No offer to you has this link. Sign in as whom the letter was written to, and open the whole link."


@action(requires=Permission.SUPPLIER_TRANSFER, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def offer_ownership(tx: Tx, supplier_id: SupplierId, receiver: PersonId) -> OwnershipOffer:
    """Offer the business to somebody of its team, for 7 days and in place of an earlier offer.

    Raises NotFound for who is not in the team, Conflict for the owner themselves.
    """
    await tx.one(MEMBER, OneMember(supplier_id=supplier_id, person_id=receiver))
    row = new_id()
    code_hash = token_hash(tx.sealer.token(OFFER_CODE, row))
    new = q.NewOffer(supplier_id=supplier_id, id=row, receiver_id=receiver, code_hash=code_hash, lasts=INVITATION_LASTS)
    await tx.run(q.OFFER, new)
    for is_to_receiver in (True, False):
        await defer(tx, SEND_OFFER, ToOneOfTwo(row, is_to_receiver))
    _tell_team(tx, supplier_id)
    return await tx.one(OPEN_OFFER, ById(supplier_id))


@action(requires=Permission.SUPPLIER_TRANSFER, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def withdraw_ownership(tx: Tx, supplier_id: SupplierId) -> None:
    """Take the open offer back: the link in its letter is worth nothing. Raises Conflict when there is none."""
    if not (await tx.one(q.WITHDRAW, ById(supplier_id))).was_open:
        raise Conflict(NO_OFFER)
    _tell_team(tx, supplier_id)


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def accept_ownership(tx: Tx, person_id: PersonId, code: str) -> SupplierId:
    """Become the owner of the business that was offered. Once. Raises NotFound for somebody else's offer, Conflict."""
    hashed = ByHash(token_hash(code))
    await find_offer(tx, code)
    accepted = await tx.one(q.ACCEPT, hashed)
    for is_to_receiver in (True, False):
        await defer(tx, SEND_TRANSFER, ToOneOfTwo(accepted.id, is_to_receiver))
    _tell_team(tx, accepted.supplier_id)
    for person in (person_id, accepted.person_id):
        tx.emit(Event(kind="capacity", id=str(person), scope=str(person)))
    return accepted.supplier_id


async def find_offer(lane: Reader | Tx, code: str) -> q.OwnershipInvitation:
    """The offer with this code, to who it was written to and while it is open. Raises NotFound or Conflict."""
    found = await lane.maybe(q.READ, ByHash(token_hash(code)))
    if found is None:
        raise NotFound(NOT_YOURS)
    return found.open


def _tell_team(tx: Tx, supplier_id: SupplierId) -> None:
    tx.emit(Event(kind="team", id=str(supplier_id), scope=str(supplier_id)))
