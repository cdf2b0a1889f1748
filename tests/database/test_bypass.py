"""Every way round: as the web, the worker, the migrator and the administrator. Afterwards nothing has changed.

The control at the end takes one trigger away, and the attack that it stopped succeeds.
"""

from collections.abc import AsyncIterator
from typing import Any, Final, LiteralString

import pytest
from psycopg import sql
from tests.database.roles import Role, outside, role
from tests.database.scene import Scene, build_scene
from tests.support.database import Servers, cloned

from wedsync.platform.database import NOBODY, Database

# Everything that a wedding is, in one line.
STATE: Final[LiteralString] = """
select md5(coalesce(string_agg(t, ',' order by t), '')) from (
  select e::text from app.wedding_events e union all select r::text from app.core_field_revisions r
  union all select s::text from app.wedding_shields s union all select c::text from app.connections c
  union all select g::text from app.connection_grants g union all select m::text from app.wedding_members m
  union all select m::text from app.supplier_members m union all select w::text from app.weddings w
  union all select k::text from app.acknowledgements k union all select u::text from app.unseen_changes u
  union all select p::text from app.people p union all select i::text from app.wedding_invitations i
  union all select a::text from app.audit_events a union all select m::text from guard.migrations m) _ (t)"""
# {w} Clara's wedding, {o} Ed's, {e} an event of hers, {eve} Eve's business, {dan} and {clara} partners.
ATTACKS: Final[dict[str, LiteralString]] = {
    "update a fact": "update app.core_field_revisions set value = '1'",
    "update a fact it may not name": "update app.core_field_revisions set is_current = false",
    "update the shield": "update app.wedding_shields set active_span = 'empty'",
    "update an instant": "update app.wedding_events set day_ends_at = day_starts_at",
    "merge into the shield": "merge into app.wedding_shields s using (values (1)) v on s.wedding_id = {w} when matched then update set date_set_at = null",
    "merge into events": "merge into app.wedding_events e using (values (1)) v on e.wedding_id = {w} when matched then delete",
    "on conflict": "insert into app.wedding_events (wedding_id, id, kind, position, title) values ({w}, {e}, 'party', 9, 'x') on conflict (wedding_id, id) do update set position = 9",
    "insert a fact again": "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value) values ({w}, 'adults', 0, '1')",
    "forge a revision": "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value, revision) values ({w}, 'adults', 1, '1', 9)",
    "forge a hash": "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value, hash) values ({w}, 'adults', 1, '1', '')",
    "forge a writer": "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value, actor_id) values ({w}, 'adults', 1, '1', {dan})",
    "forge a time": "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value, written_at) values ({w}, 'adults', 1, '1', '2020-01-01')",
    "forge an event's instants": "insert into app.wedding_events (wedding_id, kind, position, title, day_starts_at) values ({w}, 'party', 9, 'x', now())",
    "write history": "insert into app.audit_events (scope_id, table_name, row_id, operation) values ({w}, 'weddings', {w}, 'insert')",
    "erase history": "update app.audit_events set before = null",
    "see for another business": "insert into app.acknowledgements (wedding_id, supplier_id, subject_id, fact_key, revision) values ({w}, {eve}, {w}, 'adults', 1)",
    "see as another": "insert into app.acknowledgements (wedding_id, subject_id, fact_key, revision, person_id) values ({w}, {w}, 'adults', 1, {dan})",
    "see earlier": "insert into app.acknowledgements (wedding_id, subject_id, fact_key, revision, seen_at) values ({w}, {w}, 'adults', 1, '2020-01-01')",
    "see what one does not read": "insert into app.acknowledgements (wedding_id, subject_id, fact_key, revision) values ({w}, {w}, 'adults', 1)",
    "see a revision that is not there": "insert into app.acknowledgements (wedding_id, subject_id, fact_key, revision) values ({o}, {o}, 'partner1_first_name', 9)",
    "have seen nothing": "delete from app.acknowledgements",
    "have seen another": "update app.acknowledgements set revision = 1",
    "have nothing to see": "delete from app.unseen_changes",
    "be reminded of nothing": "update app.unseen_changes set due_at = null",
    "delete": "delete from app.wedding_events",
    "delete facts": "delete from app.core_field_revisions",
    "truncate": "truncate app.wedding_events",
    "truncate all": "truncate app.weddings, app.people cascade",
    "move an event": "update app.wedding_events set wedding_id = {o}",
    "move a grant": "update app.connection_grants set supplier_id = {eve}",
    "move a membership": "update app.wedding_members set person_id = app.actor_id()",
    "promote oneself": "update app.wedding_members set role = 'partner'",
    "write through a view": "update live.wedding_shields set status = 'draft'",
    "become the guard": "set role wedsync_guard",
    "become the owner": "set role wedsync_owner",
    "become the migrator": "set role wedsync_migrator",
    "session authorization": "set session authorization wedsync_guard",
    "replica role": "set session_replication_role = replica",
    "event triggers off": "set event_triggers = off",
    "row security off": "set row_security = off; update app.wedding_shields set status = 'draft'",
    "row security off, reading": "set row_security = off; select * from app.wedding_events where wedding_id = {o}",
    "disable a trigger": "alter table app.wedding_events disable trigger all",
    "drop a policy": "drop policy reads on app.weddings",
    "replace the clock": "create or replace function app.clock() returns timestamptz language sql return now()",
    "a table that shadows": "create temp table weddings (x integer)",
    "a function of one's own": "create function pg_temp.f() returns integer language sql as 'select 1'",
    "fake a migration": "insert into guard.migrations (name, checksum) values ('x', 'x')",
    "begin a migration": "select guard.begin_migration('x', 'x')",
    "a setting named like a flag": "select set_config('guard.is_migrating', 'on', true), set_config('app.is_migrating', 'on', true); delete from app.weddings",
    "call the guard's check": "select guard.check_shield({w}, 'plan')",
    "call the guard's window": "select guard.move_window({w})",
    "call the guard's instants": "select guard.apply_instants({w}, '[]')",
    "call the guard's connect": "select guard.connect({w}, {eve}, 'planner')",
    "connect oneself": "insert into app.connections (wedding_id, supplier_id, service, status) values ({w}, {eve}, 'planner', 'connected')",
    "connect without an invitation": "select app.accept_wedding_invitation('\\x00', {eve}, 'Eve')",
    "join without an invitation": "insert into app.wedding_members (wedding_id, person_id, display_name, role) values ({w}, app.actor_id(), 'x', 'coordinator')",
    "join a team": "insert into app.supplier_members (supplier_id, person_id, display_name, role) values ({eve}, app.actor_id(), 'x', 'owner')",
    "invite as another": "insert into app.wedding_invitations (wedding_id, kind, email, code_hash, expires_at, person_id) values ({w}, 'partner', 'x@example.org', '', 'infinity', {dan})",
    "accept by hand": "update app.wedding_invitations set accepted_at = null",
    "another's batch": "select 1 / (app.restore_batch({o}, {o}) is not null)::integer",
    "add a person": "insert into app.people (email, name) values ('x@example.org', 'x')",
    "take an address over": "update app.people set email = 'x@example.org'",
    "a session for another": "insert into app.sessions (person_id, token_hash, expires_at) values ({dan}, '', 'infinity')",
    "found a wedding by hand": "insert into app.weddings (title) values ('x')",
    "change the questions": "update app.core_field_definitions set audience = 'couple:*'",
    "run a program": "copy app.weddings to program 'true'",
    "read a file": "select pg_read_file('PG_VERSION')",
}


