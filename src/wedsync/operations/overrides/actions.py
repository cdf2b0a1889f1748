"""Asking for a release in a freeze, approving it, using it, reviewing it. Who asked approves and reviews nothing of it.

The tables hold these rules too, so that no way round the actions is a way round the rules.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from wedsync.kernel.clock import utc_now
from wedsync.kernel.freeze import Cell
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import AlreadyDone, Conflict, Forbidden
from wedsync.kernel.working_days import working_days_after
from wedsync.kernel.zones import today_in
from wedsync.operations.deployments.queries import BEGIN_BY_OVERRIDE, ByOverride
from wedsync.operations.overrides import queries as q
from wedsync.operations.overrides.model import (
    REVIEW_WORKING_DAYS,
    NewOverride,
    Override,
    Review,
    State,
    read_request,
    read_review,
)
from wedsync.operations.summons.jobs import summon_now
from wedsync.platform.database import CELL, OPERATIONS_CHANGED, ById, Tx, action


@action(requires=Permission.OVERRIDES_REQUEST, on=CELL, write_class=WriteClass.LEDGER)
async def request_override(tx: Tx, person_id: PersonId, new: NewOverride) -> Override:
    """Ask for one image to be released in spite of a freeze."""
    asked = read_request(new, person_id)
    written = await tx.one(
        q.REQUEST,
        q.Asked(
            person_id=person_id,
            kind=asked.kind,
            reason=asked.reason,
            rollback_plan=asked.rollback_plan,
            incident=asked.incident,
            image_digest=asked.image_digest,
            commander_id=asked.commander_id,
            lasts=timedelta(hours=asked.window_hours),
        ),
    )
    await summon_now(tx)
    return await _now(tx, written.id)


@action(requires=Permission.OVERRIDES_APPROVE, on=CELL, write_class=WriteClass.LEDGER)
async def approve_override(tx: Tx, person_id: PersonId, override: UUID) -> Override:
    """Let it pass, as one of those who have to. Approving twice is no error."""
    found = await tx.one(q.OVERRIDE, ById(override))
    if found.author_id == person_id:
        raise Forbidden("You asked for this yourself. Two others approve it.")
    if found.state not in {State.REQUESTED, State.APPROVED}:
        raise Conflict(f"This override is {found.state.value}; there is nothing left to approve.")
    if all(each.person_id != person_id for each in found.approvals):
        await tx.one(q.APPROVE, q.Approving(person_id=person_id, id=override))
    return await _now(tx, override)


@action(requires=Permission.OVERRIDES_REQUEST, on=CELL, write_class=WriteClass.LEDGER)
async def use_override(tx: Tx, person_id: PersonId, override: UUID, cell: Cell) -> Override:
    """Use it up: the release begins. Of two at once exactly one gets it; raises AlreadyDone for the other."""
    zone = cell.regions[0].zones[0]
    due_on = working_days_after(cell, today_in(zone, utc_now()), REVIEW_WORKING_DAYS)
    try:
        await tx.one(q.USE, q.Using(person_id=person_id, id=override, review_due_on=due_on))
    except AlreadyDone:
        raise AlreadyDone("This token was used before. Each is good for one release.") from None
    await tx.one(BEGIN_BY_OVERRIDE, ByOverride(person_id=person_id, id=override))
    return await _now(tx, override)


@action(requires=Permission.OVERRIDES_REVIEW, on=CELL, write_class=WriteClass.LEDGER)
async def review_override(tx: Tx, person_id: PersonId, override: UUID, review: Review) -> Override:
    """Write down what was learnt from one that was used."""
    learnt = read_review(review)
    found = await tx.one(q.OVERRIDE, ById(override))
    if found.author_id == person_id:
        raise Forbidden("You asked for this yourself. Somebody else reviews it.")
    if found.state is not State.USED:
        raise Conflict(f"This override is {found.state.value}; one that was used is reviewed, once.")
    reviewing = q.Reviewing(
        person_id=person_id, id=override, is_justified=learnt.is_justified, findings=learnt.findings
    )
    await tx.run(q.REVIEW, reviewing)
    return await _now(tx, override)


async def _now(tx: Tx, override: UUID) -> Override:
    tx.emit(OPERATIONS_CHANGED)
    return await tx.one(q.OVERRIDE, ById(override))
