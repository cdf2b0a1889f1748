"""Keys of a business's programs: what they open, how they end, and what is told of them."""

import asyncio
import re
import shlex
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, LiteralString
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import msgspec
import psycopg
import pytest
from psycopg import sql
from tests.database.roles import role
from tests.features.visitor import Visitor
from tests.support import commands
from tests.support.database import TestDatabase, sealer
from tests.support.web import client_of, settings_for, standing
from tests.support.world import LONDON, Somebody, World, build_world, key, member, owner

from wedsync.entrypoints.web import create_app
from wedsync.features.api_keys import actions
from wedsync.features.api_keys.jobs import JOBS, TELL_ENDING
from wedsync.features.api_keys.model import MOST_KEYS, KeySaid, MadeKey
from wedsync.features.clients import actions as clients
from wedsync.features.clients.model import ClientSaid
from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Grant, Level
from wedsync.features.people import actions as people
from wedsync.features.people.model import SignUp
from wedsync.kernel.ids import KeyId
from wedsync.kernel.permissions import Area, KeyScope, Permission, SupplierRole, SupplierType, opens
from wedsync.kernel.problems import AlreadyDone, Conflict, Forbidden, Invalid
from wedsync.kernel.tiers import SupplierTier
from wedsync.platform.api_keys import is_well_formed, new_key
from wedsync.platform.database import Actor, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.http.routes import Route, routes_of
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.outbox import newest_letters
from wedsync.platform.queue import work_through
from wedsync.platform.rate_limits import ANONYMOUS
from wedsync.platform.supplier_tiers import set_tier

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
ROOT: Final = Path(__file__).resolve().parents[3]
EVERYTHING: Final = tuple(KeyScope)
NEVER: Final = (
    "self", "team:read", "team:write", "api_keys:write", "sharing:write", "connections:write", "date:confirm",
    "amendments:approve", "amendments:propose", "facts:acknowledge", "terms:answer", "invitations:write", "supplier:transfer", "supplier:close", "operate",
)  # fmt: skip


class Scene(msgspec.Struct, frozen=True):
    """A world whose business has a key for everything that a key may open."""

    world: World
    made: MadeKey


@pytest.fixture(scope="module")
async def scene(database: Database, own_database: TestDatabase) -> Scene:
    world = await build_world(database)
    async with database.transaction(world.clara.actor) as tx:
        for area in (Area.EVENT, Area.HEADCOUNTS):
            grant = Grant(area=area, level=Level.EVERYTHING, can_write=True)
            await connections.share(tx, world.wedding_id, world.supplier_id, grant)
    return Scene(world, await key(database, own_database.admin_url, world.anna, *EVERYTHING))


@pytest.fixture
async def program(app: WebApp) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as found:
        yield found


