"""Who sees and who changes what, asked of the database itself: commands × people.

A number is how many rows somebody saw or changed; "-" is a refusal. Of what one cannot see one changes 0 rows.
"""

from typing import Final, LiteralString

import pytest
from psycopg import sql
from tests.database.roles import Role, outside
from tests.database.scene import Scene, with_capacity

from wedsync.kernel.ids import WeddingId

COUNT: Final[LiteralString] = "select count(*) from "
FACT: Final[LiteralString] = (
    "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value) values ({w}, "
)
INVITE: Final[LiteralString] = (
    "insert into app.wedding_invitations (wedding_id, kind, email, code_hash, expires_at, person_id) "
    "values ({w}, 'companion', 'x@example.org', '', 'infinity', "
)
HIRE: Final[LiteralString] = (
    "insert into app.supplier_invitations (supplier_id, kind, email, code_hash, expires_at, role, service) "
    "values ({s}, "
)
GRANT: Final[LiteralString] = (
    "insert into app.connection_grants (wedding_id, supplier_id, area, is_grantable) values ({w}, {s}, "
)
SEEN: Final[LiteralString] = (
    "insert into app.acknowledgements (wedding_id, subject_id, fact_key, revision) values ({w}, {w}, "
)
EVENT: Final[LiteralString] = (
    "insert into app.wedding_events (wedding_id, kind, position, title) values ({w}, 'party', 9, 'Party')"
)

