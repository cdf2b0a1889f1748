"""Finding clients, asked of the database itself: a member of the business finds them and nobody else, by an index."""

from typing import Final, LiteralString

import msgspec
from tests.database.roles import Role
from tests.database.scene import Scene

from wedsync.platform.database import NOBODY

WRITE: Final[LiteralString] = (
    "insert into app.clients (supplier_id, name, venue) values (%s, 'Uma Findable', 'The Findable Barn')"
)
FIND: Final[LiteralString] = "select count(*)::integer from app.find_clients(%s, %s, %s::text[], 100)"
MANY: Final[LiteralString] = (
    "insert into app.clients (supplier_id, name, venue) "
    "select %s, 'Kit ' || md5(g::text), 'Hall ' || md5((-g)::text) from generate_series(1, 3000) g"
)
SCANS: Final[LiteralString] = (
    "select c.relname::text, pg_stat_get_xact_numscans(c.oid) from pg_class c left join pg_index i on i.indexrelid = c.oid "
    "where 'app.clients'::regclass in (c.oid, i.indrelid)"
)


async def test_a_member_finds_and_nobody_else_does_however_they_come(scene: Scene, as_app: Role) -> None:
    anna, vera = scene.anna, scene.vera
    await as_app(anna.actor, WRITE, anna.supplier_id, keep=True)
    strangers = [scene.eve.actor, scene.clara.actor, NOBODY]
    strangers += [msgspec.structs.replace(scene.clara.actor, wedding_id=scene.wedding_id)]
    strangers += [msgspec.structs.replace(scene.eve.actor, supplier_id=anna.supplier_id)]
    for words in ("findable", "uma", "findible"):
        for insider in (anna.actor, vera.actor, msgspec.structs.replace(anna.actor, wedding_id=scene.wedding_id)):
            assert (await as_app(insider, FIND, anna.supplier_id, words, [])).only == 1, words
        for stranger in strangers:
            assert (await as_app(stranger, FIND, anna.supplier_id, words, [])).only == 0, (words, stranger)


async def test_a_mark_breaks_out_of_no_query(scene: Scene, as_app: Role) -> None:
    anna = scene.anna
    await as_app(anna.actor, WRITE, anna.supplier_id, keep=True)
    for mark in ("x' | 'uma", "\\", "x\\' | 'uma", "':* | 'uma", "!x", "x:* | uma"):
        assert (await as_app(anna.actor, FIND, anna.supplier_id, "", [mark])).only == 0, mark
    assert (await as_app(anna.actor, FIND, anna.supplier_id, "", ["x|uma"])).only > 0


async def test_each_way_of_finding_goes_by_its_index(scene: Scene, as_admin: Role) -> None:
    connection, anna = as_admin.connection, scene.anna
    async with connection.transaction(force_rollback=True):
        await connection.execute("select set_config('app.actor_id', %s, true)", [str(anna.person_id)])
        await connection.execute(MANY, [anna.supplier_id])
        await connection.execute("analyze app.clients")
        for words, expected in (
            ("kit", {"clients_by_name"}),
            ("hal", {"clients_by_words"}),
            ("hlal", {"clients_alike"}),
        ):
            before = await scans(as_admin)
            await connection.execute(FIND, [anna.supplier_id, words, []])
            after = await scans(as_admin)
            scanned = {name for name in after if after[name] > before[name]}
            assert expected <= scanned, (words, scanned)
            assert "clients" not in scanned, words  # read whole


async def scans(admin: Role) -> dict[str, int]:
    """How often this transaction has read the table whole, and each of its indexes."""
    found = await admin.connection.execute(SCANS)
    return {str(name): int(count) for name, count in await found.fetchall()}
