"""Asking for a release in a freeze, approving it, using it, reviewing it. Who asked approves and reviews nothing of it.

The tables hold these rules too, so that no way round the actions is a way round the rules.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.clock import utc_now
from wedsync.kernel.freeze import Cell, FreezeState
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import AlreadyDone, Conflict, Forbidden
from wedsync.kernel.working_days import working_days_after
from wedsync.kernel.zones import today_in
from wedsync.operations.deployments.actions import is_spaced
from wedsync.operations.deployments.queries import BEGIN_BY_OVERRIDE, ByOverride
from wedsync.operations.overrides import queries as q
from wedsync.operations.overrides.model import (
    REVIEW_WORKING_DAYS,
    Kind,
    NewOverride,
    Override,
    Review,
    State,
    read_request,
    read_review,
)
from wedsync.operations.shield.verdict import Verdict
from wedsync.operations.summons.jobs import summon_now
from wedsync.platform.database import CELL, OPERATIONS_CHANGED, ById, Tx, action

NOT_TOLD: Final = "How releases stand cannot be told, so nothing goes between events."


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What is used up, and where; for a change between events, what the shield says to it now."""

    override: UUID
    cell: Cell
    verdict: Verdict | None = None


@action(requires=Permission.OVERRIDES_REQUEST, on=CELL, write_class=WriteClass.LEDGER)
async def request_override(tx: Tx, person_id: PersonId, new: NewOverride, verdict: Verdict | None = None) -> Override:
    """Ask for one image to be released in spite of a freeze, or between events; for that, `verdict` is of its change.

    The window of a change between events ends before the next freeze does begin. Raises Conflict in one.
    """
    asked = read_request(new, person_id)
    lasts = timedelta(hours=asked.window_hours)
    written = await tx.one(
        q.REQUEST,
        q.Asked(
            person_id=person_id,
            kind=asked.kind,
            change=asked.change,
            reason=asked.reason,
            rollback_plan=asked.rollback_plan,
            incident=asked.incident,
            image_digest=asked.image_digest,
            commander_id=asked.commander_id,
            lasts=_before_the_freeze(verdict, lasts) if asked.kind is Kind.GAP else lasts,
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
        await tx.one(q.APPROVE, q.Deciding(person_id=person_id, id=override))
    return await _now(tx, override)


@action(requires=Permission.OVERRIDES_APPROVE, on=CELL, write_class=WriteClass.LEDGER)
async def refuse_override(tx: Tx, person_id: PersonId, override: UUID) -> Override:
    """Let it not pass; who asked takes it back. Nobody is called to it any more. Twice is no error."""
    found = await tx.one(q.OVERRIDE, ById(override))
    if found.state in {State.REFUSED, State.WITHDRAWN}:
        return found
    if found.state not in {State.REQUESTED, State.APPROVED}:
        raise Conflict(f"This override is {found.state.value}; there is nothing left to refuse.")
    await tx.one(q.REFUSE, q.Deciding(person_id=person_id, id=override))
    return await _now(tx, override)


@action(requires=Permission.OVERRIDES_REQUEST, on=CELL, write_class=WriteClass.LEDGER)
async def use_override(tx: Tx, person_id: PersonId, use: Use) -> Override:
    """Use it up: the release begins. Of two at once exactly one gets it; raises AlreadyDone for the other.

    What goes between events raises Conflict in a freeze and while an event is on, and takes its turn on Mondays.
    """
    is_gap = (await tx.one(q.OVERRIDE, ById(use.override))).kind is Kind.GAP
    if is_gap:
        _refuse_beyond_the_gap(use.verdict)
    due_on = None if is_gap else _review_due_on(use.cell)
    try:
        await tx.one(q.USE, q.Using(person_id=person_id, id=use.override, review_due_on=due_on))
    except AlreadyDone:
        raise AlreadyDone("This token was used before. Each is good for one release.") from None
    turn = is_gap and is_spaced(use.cell, utc_now())
    await tx.one(BEGIN_BY_OVERRIDE, ByOverride(person_id=person_id, id=use.override, is_spaced=turn))
    return await _now(tx, use.override)


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


def _before_the_freeze(found: Verdict | None, lasts: timedelta) -> timedelta:
    """Approvals between events say nothing of a freeze, so their window is over when one is near."""
    if found is None or found.state not in {FreezeState.OPEN, FreezeState.ACTIVE}:
        raise Conflict(NOT_TOLD if found is None else found.reason)
    return lasts if found.last_start is None else min(lasts, found.last_start - found.told_at)


def _refuse_beyond_the_gap(found: Verdict | None) -> None:
    if found is None or not (found.may_start or found.passes_with_two):
        raise Conflict(NOT_TOLD if found is None else found.reason)


def _review_due_on(cell: Cell) -> date:
    return working_days_after(cell, today_in(cell.regions[0].zones[0], utc_now()), REVIEW_WORKING_DAYS)


async def _now(tx: Tx, override: UUID) -> Override:
    tx.emit(OPERATIONS_CHANGED)
    return await tx.one(q.OVERRIDE, ById(override))