def under(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def actor_of(made: MadeKey, boss: Somebody) -> Actor:
    return msgspec.structs.replace(boss.actor, key_id=made.key.id)


@pytest.mark.parametrize("scopes", [EVERYTHING, (KeyScope.CLIENTS_READ,)], ids=["everything", "clients:read"])
async def test_a_key_is_refused_at_every_address_that_its_scopes_do_not_name(
    scopes: tuple[KeyScope, ...], app: WebApp, scene: Scene, database: Database, own_database: TestDatabase
) -> None:
    """Whatever its maker, the owner, may do: an address that does not say what it asks for is refused too."""
    made = await key(database, own_database.admin_url, scene.world.anna, *scopes)
    opened, shut = [], []
    async with client_of(app) as asking:
        for route in (each for each in routes_of(app.litestar) if each.surface == "api"):
            wanted = None if route.declaration is None else route.declaration.requires
            answer = await asking.request(route.method, _at(route, scene.world), headers=under(made.token))
            if wanted is not None and opens(scopes, wanted):
                opened.append(wanted)
                assert answer.status_code not in {401, 403}, (route.path, answer.text)
            else:
                shut.append(wanted)
                assert answer.status_code == 403, (route.path, answer.status_code, answer.text)
    assert set(opened) == {each for each in Permission if opens(scopes, each)}
    assert {Permission(each) for each in NEVER} <= {*shut, Permission.SUPPLIER_CLOSE}
    assert None in shut


def test_no_scope_opens_what_no_key_may_do() -> None:
    assert [each for each in NEVER if opens(EVERYTHING, Permission(each))] == []


def test_a_scope_that_reads_opens_no_address_that_changes_anything(app: WebApp) -> None:
    """Only a permission to write opens one: whatever is declared with another is asked for by people."""
    writes = {each for each in Permission if opens(EVERYTHING, each) and each.value.endswith(":write")}
    routes = [each for each in routes_of(app.litestar) if each.surface == "api" and each.declaration is not None]
    opened = {
        each.declaration.requires
        for each in routes
        if each.method != "GET" and each.declaration and each.declaration.requires
        and opens(EVERYTHING, each.declaration.requires)
    }  # fmt: skip
    assert opened == writes


def test_the_administrator_says_which_tier_a_business_has(own_database: TestDatabase, scene: Scene) -> None:
    def tier(*arguments: str) -> subprocess.CompletedProcess[str]:
        return commands.wedsync("tier", *arguments, environment=commands.ambient(DATABASE_URL=own_database.admin_url))

    supplier = str(scene.world.other_supplier_id)
    assert tier("show", supplier).stdout == "free\n"
    assert "is none of free" in tier("set", supplier, "gold").stderr
    assert tier("set", supplier, "enterprise").returncode == 0
    assert tier("show", supplier).stdout == "enterprise\n"
    for unknown in (str(uuid4()), "Anna's"):
        assert "There is no business" in tier("show", unknown).stderr


async def test_a_key_opens_no_page_and_no_stream(program: httpx.AsyncClient, scene: Scene) -> None:
    paths = (f"/s/{scene.world.supplier_id}/clients", f"/s/{scene.world.supplier_id}/keys", "/live", "/sessions")
    for path in paths:
        for headers in (under(scene.made.token), {"cookie": f"wedsync_session={scene.made.token}"}):
            assert (await program.get(path, headers=headers)).status_code in {303, 401}, path
    by_cookie = {"cookie": f"wedsync_session={scene.made.token}"}
    assert (await program.get(_clients(scene.world), headers=by_cookie)).status_code == 401


async def test_another_business_is_not_there_for_a_key(
    program: httpx.AsyncClient, scene: Scene, database: Database
) -> None:
    """Not even one of its maker's own, by address or by header."""
    anna = scene.world.anna
    async with database.transaction(Actor(person_id=anna.person_id)) as tx:
        new = SignUp(
            business="Anna's Other", supplier_types=(SupplierType.CAKE,), zone=LONDON, name="Anna", email=anna.email
        )
        other = await people.open_supplier(tx, anna.person_id, new)
    for theirs in (other, scene.world.other_supplier_id):
        path = f"/api/v1/suppliers/{theirs}/clients"
        assert (await program.get(path, headers=under(scene.made.token))).status_code == 404
        headers = under(scene.made.token) | {"x-wedsync-supplier": str(theirs)}
        answer = await program.get(f"/api/v1/weddings/{scene.world.wedding_id}", headers=headers)
        assert answer.status_code == 404
    ours = await program.get(f"/api/v1/weddings/{scene.world.wedding_id}", headers=under(scene.made.token))
    assert ours.status_code == 200


async def test_the_database_shows_a_key_no_more_than_it_opens(
    scene: Scene, database: Database, own_database: TestDatabase
) -> None:
    """Below every route and action; what it has opened is shut once it has ended, whoever still remembers it."""
    world, anna = scene.world, scene.world.anna
    counts: tuple[LiteralString, ...] = (
        "select count(*) from live.clients",
        "select count(*) from live.core_field_revisions",
        "select count(*) from live.api_keys",
        "select count(*) from live.audit_events where scope_id <> app.actor_id()",
    )
    change = "update app.clients set name = 'x'"
    await _client(database, anna, world)
    found = {}
    async with role(own_database.app_url) as below:

        async def seen(actor: Actor) -> str:
            return "".join(["-x"[bool((await below(actor, each)).only)] for each in counts])

        for scope in KeyScope:
            made = await key(database, own_database.admin_url, anna, scope)
            actor = actor_of(made, anna)
            found[scope] = await seen(actor) + "-x"[(await below(actor, change)).count > 0]
            assert await seen(msgspec.structs.replace(actor, supplier_id=None)) == "----"
            assert await seen(msgspec.structs.replace(actor, key_id=KeyId(uuid4()))) == "----"
            async with database.transaction(anna.actor) as tx:
                await actions.end_key(tx, world.supplier_id, made.key.id)
            assert await seen(actor) == "----"
        assert await seen(anna.actor) == "xxxx"  # the control: she sees all of it herself
    assert found == {
        KeyScope.CLIENTS_READ: "x----",
        KeyScope.CLIENTS_WRITE: "x---x",
        KeyScope.WEDDINGS_READ: "-x---",
        KeyScope.WEDDINGS_WRITE: "-x---",
        KeyScope.DAY_WRITE: "-x---",
    }


async def test_a_note_that_is_its_authors_alone_is_no_programs(
    program: httpx.AsyncClient, scene: Scene, database: Database
) -> None:
    anna, world = scene.world.anna, scene.world
    client = await _client(database, anna, world)
    notes = f"{_clients(world)}/{client}/notes"
    for kind in ("general", "private"):
        said = {"kind": kind, "body": f"{kind} words"}
        assert (await program.post(notes, json=said, headers=anna.bearer)).status_code == 201
    assert "private words" in (await program.get(notes, headers=anna.bearer)).text
    read = (await program.get(notes, headers=under(scene.made.token))).text
    assert "general words" in read
    assert "private words" not in read


async def test_a_key_that_is_ended_in_one_process_is_refused_in_every_other_at_once(
    app: WebApp, database: Database, own_database: TestDatabase, valkey_url: str
) -> None:
    anna = await owner(database, "Anna")
    made = await key(database, own_database.admin_url, anna, KeyScope.CLIENTS_READ)
    path = f"/api/v1/suppliers/{anna.supplier_id}/clients"
    async with standing(create_app(settings_for(own_database, valkey_url))) as second:
        both = (client_of(app), client_of(second))
        assert [(await each.get(path, headers=under(made.token))).status_code for each in both] == [200, 200]
        ended = await both[0].delete(f"/api/v1/suppliers/{anna.supplier_id}/keys/{made.key.id}", headers=anna.bearer)
        assert ended.status_code == 204
        refused = [await each.get(path, headers=under(made.token)) for each in both]
    assert [(each.status_code, "opens nothing" in each.json()["detail"]) for each in refused] == [(401, True)] * 2


async def test_a_key_may_do_what_its_maker_may_and_ends_when_they_leave(
    program: httpx.AsyncClient, database: Database, own_database: TestDatabase, admin: Admin
) -> None:
    anna = await owner(database, "Anna")
    ada = await member(database, anna, "Ada", SupplierRole.ADMIN)
    made = await key(database, own_database.admin_url, ada, KeyScope.CLIENTS_WRITE)
    path = f"/api/v1/suppliers/{anna.supplier_id}/clients"
    assert anna.supplier_id is not None

    async def answers() -> list[int]:
        new = {"name": "Ann Lee"}
        written = await program.post(path, json=new, headers=under(made.token))
        return [(await program.get(path, headers=under(made.token))).status_code, written.status_code]

    assert await answers() == [200, 201]
    async with database.transaction(anna.actor) as tx:
        await people.change_role(tx, anna.supplier_id, ada.person_id, SupplierRole.VIEWER)
    assert await answers() == [200, 403]
    async with database.transaction(anna.actor) as tx:
        await people.remove_member(tx, anna.supplier_id, ada.person_id)
    assert await answers() == [401, 401]
    # Invited again, she has her place back and not her keys.
    await admin.execute("set role wedsync_guard")
    await admin.execute("update app.supplier_members set left_at = null where person_id = %s", [ada.person_id])
    await admin.execute("reset role")
    assert await answers() == [401, 401]


async def test_a_key_is_changed_over_without_a_gap(
    program: httpx.AsyncClient, database: Database, own_database: TestDatabase
) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    old = await key(database, own_database.admin_url, anna, KeyScope.CLIENTS_READ)
    keys = f"/api/v1/suppliers/{anna.supplier_id}/keys"
    at_most = await program.post(f"{keys}/{old.key.id}/successors", json={"overlap_hours": 169}, headers=anna.bearer)
    assert at_most.status_code == 422
    answer = await program.post(f"{keys}/{old.key.id}/successors", json={"overlap_hours": 1}, headers=anna.bearer)
    assert answer.status_code == 201, answer.text
    new = msgspec.json.decode(answer.content, type=MadeKey)
    assert new.key.scopes == old.key.scopes
    path = f"/api/v1/suppliers/{anna.supplier_id}/clients"
    both = [(await program.get(path, headers=under(each))).status_code for each in (old.token, new.token)]
    assert both == [200, 200]
    listed = {each["id"]: each for each in (await program.get(keys, headers=anna.bearer)).json()["items"]}
    followed = listed[str(old.key.id)]
    assert followed["is_followed"]
    assert followed["ends_at"] < old.key.ends_at.isoformat()
    async with database.transaction(anna.actor) as tx:
        with pytest.raises(AlreadyDone):
            await actions.follow_key(tx, anna.supplier_id, old.key.id, 1)
    async with database.transaction(anna.actor) as tx:  # at once, where it has leaked
        last = await actions.follow_key(tx, anna.supplier_id, new.key.id, 0)
    both = [(await program.get(path, headers=under(each))).status_code for each in (new.token, last.token)]
    assert both == [401, 200]


async def test_the_end_of_a_key_only_ever_comes_nearer(
    scene: Scene, database: Database, own_database: TestDatabase
) -> None:
    over = await key(database, own_database.admin_url, scene.world.anna, KeyScope.CLIENTS_READ)
    async with database.transaction(scene.world.anna.actor) as tx:
        await actions.end_key(tx, scene.world.supplier_id, over.key.id)
    later = "update app.api_keys set ends_at = ends_at + interval '1 day' where id = %s"
    back = "update app.api_keys set ended_at = null where id = %s"
    sooner = "update app.api_keys set ends_at = ends_at - interval '1 day' where id = %s"
    async with role(own_database.app_url) as below:
        anna = scene.world.anna.actor
        assert (await below(anna, later, scene.made.key.id)).state == "WS002"
        assert (await below(anna, sooner, scene.made.key.id)).count == 1
        assert (await below(anna, back, over.key.id)).state == "WS002"
        far = "insert into app.api_keys (supplier_id, name, scopes, public_id, key_hash, ends_at) values (%s, 'x', '{clients:read}', 'aaaaaaaaaaaa', sha256('x'), now() + interval '3 years')"
        assert (await below(anna, far, scene.world.supplier_id)).state == "23514"


async def test_history_names_the_key_and_who_made_it(program: httpx.AsyncClient, scene: Scene, admin: Admin) -> None:
    answer = await program.post(_clients(scene.world), json={"name": "Ann Lee"}, headers=under(scene.made.token))
    assert answer.status_code == 201, answer.text
    who = "select actor_id, actor_key_id, actor_supplier_id from app.audit_events where row_id = %s order by id limit 1"
    row = await (await admin.execute(who, [answer.json()["id"]])).fetchone()
    assert row == (scene.world.anna.person_id, scene.made.key.id, scene.world.supplier_id)


async def test_a_key_is_told_once_and_stands_nowhere(
    app: WebApp, program: httpx.AsyncClient, database: Database, own_database: TestDatabase, admin: Admin
) -> None:
    anna = await owner(database, "Anna")
    await key(database, own_database.admin_url, anna, KeyScope.CLIENTS_READ)
    headers = anna.bearer | {"idempotency-key": uuid4().hex}
    body = {"name": "Sync", "scopes": ["clients:read"]}
    answer = await program.post(f"/api/v1/suppliers/{anna.supplier_id}/keys", json=body, headers=headers)
    token = answer.json()["token"]
    assert is_well_formed(token)
    assert token not in (await program.get(f"/api/v1/suppliers/{anna.supplier_id}/keys", headers=anna.bearer)).text
    secret = token.split("_")[3]
    tables = await (await admin.execute("select table_name::text from guard.protected_tables")).fetchall()
    kept = []
    for (name,) in tables:
        look = sql.SQL("select count(*) from {} r where r::text ~ %s").format(sql.SQL(name))
        if await (await admin.execute(look, [secret])).fetchone() != (0,):
            kept.append(name)
    assert kept == []
    images = "select count(*) from app.audit_events where table_name = 'api_keys' and before ? 'key_hash'"
    assert await (await admin.execute(images)).fetchone() == (0,)


def test_a_key_that_was_mistyped_is_no_key_before_anybody_is_asked() -> None:
    token = new_key().token
    assert re.fullmatch(r"ws_live_[a-z2-7]{12}_[a-z2-7]{52}_[0-9a-f]{8}", token)
    assert is_well_formed(token)
    for place in (8, 25, len(token) - 1):
        other = "a" if token[place] != "a" else "b"
        assert not is_well_formed(f"{token[:place]}{other}{token[place + 1 :]}")
    assert not is_well_formed(f"{token}\n")
    assert len({new_key().token for _ in range(100)}) == 100


async def test_who_tries_keys_out_is_counted_as_a_stranger(program: httpx.AsyncClient, scene: Scene) -> None:
    path, guesses = _clients(scene.world), [new_key().token for _ in range(ANONYMOUS.most)]
    assert {(await program.get(path, headers=under(each))).status_code for each in guesses} == {401}
    assert (await program.get(path, headers=under(new_key().token))).status_code == 429
    assert (await program.get(path, headers=under(scene.made.token))).status_code == 200


async def test_the_minute_of_the_last_use_is_kept_once_a_minute(
    program: httpx.AsyncClient, database: Database, own_database: TestDatabase
) -> None:
    anna = await owner(database, "Anna")
    made = await key(database, own_database.admin_url, anna, KeyScope.CLIENTS_READ)
    keys, path = f"/api/v1/suppliers/{anna.supplier_id}/keys", f"/api/v1/suppliers/{anna.supplier_id}/clients"
    assert (await program.get(keys, headers=anna.bearer)).json()["items"][0]["used_at"] is None
    for _ in range(3):
        await program.get(path, headers=under(made.token))
    used = (await program.get(keys, headers=anna.bearer)).json()["items"][0]["used_at"]
    assert used.endswith((":00+00:00", ":00Z"))


async def test_only_scale_and_enterprise_have_programs_and_a_fall_shuts_them_out(
    program: httpx.AsyncClient, database: Database, own_database: TestDatabase
) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    async with database.transaction(anna.actor) as tx:
        with pytest.raises(Forbidden, match="This one has Free"):
            await actions.make_key(tx, anna.supplier_id, KeySaid(name="Sync", scopes=[KeyScope.CLIENTS_READ]))
    made = await key(database, own_database.admin_url, anna, KeyScope.CLIENTS_READ)
    path = f"/api/v1/suppliers/{anna.supplier_id}/clients"
    for tier, status, measure in (
        (SupplierTier.SCALE, 200, "5000"),
        (SupplierTier.ENTERPRISE, 200, "10000"),
        (SupplierTier.PROFESSIONAL, 403, "2000"),
    ):
        assert await asyncio.to_thread(set_tier, own_database.admin_url, anna.supplier_id, tier)
        answer = await program.get(path, headers=under(made.token))
        assert answer.status_code == status
        assert answer.headers["ratelimit-policy"] == f'"api-keys";q={measure};w=3600'
    assert not await asyncio.to_thread(set_tier, own_database.admin_url, uuid4(), SupplierTier.SCALE)
    async with role(own_database.app_url) as below:
        promoted = await below(anna.actor, "update app.supplier_tiers set tier = 'enterprise'")
        assert promoted.state == "42501"


async def test_the_programs_of_a_business_count_together_and_not_for_what_happens_on_the_day(
    program: httpx.AsyncClient, database: Database, own_database: TestDatabase, scene: Scene
) -> None:
    world = scene.world
    other = await key(database, own_database.admin_url, world.anna, KeyScope.CLIENTS_READ)
    tokens = (scene.made.token, other.token, scene.made.token)
    left = [_left(await program.get(_clients(world), headers=under(token))) for token in tokens]
    assert left == [left[0], left[0] - 1, left[0] - 2]
    note = {"kind": "note", "text": "Rain"}
    log = f"/api/v1/weddings/{world.wedding_id}/day-log/{uuid4()}"
    written = await program.put(log, json=note, headers=under(scene.made.token))
    assert written.status_code == 409  # its day is a year away
    assert "ratelimit" not in written.headers
    assert _left(await program.get(_clients(world), headers=under(other.token))) == left[2] - 1


async def test_a_key_asks_for_a_name_for_something_to_open_and_for_an_end(
    database: Database, own_database: TestDatabase
) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    await key(database, own_database.admin_url, anna, KeyScope.CLIENTS_READ)
    wrong = {
        "name": KeySaid(name=" ", scopes=[KeyScope.CLIENTS_READ]),
        "scopes": KeySaid(name="Sync", scopes=[]),
        "days": KeySaid(name="Sync", scopes=[KeyScope.CLIENTS_READ], days=731),
    }
    for field, said in wrong.items():
        async with database.transaction(anna.actor) as tx:
            with pytest.raises(Invalid) as refused:
                await actions.make_key(tx, anna.supplier_id, said)
        assert str(refused.value.members["errors"]).startswith(f"[{{'field': '{field}'")
    async with database.transaction(anna.actor) as tx:
        for number in range(MOST_KEYS - 2):
            said = KeySaid(name=f"Sync {number}", scopes=[KeyScope.CLIENTS_READ])
            await actions.make_key(tx, anna.supplier_id, said)

    async def make() -> str:
        assert anna.supplier_id is not None
        try:
            async with database.transaction(anna.actor) as tx:
                await actions.make_key(tx, anna.supplier_id, said)
        except Conflict:
            return "one too many"
        return "made"

    assert sorted(await asyncio.gather(*(make() for _ in range(8)))) == ["made", *["one too many"] * 7]


async def test_a_letter_tells_before_a_key_ends_and_only_once(
    database: Database, own_database: TestDatabase, tmp_path: Path
) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    followed = await key(database, own_database.admin_url, anna, KeyScope.CLIENTS_READ)  # in two days another does
    async with database.transaction(anna.actor) as tx:
        for name, days in (("Soon", 6), ("Late", 30)):
            said = KeySaid(name=name, scopes=[KeyScope.CLIENTS_READ], days=days)
            await actions.make_key(tx, anna.supplier_id, said)
        await actions.follow_key(tx, anna.supplier_id, followed.key.id, 48)
    async with Database(own_database.worker_url, sealer()) as worker:
        workshop = Workshop(database=worker, mailer=OutboxMailer(tmp_path, "us@example.org"), base_url="http://x")
        for _ in range(2):
            await TELL_ENDING.run(workshop)
            await work_through(own_database.worker_url, workshop, JOBS, until_empty=True)
    letters = [each for each in newest_letters(tmp_path, most=10, public_url="http://x") if each.to == anna.email]
    assert [f"“{name}”" in letters[0].body for name in ("Soon", "Late", "Studio sync")] == [True, False, False]
    assert len(letters) == 1
    assert f"http://x/s/{anna.supplier_id}/keys" in letters[0].body


async def test_an_owner_makes_a_key_on_the_page_sees_it_once_changes_it_over_and_ends_it(
    app: WebApp, program: httpx.AsyncClient, database: Database, own_database: TestDatabase
) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    page, keys = Visitor(app, anna), f"/s/{anna.supplier_id}/keys"
    assert keys in await page.look(f"/s/{anna.supplier_id}/team")
    assert "This one has Free" in await page.look(keys)
    assert await asyncio.to_thread(set_tier, own_database.admin_url, anna.supplier_id, SupplierTier.SCALE)
    assert "No program may come yet" in await page.look(keys)
    refused = await page.send(keys, name="Sync", clients="", weddings="", days="365")
    assert refused.status_code == 422
    assert "Choose what it opens." in refused.text
    made = await page.send(keys, name="Sync <b>", clients="clients:read", weddings="", days="365")
    assert made.status_code == 200
    token = _shown(made.text)
    assert "Sync &lt;b&gt;" in made.text
    path = f"/api/v1/suppliers/{anna.supplier_id}/clients"
    assert (await program.get(path, headers=under(token))).status_code == 200
    seen = await page.look(keys)
    assert token not in seen
    (follow,) = re.findall(rf'action="({keys}/[^"]+/successor)"', seen)
    second = _shown((await page.send(follow, overlap_hours="1")).text)
    assert [(await program.get(path, headers=under(each))).status_code for each in (token, second)] == [200, 200]
    for end in re.findall(rf'action="({keys}/[^"]+/end)"', await page.look(keys)):
        assert (await page.send(end)).headers["location"] == f"{keys}?told=key-ended"
    assert [(await program.get(path, headers=under(each))).status_code for each in (token, second)] == [401, 401]
    part = await page.get(keys, part=True)
    assert "<html" not in part.text
    assert part.text.count("ended ") >= 2


async def test_what_the_how_to_says_is_true(program: httpx.AsyncClient, scene: Scene) -> None:
    """Every curl on the page, as it stands there."""
    world = scene.world
    words = {
        "$SUPPLIER": world.supplier_id,
        "$WS_KEY": scene.made.token,
        "$SESSION": world.anna.token,
        "$KEY_ID": scene.made.key.id,
        "enquiry-20271": f"enquiry-{uuid4()}",
    }
    said = (ROOT / "docs/howto/use-the-api.md").read_text("utf-8").replace("\\\n", " ")
    for word, value in words.items():
        said = said.replace(word, str(value))
    asked = [shlex.split(line) for line in re.findall(r"^ *curl (.+)$", said, re.MULTILINE)]
    for line in asked:
        (url,) = [urlsplit(each) for each in line if each.startswith("https://")]
        headers = [line[place + 1].partition(": ") for place, each in enumerate(line) if each == "-H"]
        body = line[line.index("-d") + 1] if "-d" in line else None
        answer = await program.request(
            "GET" if body is None else "POST",
            url.path,
            content=body,
            headers=[(name, value) for name, _, value in headers],
        )
        assert answer.status_code in {200, 201}, (url.path, answer.text)
    assert len(asked) == 4


async def test_a_program_that_writes_twice_under_one_name_writes_once_and_not_in_its_makers(
    program: httpx.AsyncClient, scene: Scene
) -> None:
    once = {"idempotency-key": uuid4().hex}
    answers = [
        await program.post(_clients(scene.world), json={"name": "Ann Lee"}, headers=under(scene.made.token) | once)
        for _ in range(2)
    ]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    by_anna = await program.post(
        _clients(scene.world), json={"name": "Ann Lee"}, headers=scene.world.anna.bearer | once
    )
    assert by_anna.status_code == 422


def _left(answer: httpx.Response) -> int:
    (left,) = re.findall(r";r=(\d+);", answer.headers["ratelimit"])
    return int(left)


def _shown(text: str) -> str:
    (token,) = re.findall(r"ws_live_[a-z2-7]{12}_[a-z2-7]{52}_[0-9a-f]{8}", text)
    return str(token)


def _clients(world: World) -> str:
    return f"/api/v1/suppliers/{world.supplier_id}/clients"


async def _client(database: Database, anna: Somebody, world: World) -> str:
    async with database.transaction(anna.actor) as tx:
        return str((await clients.write_client(tx, world.supplier_id, ClientSaid(name="Ann Lee"))).id)


def _at(route: Route, world: World) -> str:
    """Its address about this world; what else it names is not there."""
    known = {"supplier_id": world.supplier_id, "wedding_id": world.wedding_id, "kind": "csv", "row_number": "1"}
    path = route.path
    for name in re.findall(r"{(\w+)(?::\w+)?}", path):
        path = re.sub(rf"{{{name}(?::\w+)?}}", str(known.get(name, uuid4())), path)
    return path