# {w} the wedding, {s} Anna's business, {clara} a partner.
READS: Final[dict[LiteralString, str]] = {
    # In this order: anna ada mia ben vera, kate; clara dan cora colin; eve oli nobody.
    "live.weddings where id = {w}": "1 1 1 1 1  1   1 1 1 1  0 0 0",
    "live.wedding_shields where wedding_id = {w}": "1 1 1 1 1  1   1 1 1 1  0 0 0",
    "live.wedding_members where wedding_id = {w}": "4 4 4 4 4  4   4 4 4 4  0 0 0",
    "live.wedding_events where wedding_id = {w}": "2 2 2 2 2  2   2 2 2 2  0 0 0",
    # The photographer reads the ceremony's times, the caterer the reception's.
    "live.event_times where wedding_id = {w}": "1 1 1 1 1  1   2 2 2 2  0 0 0",
    # The companion and the coordinator read all but the budget.
    "live.core_facts where wedding_id = {w}": "8 8 8 8 8 10  14 14 13 13  0 0 0",
    "app.guest_totals(array[{w}])": "1 1 1 1 1  1   1 1 1 1  0 0 0",
    "live.connections where wedding_id = {w}": "2 2 2 2 2  2   2 2 2 2  0 0 0",
    "live.connection_grants where wedding_id = {w}": "7 7 7 7 7  7  14 14 0 0  0 0 0",
    "live.wedding_invitations where wedding_id = {w}": "0 0 0 0 0  0  5 5 0 0  0 0 0",
    "live.supplier_invitations where supplier_id = {s}": "4 4 4 4 4  0  0 0 0 0  0 0 0",
    "live.supplier_members where supplier_id = {s}": "5 5 5 5 5  0  0 0 0 0  0 0 0",
    "live.suppliers where id = {s}": "1 1 1 1 1  1   1 1 1 1  1 1 0",
    "live.people": "1 1 1 1 1  1   1 1 1 1  1 1 0",
    "live.sessions": "1 1 1 1 1  1   1 1 1 1  1 1 0",
    # A business sees what it has seen and not seen itself; who belongs to the wedding, what both have.
    "live.unseen_changes where wedding_id = {w}": "2 2 2 2 2  3   5 5 5 5  0 0 0",
    "live.acknowledgements where wedding_id = {w}": "1 1 1 1 1  0   1 1 1 1  0 0 0",
    "app.sightings({w})": "8 8 8 8 8  10  18 18 18 18  0 0 0",
    "live.reminders": "0 0 0 0 0  0   0 0 0 0  0 0 0",
    "app.local_times({w})": "0 0 0 0 0  0   2 2 2 0  0 0 0",
    "(select 1 from live.audit_events where scope_id = {w} limit 1)": "0 0 0 0 0  0  1 1 0 0  0 0 0",
    "(select 1 from live.audit_events where scope_id = {s} limit 1)": "1 1 0 0 0  0  0 0 0 0  0 0 0",
}
WRITES: Final[dict[LiteralString, str]] = {
    # In this order: anna ada mia ben vera, kate; clara dan cora colin; eve oli nobody.
    "update app.weddings set title = title where id = {w}": "0 0 0 0 0  0  1 1 1 0  0 0 0",
    "update app.wedding_events set title = title where wedding_id = {w}": "0 0 0 0 0  0  2 2 2 0  0 0 0",
    EVENT: "- - - - -  -  1 1 1 -  - - -",
    FACT + "'style', 0, '[]')": "- - - - -  -  1 1 1 -  - - -",
    FACT + "'partner1_first_name', 1, '\"Clare\"')": "- - - - -  -  1 1 1 -  - - -",
    FACT + "'partner2_email', 0, '\"dan@example.org\"')": "- - - - -  -  1 1 1 -  - - -",
    FACT + "'total_budget', 1, '1')": "- - - - -  -  1 1 - -  - - -",
    "select from app.set_lead({w}, 3)": "- - - - -  -  1 1 - -  - - -",
    "select from app.confirm_date({w})": "- - - - -  -  1 1 - -  - - -",
    # One changes one's own name; nobody changes the other partner's membership.
    "update app.wedding_members set display_name = display_name where wedding_id = {w}": "0 0 0 0 0  0  3 3 0 0  0 0 0",
    "update app.wedding_members set left_at = app.clock() where wedding_id = {w} and role = 'companion'": "0 0 0 0 0  0  1 1 0 0  0 0 0",
    "update app.supplier_members set role = 'viewer' where supplier_id = {s} and role = 'member'": "1 1 0 0 0  0  0 0 0 0  0 0 0",
    "update app.supplier_members set left_at = app.clock() where supplier_id = {s} and role = 'owner'": "0 0 0 0 0  0  0 0 0 0  0 0 0",
    "update app.suppliers set name = name where id = {s}": "1 1 0 0 0  0  0 0 0 0  0 0 0",
    # Either side may end a connection; only the couple blocks. A viewer of the business does neither.
    "update app.connections set status = 'disconnected' where wedding_id = {w} and supplier_id = {s}": "1 1 1 0 0  0  1 1 0 0  0 0 0",
    "update app.connections set status = 'blocked' where wedding_id = {w} and supplier_id = {s}": "- - - 0 0  0  1 1 0 0  0 0 0",
    "update app.connection_grants set can_write = true where wedding_id = {w} and supplier_id = {s}": "0 0 0 0 0  0  7 7 0 0  0 0 0",
    GRANT + "'tasks', true)": "- - - - -  -  1 1 - -  - - -",
    GRANT + "'budget', true)": "- - - - -  -  - - - -  - - -",
    GRANT + "'budget', false)": "- - - - -  -  - - - -  - - -",
    INVITE + "app.actor_id())": "- - - - -  -  1 1 - -  - - -",
    INVITE + "{clara})": "- - - - -  -  1 - - -  - - -",
    HIRE + "'member', 'x@example.org', '', 'infinity', 'member', null)": "1 1 - - -  -  - - - -  - - -",
    HIRE + "'couple', 'x@example.org', '', 'infinity', null, 'photographer')": "1 1 1 1 -  -  - - - -  - - -",
    SEEN + "'partner1_first_name', 1)": "1 1 1 1 1  1  23502 23502 - -  - - -",
    SEEN + "'adults', 1)": "- - - - -  1  23502 23502 - -  - - -",
    "update app.people set name = name": "1 1 1 1 1  1  1 1 1 1  1 1 0",
    "update app.sessions set ended_at = ended_at": "1 1 1 1 1  1  1 1 1 1  1 1 0",
}


