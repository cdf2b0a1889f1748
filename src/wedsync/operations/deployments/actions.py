"""A release begins: only when it may, and on Mondays only an hour after the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.kernel.clock import utc_now
from wedsync.kernel.freeze import Cell
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.kernel.zones import today_in
from wedsync.operations.deployments.model import DIGEST, NO_DIGEST
from wedsync.operations.deployments.queries import BEGIN_DEPLOYMENT, Begun, NewDeployment
from wedsync.operations.shield.verdict import ALWAYS, Change, Verdict
from wedsync.platform.database import CELL, OPERATIONS_CHANGED, Tx, action

MONDAY: Final = 0


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to begin, and what the shield says to it."""

    change: Change
    image_digest: str
    verdict: Verdict
    cell: Cell


@action(requires=Permission.OVERRIDES_REQUEST, on=CELL, write_class=WriteClass.LEDGER)
async def begin_deployment(tx: Tx, person_id: PersonId, release: Release) -> Begun:
    """Write down that it begins. Raises Conflict with the reason when it may not."""
    if not DIGEST.fullmatch(release.image_digest):
        raise Invalid(errors=[{"field": "image_digest", "detail": NO_DIGEST}])
    if release.change in ALWAYS:
        raise Invalid(errors=[{"field": "change", "detail": "This is no release; nobody has to write it down."}])
    if not release.verdict.may_start:
        raise Conflict(release.verdict.reason)
    new = NewDeployment(
        person_id=person_id,
        change=release.change.value,
        image_digest=release.image_digest,
        is_spaced=is_spaced(release.cell, utc_now()),
    )
    tx.emit(OPERATIONS_CHANGED)
    return await tx.one(BEGIN_DEPLOYMENT, new)


def is_spaced(cell: Cell, now: datetime) -> bool:
    """Whether it is Monday anywhere in the cell: after the weekend everybody wants to release at once (F8)."""
    if cell.is_staging:
        return False
    return any(today_in(zone, now).weekday() == MONDAY for region in cell.regions for zone in region.zones)
