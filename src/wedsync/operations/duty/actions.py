"""What duty support does: agree to an emergency after calling back. It is carried out in its proposer's name."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.amendments import actions as amendments
from wedsync.kernel.ids import AmendmentId, PersonId, WeddingId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Invalid
from wedsync.operations.duty import queries as q
from wedsync.platform.database import CELL, Actor, Tx, action
from wedsync.platform.jobs import Job, Workshop, defer

SHORTEST: Final = 10
LONGEST: Final = 500


class CarryOut(msgspec.Struct, frozen=True, kw_only=True):
    """An emergency that has its second yes, and who proposed it."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    proposer: PersonId


@action(requires=Permission.SUPPORT, on=CELL, write_class=WriteClass.LEDGER)
async def approve_emergency(tx: Tx, _operator: PersonId, approval: q.SupportApproval) -> bool:
    """Agree. Returns whether it takes effect now, which the worker sees to at once.

    Raises Invalid without a call-back, Conflict when it is decided or no emergency, Forbidden, NotFound.
    """
    called_back = approval.called_back.strip()
    if not SHORTEST <= len(called_back) <= LONGEST:
        detail = f"Say whom you called back, on which number, and when: {SHORTEST} to {LONGEST} characters."
        raise Invalid(errors=[{"field": "called_back", "detail": detail}])
    done = await tx.one(q.APPROVE, msgspec.structs.replace(approval, called_back=called_back))
    if done.is_approved:
        found = CarryOut(wedding_id=approval.wedding_id, amendment_id=approval.amendment_id, proposer=done.proposer)
        await defer(tx, CARRY_OUT, found)
    return done.is_approved


async def _carry_out(workshop: Workshop, _actor: Actor, job: CarryOut) -> None:
    """The proposer's own yes is what support has seconded: nobody else's rights are lent."""
    async with workshop.database.transaction(Actor(person_id=job.proposer)) as tx:
        await amendments.settle(tx, job.wedding_id, job.amendment_id)


CARRY_OUT: Final = Job("duty.carry_out", CarryOut, _carry_out, write_class=WriteClass.LEDGER)
JOBS: Final = (CARRY_OUT,)
