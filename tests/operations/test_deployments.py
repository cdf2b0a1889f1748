"""Releases that begin: only when they may, an hour apart on Mondays, and on record, so that one can return to the one before."""

import asyncio
from datetime import timedelta
from html import unescape

import msgspec
import pytest
from tests.database.roles import role
from tests.features.visitor import Visitor
from tests.operations.releasing import DIGEST, OTHER_DIGEST, Staff, approve, approved, ask, begin, hire, spaced, use
from tests.support.database import TestDatabase, travelling
from tests.support.world import Somebody

from wedsync.kernel.freeze import Cell, Region
from wedsync.kernel.problems import Conflict, Forbidden, Invalid
from wedsync.operations.deployments.model import Standing
from wedsync.operations.deployments.queries import BEGIN_DEPLOYMENT, DEPLOYMENTS, Begun, DeploymentPage, NewDeployment
from wedsync.operations.overrides.model import Kind, State
from wedsync.operations.shield.verdict import Change
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp


@pytest.fixture(scope="module")
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    return await hire(database, own_database)


async def test_a_release_that_may_begin_is_on_record(database: Database, staff: Staff) -> None:
    begun = await begin(database, staff.olga, DIGEST)
    (newest,) = await database.reader(staff.fay.actor).all(DEPLOYMENTS, DeploymentPage(after=None, limit=1))
    assert (newest.id, newest.name, newest.change, newest.image_digest) == (begun.id, "Olga", "deploy", DIGEST)


async def test_one_that_may_not_is_refused_with_the_reason(database: Database, staff: Staff) -> None:
    with pytest.raises(Conflict, match="Weekend"):
        await begin(database, staff.olga, DIGEST, reason="Weekend", may_start=False)
    with pytest.raises(Invalid):
        await begin(database, staff.olga, "latest")
    with pytest.raises(Invalid):
        await begin(database, staff.olga, DIGEST, change=Change.KILL_SWITCH)
    with pytest.raises(Forbidden):
        await begin(database, staff.sid, DIGEST)


async def test_what_an_override_lets_pass_is_on_record_with_it(database: Database, staff: Staff) -> None:
    used = await use(database, staff.dora, (await approved(database, staff)).id)
    (newest,) = await database.reader(staff.fay.actor).all(DEPLOYMENTS, DeploymentPage(after=None, limit=1))
    assert (newest.override_id, newest.change, newest.name) == (used.id, "sev1", "Dora")


async def test_the_page_says_what_became_of_each_and_leads_on_to_the_older_ones(
    app: WebApp, database: Database, staff: Staff
) -> None:
    for _ in range(26):
        await begin(database, staff.olga, OTHER_DIGEST)
    begun = await begin(database, staff.olga, DIGEST)
    used = await use(
        database, staff.dora, (await approved(database, staff, incident="INC-77", image_digest=OTHER_DIGEST)).id
    )
    fay = Visitor(app, staff.fay)
    page = await fay.look("/operations/deployments")
    newest, before = [line for line in page.splitlines() if line.strip().startswith("<tr><td>")][:2]
    for words in (
        "sev1",
        OTHER_DIGEST[:19],
        DIGEST[:19],
        "Dora",
        "INC-77",
        f"/operations/overrides/{used.id}",
        "runs now",
    ):
        assert words in newest
    assert ("replaced" in before, "none needed" in before) == (True, True)
    assert DIGEST in page.partition("The way back")[2]
    older = await fay.look(unescape(page.partition('class="btn" href="')[2].partition('"')[0]))
    assert (str(begun.id) not in older, "runs now" in older) == (True, False)
    assert "All releases" in await fay.look("/operations")
    (listed,) = await database.reader(staff.fay.actor).all(DEPLOYMENTS, DeploymentPage(after=None, limit=1))
    assert (listed.state, listed.previous_digest, listed.incident) == (Standing.RUNNING, DIGEST, "INC-77")


# ---------------------------------------------------------------- Mondays


async def monday(database: Database, somebody: Somebody, *, is_spaced: bool = True) -> Begun:
    new = NewDeployment(person_id=somebody.person_id, change="deploy", image_digest=DIGEST, is_spaced=is_spaced)
    async with database.transaction(somebody.actor) as tx:
        return await tx.one(BEGIN_DEPLOYMENT, new)


