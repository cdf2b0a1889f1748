"""Carrying out an approved amendment: every fact in turn, the whole day resolved with each, inside one transaction.

The database takes each fact only as it was proposed, and the whole only if none is missing.
"""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.amendments import queries as q
from wedsync.features.amendments.drafting import amended
from wedsync.features.amendments.model import Amendment, Change
from wedsync.features.weddings.facts import TITLE_NAMES, title_of
from wedsync.features.weddings.model import TIMING, LocalTimes, resolve_wedding
from wedsync.features.weddings.queries import BEFORE, LOCAL_TIMES, RETITLE, FactNeeds, NewTitle
from wedsync.kernel.ids import AmendmentId, WeddingId
from wedsync.kernel.problems import Conflict, RevisionConflict
from wedsync.kernel.zones import TimeProblem
from wedsync.platform.database import ById, Tx

# A new clock before a new date: a date is looked up on the calendar that it will be read on.
_ORDER: Final = {"time_zone": 0, "date": 1}


async def load(tx: Tx, wedding_id: WeddingId, amendment_id: AmendmentId) -> Amendment:
    """As the actor may see it. Raises NotFound."""
    return await tx.one(q.AMENDMENT, q.OneAmendment(wedding_id=wedding_id, amendment_id=amendment_id))


async def carry_out(tx: Tx, wedding_id: WeddingId, amendment: Amendment) -> None:
    """Record every fact of it. Raises Conflict when one has changed since, or cannot be any more."""
    times = await tx.all(LOCAL_TIMES, ById(wedding_id))
    for change in sorted(amendment.changes, key=_turn):
        times = [amended(event, change.event_id, change.fact_key, change.value) for event in times]
        try:
            await tx.one(q.RECORD_AMENDED, _revision(wedding_id, amendment, change, times))
        except RevisionConflict:
            raise Conflict("This has changed since it was proposed. Withdraw it and propose another.") from None
    if any(change.fact_key in TITLE_NAMES for change in amendment.changes):
        now = await tx.one(BEFORE, FactNeeds(id=wedding_id, keys=TITLE_NAMES))
        title = title_of(now.title, {fact.fact_key: fact.value for fact in now.facts})
        if title:
            await tx.run(RETITLE, NewTitle(id=wedding_id, title=title))


def _turn(change: Change) -> int:
    return _ORDER.get(change.fact_key, 2)


def _revision(
    wedding_id: WeddingId, amendment: Amendment, change: Change, times: list[LocalTimes]
) -> q.AmendedRevision:
    return q.AmendedRevision(
        wedding_id=wedding_id,
        amendment_id=amendment.id,
        event_id=change.event_id,
        fact_key=change.fact_key,
        base_revision=change.base_revision,
        value=None if change.value is None else msgspec.json.encode(change.value).decode(),
        instants=_instants(times) if change.fact_key in TIMING and change.event_id is not None else None,
    )


def _instants(times: list[LocalTimes]) -> str:
    try:
        return msgspec.json.encode(resolve_wedding(times).events).decode()
    except TimeProblem as problem:
        raise Conflict(f"This cannot take effect any more: {problem.detail}") from None
