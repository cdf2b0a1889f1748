"""Those who release, and a release that cannot wait."""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec
from tests.support.database import TestDatabase
from tests.support.world import Somebody, operator

from wedsync.kernel.clock import utc_now
from wedsync.kernel.freeze import Cell, FreezeState, Region
from wedsync.kernel.permissions import OperatorRole
from wedsync.operations.deployments.actions import Release, begin_deployment, is_spaced
from wedsync.operations.deployments.queries import Begun
from wedsync.operations.overrides import actions
from wedsync.operations.overrides.model import Kind, NewOverride, Override
from wedsync.operations.shield.verdict import Change, Verdict
from wedsync.platform.database import Database

DIGEST = "sha256:" + "5b1f" * 16
OTHER_DIGEST = "sha256:" + "0d0e" * 16
CELL = Cell(name="home", regions=(Region("GB-ENG", ("Europe/London",)),))


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """Olga asks, Oscar leads the incident, Dora approves as well, Sid answers couples, Fay keeps the books."""

    olga: Somebody
    oscar: Somebody
    dora: Somebody
    sid: Somebody
    fay: Somebody


async def hire(database: Database, own_database: TestDatabase) -> Staff:
    roles = {
        "olga": OperatorRole.OPS,
        "oscar": OperatorRole.SUPER_ADMIN,
        "dora": OperatorRole.DEVELOPER,
        "sid": OperatorRole.SUPPORT,
        "fay": OperatorRole.FINANCE,
    }
    url = own_database.admin_url
    return Staff(**{name: await operator(database, url, name.capitalize(), role) for name, role in roles.items()})


def wanted(staff: Staff, **changes: object) -> NewOverride:
    """What Olga asks for."""
    new = NewOverride(
        kind=Kind.SEV1,
        reason="Check-ins fail at every venue since 14:10.",
        rollback_plan="Return to the image before.",
        incident="INC-7",
        image_digest=DIGEST,
        window_hours=4,
        commander_id=staff.oscar.person_id,
    )
    return msgspec.structs.replace(new, **changes)


async def ask(database: Database, staff: Staff, **changes: object) -> Override:
    async with database.transaction(staff.olga.actor) as tx:
        return await actions.request_override(tx, staff.olga.person_id, wanted(staff, **changes))


async def approve(database: Database, somebody: Somebody, override: UUID) -> Override:
    async with database.transaction(somebody.actor) as tx:
        return await actions.approve_override(tx, somebody.person_id, override)


async def refuse(database: Database, somebody: Somebody, override: UUID) -> Override:
    async with database.transaction(somebody.actor) as tx:
        return await actions.refuse_override(tx, somebody.person_id, override)


async def use(database: Database, somebody: Somebody, override: UUID) -> Override:
    async with database.transaction(somebody.actor) as tx:
        return await actions.use_override(tx, somebody.person_id, actions.Use(override=override, cell=CELL))


async def approved(database: Database, staff: Staff, **changes: object) -> Override:
    """One that may be used."""
    asked = await ask(database, staff, **changes)
    await approve(database, staff.oscar, asked.id)
    return await approve(database, staff.dora, asked.id)


async def raced(database: Database, staff: Staff, override: UUID, racers: int = 8) -> list[BaseException | Override]:
    """Everybody uses it at the same moment."""
    tries = (use(database, (staff.olga, staff.oscar, staff.dora)[turn % 3], override) for turn in range(racers))
    return await asyncio.gather(*tries, return_exceptions=True)


def spaced(cell: Cell, on: str) -> bool:
    """Whether releases of that moment are an hour apart."""
    return is_spaced(cell, datetime.fromisoformat(on))


async def begin(
    database: Database,
    somebody: Somebody,
    digest: str,
    *,
    change: Change = Change.DEPLOY,
    may_start: bool = True,
    reason: str = "",
) -> Begun:
    """Begin a release, whatever day it is."""
    state = FreezeState.OPEN if may_start else FreezeState.FROZEN
    found = Verdict(cell="home", zones=(), state=state, may_start=may_start, reason=reason, told_at=utc_now())
    tuesday_only = msgspec.structs.replace(CELL, is_staging=True)  # a Monday would space them
    release = Release(change=change, image_digest=digest, verdict=found, cell=tuesday_only)
    async with database.transaction(somebody.actor) as tx:
        return await begin_deployment(tx, somebody.person_id, release)