async def test_on_mondays_an_hour_passes_between_two_releases(
    database: Database, own_database: TestDatabase, staff: Staff
) -> None:
    await monday(database, staff.olga, is_spaced=False)
    with pytest.raises(Conflict, match="an hour passes"):
        await monday(database, staff.dora)
    await monday(database, staff.dora, is_spaced=False)  # on any other day it may
    async with travelling(own_database, timedelta(minutes=61)) as later:
        await monday(later, staff.dora)


async def test_of_eight_that_begin_at_once_on_a_monday_one_begins(
    database: Database, own_database: TestDatabase, staff: Staff
) -> None:
    for is_spaced, wins in ((True, 1), (False, 8)):  # the control: on any other day all of them
        async with travelling(own_database, timedelta(hours=5 if is_spaced else 9)) as later:
            racers = [monday(later, (staff.olga, staff.dora)[turn % 2], is_spaced=is_spaced) for turn in range(8)]
            outcomes = await asyncio.gather(*racers, return_exceptions=True)
        assert sum(isinstance(each, Begun) for each in outcomes) == wins
        assert all(isinstance(each, (Begun, Conflict)) for each in outcomes)


@pytest.mark.parametrize(
    ("on", "zones", "is_spaced"),
    [
        ("2026-11-30T12:00:00+00:00", ("Europe/London",), True),
        ("2026-12-01T12:00:00+00:00", ("Europe/London",), False),
        ("2026-11-29T23:30:00+00:00", ("Europe/London", "Europe/Paris"), True),  # Monday in Paris
    ],
)
def test_it_is_monday_where_it_is_monday_first(on: str, zones: tuple[str, ...], *, is_spaced: bool) -> None:
    cell = Cell(name="x", regions=(Region("GB-ENG", zones),))
    assert spaced(cell, on) is is_spaced
    assert spaced(msgspec.structs.replace(cell, is_staging=True), on) is False


# ---------------------------------------------------------------- back to the one before


async def test_the_return_to_the_image_before_needs_one_approval_and_goes_nowhere_else(
    database: Database, own_database: TestDatabase, staff: Staff
) -> None:
    async with travelling(own_database, timedelta(days=1)) as later:  # after whatever other tests released
        for digest in (OTHER_DIGEST, DIGEST, DIGEST):
            await begin(later, staff.olga, digest)
        for wrong in (DIGEST, "sha256:" + "0" * 64):
            with pytest.raises(Conflict, match="not the image that ran before"):
                await ask(later, staff, kind=Kind.ROLLBACK, commander_id=None, image_digest=wrong)
        asked = await ask(later, staff, kind=Kind.ROLLBACK, commander_id=None, image_digest=OTHER_DIGEST)
        with pytest.raises(Conflict, match="not approved"):
            await use(later, staff.olga, asked.id)
        assert (await approve(later, staff.dora, asked.id)).state is State.APPROVED
        assert (await use(later, staff.olga, asked.id)).state is State.USED
        returned, ran, _ = await later.reader(staff.fay.actor).all(DEPLOYMENTS, DeploymentPage(after=None, limit=3))
        assert (returned.state, ran.state) == (Standing.RUNNING, Standing.ROLLED_BACK)


async def test_while_nobody_recorded_what_ran_there_is_no_return(own_database: TestDatabase, staff: Staff) -> None:
    async with role(own_database.admin_url) as as_admin, as_admin.connection.transaction(force_rollback=True):
        await as_admin.connection.execute("select guard.begin_migration('a new installation', '')")
        await as_admin.connection.execute("alter table app.deployments disable trigger all")
        await as_admin.connection.execute("delete from app.deployments")
        with pytest.raises(Exception, match="not the image that ran before"):
            await as_admin.connection.execute(
                "insert into app.protection_overrides (person_id, kind, reason, rollback_plan, incident, image_digest, "
                "window_ends_at) values (%s, 'rollback', repeat('x', 20), repeat('x', 20), 'x', %s, app.clock() + interval '1 hour')",
                [staff.olga.person_id, DIGEST],
            )
