"""Many clients invited together. A worker sends one letter after another, as fast as letters of this person may go.

Where as many are out as may be, the round waits and says until when; nobody is left out without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.clients import invitation_queries as iq
from wedsync.features.clients import round_queries as q
from wedsync.features.clients.actions import tell
from wedsync.features.clients.candidates import service_of, why_not_with_others
from wedsync.features.clients.inviting import invite_client
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission, SupplierType, WriteClass
from wedsync.kernel.problems import Conflict, Invalid, NotFound, TooManyRequests, Unavailable
from wedsync.platform.database import SUPPLIER, Actor, ById, Tx, action
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.rate_limits import INVITATIONS, INVITED, RateLimits

MOST_IN_ROUND: Final = 500


class ForRound(msgspec.Struct, frozen=True, kw_only=True):
    """Which round, of which business."""

    supplier_id: SupplierId
    round_id: UUID


@action(requires=Permission.INVITATIONS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def begin_round(
    tx: Tx, supplier_id: SupplierId, ids: Sequence[ClientId], service: SupplierType | None = None
) -> q.Round:
    """Invite those of these clients to whom a letter may go. Raises Conflict (too many, nobody), Invalid."""
    if len(ids) > MOST_IN_ROUND:
        raise Conflict(f"Invite up to {MOST_IN_ROUND} at a time.")
    found = await tx.all(q.THESE, q.TheseClients(supplier_id=supplier_id, ids=ids))
    chosen = [each.id for each in found if not why_not_with_others(each)]
    if not chosen:
        raise Conflict("None of them can be invited now.")
    kinds = (await tx.one(iq.KINDS, ById(supplier_id))).supplier_types
    new = q.NewRound(supplier_id=supplier_id, service=service_of(kinds, service))
    begun = await tx.one(q.BEGIN, new)
    await tx.run(q.CHOOSE, q.InRound(supplier_id=supplier_id, round_id=begun.id, ids=chosen))
    await defer(tx, GO_ON, ForRound(supplier_id=supplier_id, round_id=begun.id))
    return await tx.one(q.ROUND, q.OneRound(supplier_id=supplier_id, id=begun.id))


@action(requires=Permission.INVITATIONS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def send_next(tx: Tx, supplier_id: SupplierId, round_id: UUID, limits: RateLimits) -> bool:
    """Send the next letter of a round, or put the rest off until more may go. False when there is nothing to do now."""
    place = q.OneRound(supplier_id=supplier_id, id=round_id)
    found = await tx.maybe(q.NEXT, place)
    if found is None:
        return False
    try:
        await limits.take(INVITATIONS, str(tx.person_id))
    except TooManyRequests as refusal:
        await _put_off(tx, place, refusal)
        return False
    state = await _invited(tx, supplier_id, found, limits)
    await tx.one(q.TELL, q.Told(supplier_id=supplier_id, id=found.id, state=state))
    await tx.one(q.PAUSE, q.Pausing(supplier_id=supplier_id, id=round_id, goes_on_at=None))
    tell(tx, supplier_id)
    return True


async def _invited(tx: Tx, supplier_id: SupplierId, next_one: q.Next, limits: RateLimits) -> str:
    """Sent, or passed where no letter may go there now, nor to this address today."""
    try:
        await limits.take(INVITED, next_one.email)
        await invite_client(tx, supplier_id, next_one.client_id, next_one.service)
    except (Conflict, Invalid, NotFound, TooManyRequests):
        return "passed"
    return "sent"


async def _put_off(tx: Tx, place: q.OneRound, refusal: TooManyRequests) -> None:
    seconds = refusal.members.get("retry_after_s")
    at = utc_now() + timedelta(seconds=seconds if isinstance(seconds, int) else INVITATIONS.per_s)
    await tx.one(q.PAUSE, q.Pausing(supplier_id=place.supplier_id, id=place.id, goes_on_at=at))
    await defer(tx, GO_ON, ForRound(supplier_id=place.supplier_id, round_id=place.id), at=at)
    tell(tx, place.supplier_id)


async def _go_on(workshop: Workshop, actor: Actor, job: ForRound) -> None:
    if workshop.limits is None:
        raise Unavailable
    goes_on = True
    while goes_on:
        async with workshop.database.transaction(actor) as tx:
            goes_on = await send_next(tx, job.supplier_id, job.round_id, workshop.limits)


# Letters, and plans of a business: no wedding's lock holds them up.
GO_ON: Final = Job(
    "clients.go_on", ForRound, _go_on, write_class=WriteClass.PLAN, wedding=lambda _: None, timeout_s=300
)
JOBS: Final = (GO_ON,)
