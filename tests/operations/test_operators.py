"""Who runs the installation: appointed by the administrator alone, seen by each other, nobody special in any other capacity."""

import asyncio
import json
import subprocess
from datetime import timedelta
from typing import LiteralString

import psycopg
import pytest
from tests.database.roles import Role, role
from tests.features.visitor import Visitor
from tests.support import commands
from tests.support.database import TestDatabase
from tests.support.world import Somebody, World, operator, owner, person

from wedsync.features.people import actions as people
from wedsync.features.people.queries import ME
from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import OperatorRole
from wedsync.platform.database import Actor, Database, NoParams
from wedsync.platform.http.app import WebApp
from wedsync.platform.operators import appoint, dismiss

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
COLLEAGUES = "select display_name from live.operators where left_at is null order by display_name"


def wedsync(database: TestDatabase, *arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.wedsync("operator", *arguments, environment=commands.ambient(DATABASE_URL=database.admin_url))


async def test_the_administrator_appoints_lists_and_dismisses(own_database: TestDatabase, database: Database) -> None:
    oscar = await person(database, "Oscar")
    assert "Nobody has an account" in wedsync(own_database, "add", "nobody@example.org", "--role", "ops").stderr
    assert "is none of super_admin" in wedsync(own_database, "add", oscar.email, "--role", "king").stderr
    appoint(own_database.admin_url, oscar.email, "support")
    assert wedsync(own_database, "add", oscar.email, "--role", "super_admin").returncode == 0
    (found,) = [each for each in listed(own_database) if each["email"] == oscar.email]
    assert (found["name"], found["role"]) == ("Oscar", "super_admin")
    assert (await database.reader(oscar.actor).one(ME, NoParams())).operator_role is OperatorRole.SUPER_ADMIN
    assert wedsync(own_database, "remove", oscar.email).returncode == 0
    assert "is no operator" in wedsync(own_database, "remove", oscar.email).stderr
    assert (await database.reader(oscar.actor).one(ME, NoParams())).operator_role is None


def listed(database: TestDatabase) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(wedsync(database, "list", "--json").stdout)
    return found


async def test_every_appointment_stands_in_the_audit(
    own_database: TestDatabase, database: Database, admin: Admin
) -> None:
    olga = await operator(database, own_database.admin_url, "Olga")
    appoint(own_database.admin_url, olga.email, "finance")
    dismiss(own_database.admin_url, olga.email)
    found = await admin.execute(
        "select operation, actor_id from app.audit_events where scope_id = %s and table_name = 'operators' order by id",
        [olga.person_id],
    )
    assert await found.fetchall() == [("insert", None), ("update", None), ("update", None)]


@pytest.fixture(scope="module")
async def olga(own_database: TestDatabase, database: Database) -> Somebody:
    return await operator(database, own_database.admin_url, "Olga")


async def test_operators_see_each_other_and_nobody_else_sees_one(
    own_database: TestDatabase, database: Database, olga: Somebody, world: World
) -> None:
    ola = await operator(database, own_database.admin_url, "Ola", OperatorRole.FINANCE)
    async with role(own_database.app_url) as as_app:
        seen = {name for (name,) in (await as_app(olga.actor, COLLEAGUES)).rows}
        assert {"Ola", "Olga"} <= seen
        assert {name for (name,) in (await as_app(ola.actor, COLLEAGUES)).rows} == seen
        for stranger in (world.anna, world.clara, world.oli):
            assert (await as_app(stranger.actor, COLLEAGUES)).rows == []


async def test_an_operator_is_nobody_special_for_a_business_or_at_a_wedding(
    own_database: TestDatabase, database: Database, world: World
) -> None:
    otto = await owner(database, "Otto")
    appoint(own_database.admin_url, otto.email, "ops")
    async with role(own_database.app_url) as as_app:
        assert await role_of(as_app, Actor(person_id=otto.person_id)) == "ops"
        assert await role_of(as_app, otto.actor) is None
        assert await role_of(as_app, Actor(person_id=otto.person_id, wedding_id=world.wedding_id)) is None


async def role_of(as_app: Role, actor: Actor) -> object:
    return (await as_app(actor, "select app.operator_role()")).only


@pytest.mark.parametrize(
    "statement",
    [
        "insert into app.operators (person_id, display_name, role) values (app.actor_id(), 'Me', 'super_admin')",
        "update app.operators set role = 'super_admin'",
        "update app.operators set left_at = null",
    ],
)
async def test_nobody_appoints_themselves_or_another(
    own_database: TestDatabase, olga: Somebody, statement: LiteralString
) -> None:
    for url in (own_database.app_url, own_database.worker_url):
        async with role(url) as connected:
            assert (await connected(olga.actor, statement)).state == "42501"


async def test_an_operator_signs_in_for_a_day_and_anew(
    app: WebApp, own_database: TestDatabase, database: Database, olga: Somebody
) -> None:
    async with database.transaction(olga.actor) as tx:
        begun = await people.begin_session(tx, olga.person_id, "a test")
    assert begun.expires_at - utc_now() <= timedelta(hours=24)
    otto = await person(database, "Otto")
    assert await app.services.sessions.find(otto.token) is not None  # for a month, and from memory
    appoint(own_database.admin_url, otto.email, "ops")
    async with asyncio.timeout(5):
        while await app.services.sessions.find(otto.token) is not None:  # noqa: ASYNC110 - it is told by another process
            await asyncio.sleep(0.01)


async def test_every_page_of_an_operator_says_in_gold_or_green_how_releases_stand(app: WebApp, olga: Somebody) -> None:
    visitor = Visitor(app, olga)
    now = (await visitor.client.get("/api/v1/shield")).json()
    places = ("", "/operators", "/overrides", "/overrides/between-events", "/deployments")
    pages = [(place, await visitor.look(f"/operations{place}")) for place in places]
    refused = await visitor.look("/s/nothing", 404)
    assert 'href="/operations/operators"' in refused
    state = "open" if now["may_start"] else "frozen"
    for place, page in (*pages, ("refused", refused)):
        # Between events waits for weddings to end, whatever the freeze.
        expected = 'id="shield"' if place == "/overrides/between-events" else f'data-state="{state}"'
        assert (expected in page, "Control room" in page) == (True, True), place
    # For ten seconds after an appointment a process remembers nobody's session, which costs every page the same.
    assert await visitor.statements("/operations") - await visitor.statements("/operations/operators") == 8 - 3


async def test_who_may_not_is_told_which_role_it_takes_and_how_one_comes_by_it(
    app: WebApp, database: Database, own_database: TestDatabase
) -> None:
    fay = await operator(database, own_database.admin_url, "Fay", OperatorRole.FINANCE)
    refused = await Visitor(app, fay).look("/operations/overrides/between-events", status=403)
    assert "You are Finance, and this takes Super admin or Developer or Ops." in refused
    assert "wedsync operator add" in refused