@pytest.fixture(params=["no wedding chosen", "this wedding chosen"])
def chosen(request: pytest.FixtureRequest, scene: Scene) -> WeddingId | None:
    return scene.wedding_id if request.param == "this wedding chosen" else None


def named(statement: LiteralString, scene: Scene) -> sql.Composed:
    return sql.SQL(statement).format(w=scene.wedding_id, s=scene.supplier_id, clara=scene.clara.person_id)


@pytest.mark.parametrize("table", READS)
async def test_everybody_reads_what_is_theirs(
    table: LiteralString, scene: Scene, as_app: Role, chosen: WeddingId | None
) -> None:
    seen = [
        (await as_app(with_capacity(actor, wedding_id=chosen), named(COUNT + table, scene))).short
        for actor in scene.people.values()
    ]
    assert seen == READS[table].split()


@pytest.mark.parametrize("statement", WRITES)
async def test_everybody_changes_what_they_may(
    statement: LiteralString, scene: Scene, as_app: Role, chosen: WeddingId | None
) -> None:
    done = [
        (await as_app(with_capacity(actor, wedding_id=chosen), named(statement, scene))).short
        for actor in scene.people.values()
    ]
    assert done == WRITES[statement].split()


async def test_a_worker_sees_what_the_actor_in_its_envelope_sees_and_nothing_for_nobody(
    scene: Scene, as_worker: Role
) -> None:
    seen = [(await as_worker(actor, "select count(*) from live.weddings")).only for actor in scene.people.values()]
    assert seen == [1] * 11 + [0, 0]  # Eve sees Ed's
    assert (await as_worker(scene.people["nobody"], "select count(*) from live.suppliers")).only == 0


async def test_choosing_somebody_else_s_wedding_shows_nothing_of_either(scene: Scene, as_app: Role) -> None:
    for actor, other in ((scene.eve.actor, scene.wedding_id), (scene.clara.actor, scene.other_wedding_id)):
        assert (await as_app(actor, "select count(*) from live.weddings")).only == 1
        for table in ("weddings", "wedding_events", "core_facts", "wedding_shields"):
            counted = sql.SQL("select count(*) from live.{}").format(sql.Identifier(table))
            assert (await as_app(with_capacity(actor, wedding_id=other), counted)).only == 0


@pytest.mark.parametrize("setting", ["app.actor_id", "app.wedding_id", "app.supplier_id"])
async def test_a_setting_that_is_no_id_fails_closed(setting: str, scene: Scene, as_app: Role) -> None:
    statement = sql.SQL("set local {} = 'x'; select 1 from live.wedding_events").format(sql.SQL(setting))
    assert (await as_app(scene.clara.actor, statement)).state == "22P02"


async def test_nothing_that_one_may_read_has_the_rows_of_a_foreign_wedding(
    scene: Scene, as_app: Role, as_admin: Role
) -> None:
    """Every table that names a wedding, with its reader left to the policy alone."""
    tables = await outside(
        as_admin,
        "select relname from pg_class c join pg_attribute a on a.attrelid = c.oid where relnamespace = 'live'::regnamespace and attname in ('wedding_id', 'scope_id')",
    )
    assert len(tables) >= 9
    for (table,) in tables:
        column = "scope_id" if table in {"audit_events", "delete_batches"} else "wedding_id"
        counted = sql.SQL("select count(*) from live.{} where {} = {}").format(
            sql.Identifier(table), sql.Identifier(column), scene.wedding_id
        )
        for stranger in ("eve", "oli", "nobody"):
            assert (await as_app(scene.people[stranger], counted)).only == 0
