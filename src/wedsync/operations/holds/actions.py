"""Setting a hold and letting it go: each takes two, and the database counts them too."""

from __future__ import annotations

from uuid import UUID

from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import NotFound
from wedsync.operations.holds import queries as q
from wedsync.operations.holds.model import Hold, NewHold, Step, read_hold
from wedsync.platform.database import CELL, ById, Tx, action


@action(requires=Permission.HOLDS_WRITE, on=CELL, write_class=WriteClass.SECURITY)
async def ask_hold(tx: Tx, person_id: PersonId, new: NewHold) -> Hold:
    """Ask for a hold; it holds once somebody else approves it. Raises Invalid, NotFound (who is to be held)."""
    _ = person_id
    return await _now(tx, (await tx.one(q.ASK, read_hold(new))).id)


@action(requires=Permission.HOLDS_WRITE, on=CELL, write_class=WriteClass.SECURITY)
async def approve_hold(tx: Tx, person_id: PersonId, hold: UUID) -> Hold:
    """Set it, as the second. Raises Forbidden for who asked, Conflict when it stands otherwise."""
    _ = person_id
    return await _step(tx, hold, Step.APPROVE)


@action(requires=Permission.HOLDS_WRITE, on=CELL, write_class=WriteClass.SECURITY)
async def ask_release(tx: Tx, person_id: PersonId, hold: UUID) -> Hold:
    """Ask to let it go; it holds until somebody else does."""
    _ = person_id
    return await _step(tx, hold, Step.ASK_RELEASE)


@action(requires=Permission.HOLDS_WRITE, on=CELL, write_class=WriteClass.SECURITY)
async def release_hold(tx: Tx, person_id: PersonId, hold: UUID) -> Hold:
    """Let it go, as the second."""
    _ = person_id
    return await _step(tx, hold, Step.RELEASE)


async def _step(tx: Tx, hold: UUID, step: Step) -> Hold:
    return await _now(tx, (await tx.one(q.STEP, q.OneStep(id=hold, step=step))).id)


async def _now(tx: Tx, hold: UUID | None) -> Hold:
    if hold is None:
        raise NotFound
    return await tx.one(q.HOLD, ById(hold))
