"""What people ask for of their own data. Only for themselves: the account that is signed in proves who asks."""

from __future__ import annotations

from wedsync.features.people.jobs import ForRow
from wedsync.features.privacy import queries as q
from wedsync.features.privacy.exporting import EXPORT, ForExport
from wedsync.features.privacy.jobs import SEND_RECEIPT
from wedsync.features.privacy.model import Kind, read_words
from wedsync.kernel.ids import PersonId, RequestId, WeddingId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import AlreadyDone, Conflict, NotFound
from wedsync.platform.database import SELF, NoParams, Tx, action
from wedsync.platform.jobs import defer


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def ask_to_be_forgotten(tx: Tx, person_id: PersonId, wedding_id: WeddingId | None = None) -> RequestId:
    """Everywhere, or in one wedding: confirmed by letter at once, carried out after a day, and after the wedding.

    Raises NotFound for a wedding one does not belong to, AlreadyDone when it was asked for before.
    """
    kept = await _ask(tx, q.NewRequest(person_id=person_id, kind=Kind.ERASURE.value, wedding_id=wedding_id))
    await defer(tx, SEND_RECEIPT, ForRow(kept))
    return kept


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def ask_for_data(tx: Tx, person_id: PersonId, wedding_id: WeddingId | None = None) -> RequestId:
    """A file with everything about oneself, or of a wedding one belongs to, within a day; it is there for a week.

    Raises NotFound for a wedding one does not belong to, AlreadyDone while one is on its way.
    """
    kind = Kind.ACCESS if wedding_id is None else Kind.PORTABILITY
    kept = await _ask(tx, q.NewRequest(person_id=person_id, kind=kind.value, wedding_id=wedding_id))
    await defer(tx, EXPORT, ForExport(id=kept, wedding_id=wedding_id))
    return kept


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def ask_to_put_right(tx: Tx, person_id: PersonId, wrong: str) -> RequestId:
    """What one cannot change oneself: confirmed by letter at once, and answered by a person within seven days.

    Raises Invalid, AlreadyDone while another one is open.
    """
    new = q.NewRequest(person_id=person_id, kind=Kind.RECTIFICATION.value, wrong=read_words("wrong", wrong))
    kept = await _ask(tx, new)
    await defer(tx, SEND_RECEIPT, ForRow(kept))
    return kept


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def withdraw(tx: Tx, person_id: PersonId, request_id: RequestId) -> None:
    """Take a request back. Raises NotFound, and Conflict once it has begun."""
    if await tx.maybe(q.WITHDRAW, q.OneRequest(person_id=person_id, id=request_id)) is None:
        known = next((each for each in await tx.all(q.MINE, NoParams()) if each.id == request_id), None)
        if known is None:
            raise NotFound
        raise Conflict("This can no longer be taken back: it was done, is being done, or was withdrawn before.")


async def _ask(tx: Tx, new: q.NewRequest) -> RequestId:
    try:
        return (await tx.one(q.ASK, new)).id
    except AlreadyDone:
        raise AlreadyDone("You have asked for this already; it is on its way.") from None