@pytest.fixture(scope="module")
async def attacked(database: Database) -> Scene:
    return await build_scene(database)


def aimed(attack: LiteralString, scene: Scene) -> sql.Composed:
    return sql.SQL(attack).format(
        w=scene.wedding_id,
        o=scene.other_wedding_id,
        e=scene.ceremony_id,
        eve=scene.other_supplier_id,
        dan=scene.dan.person_id,
        clara=scene.clara.person_id,
    )


@pytest.mark.parametrize("who", ["app", "worker"])
@pytest.mark.parametrize("attack", ATTACKS)
async def test_the_web_and_the_worker_change_nothing_past_the_guard(
    attack: str, who: str, attacked: Scene, as_app: Role, as_worker: Role, as_admin: Role
) -> None:
    """As a partner, who may do most, and as somebody of another business; whatever got through would stay."""
    before = await outside(as_admin, STATE)
    for actor in (attacked.clara.actor, attacked.eve.actor):
        answer = await {"app": as_app, "worker": as_worker}[who](actor, aimed(ATTACKS[attack], attacked), keep=True)
        assert answer.state or answer.count == 0, answer
    assert await outside(as_admin, STATE) == before


MIGRATOR: Final[dict[str, LiteralString]] = {
    "ddl without a migration": "set local role wedsync_owner; alter table app.weddings disable trigger changed",
    "update without a migration": "set local role wedsync_owner; update app.weddings set title = 'hacked'",
    "becomes the guard": "set local role wedsync_guard",
    "replaces the guard in a migration": "select guard.begin_migration('evil', 'x'); set local role wedsync_owner; create or replace function guard.check_shield(wedding uuid, class text) returns void language sql as ''",
    "truncates in a migration": "select guard.begin_migration('evil', 'x'); set local role wedsync_owner; truncate app.weddings cascade",
    "rewrites facts in a migration": "select guard.begin_migration('evil', 'x'); set local role wedsync_owner; update app.core_field_revisions set value = '1'",
    "deletes history in a migration": "select guard.begin_migration('evil', 'x'); set local role wedsync_owner; delete from app.audit_events",
    "rewrites what migrations there were": "update guard.migrations set checksum = ''",
    "takes the event trigger away": "drop event trigger refuse_ddl",
}
ADMINISTRATOR: Final[dict[str, LiteralString]] = {
    "ddl": "alter table app.weddings disable trigger all",
    "ledger as a replica": "set local session_replication_role = replica; update app.core_field_revisions set value = '1'",
    "history": "delete from app.audit_events",
    "truncate": "truncate app.weddings cascade",
}


@pytest.mark.parametrize("attack", MIGRATOR)
async def test_the_migrator_changes_nothing_past_the_guard(
    attack: str, attacked: Scene, as_migrator: Role, as_admin: Role
) -> None:
    before = await outside(as_admin, STATE)
    answer = await as_migrator(attacked.clara.actor, MIGRATOR[attack], keep=True)
    assert answer.state or attack == "update without a migration"  # whose policy shows it no row to update
    assert await outside(as_admin, STATE) == before


@pytest.mark.parametrize("attack", ADMINISTRATOR)
async def test_the_administrator_meets_the_triggers_too(attack: str, attacked: Scene, as_admin: Role) -> None:
    before = await outside(as_admin, STATE)
    assert (await as_admin(NOBODY, ADMINISTRATOR[attack], keep=True)).state in {"WS002", "WS003"}
    assert await outside(as_admin, STATE) == before


@pytest.fixture
async def scratch(shared_servers: Servers) -> AsyncIterator[str]:
    async with cloned(shared_servers.admin_url, "wedsync_without_a_guard") as found:
        yield found.admin_url


CONTROLS: Final[dict[str, tuple[LiteralString, LiteralString]]] = {
    "rewrite the facts": (
        "alter table app.core_field_revisions disable trigger append_only",
        "update app.core_field_revisions set value = '1'",
    ),
    "truncate": (
        "alter table app.wedding_events disable trigger no_truncate; alter table app.event_times disable trigger no_truncate; alter table app.core_field_revisions disable trigger no_truncate; alter table app.amendment_changes disable trigger no_truncate; alter table app.acknowledgements disable trigger no_truncate; alter table app.unseen_changes disable trigger no_truncate",
        "truncate app.wedding_events cascade",
    ),
    "ddl": ("drop event trigger refuse_ddl", "alter table app.weddings disable trigger all"),
}


@pytest.mark.parametrize("attack", CONTROLS)
async def test_without_the_trigger_the_same_attack_succeeds(attack: str, scratch: str) -> None:
    taken_away, statement = CONTROLS[attack]
    async with role(scratch) as admin:
        assert (await admin(NOBODY, statement)).state in {"WS002", "WS003"}
        await admin(NOBODY, "select guard.begin_migration('takes it away', 'x')", keep=True)
        together = sql.SQL("select guard.begin_migration('without', 'x'); ") + sql.SQL(taken_away)
        assert not (await admin(NOBODY, together, keep=True)).state
        assert not (await admin(NOBODY, statement, keep=True)).state


def test_the_attacks_are_many() -> None:
    everything: list[dict[str, Any]] = [dict(ATTACKS), dict(MIGRATOR), dict(ADMINISTRATOR)]
    assert sum(map(len, everything)) > 70
