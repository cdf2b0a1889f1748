"""What a business says of itself stays in a locked wedding as it was, and in no other (R4)."""

from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

import msgspec
import pytest
from psycopg import sql
from tests.database.roles import Role, outside, until
from tests.database.test_window import utc
from tests.features.venues.places import MILL, business_of, published
from tests.support.database import TestDatabase, travelling
from tests.support.world import Somebody, Wedding, connect, join_wedding, owner, person, wedding

from wedsync.features.connections.queries import CONNECTIONS, ConnectionsPage
from wedsync.features.weddings.page_queries import SEEN
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import WeddingId, new_id
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.database import NOBODY, ById, Database

BEFORE, DURING, LATER, AFTER = (utc(f"2031-06-{at}") for at in ("12T12:00", "14T12:00", "14T15:00", "16T12:00"))
SEATS: Final[LiteralString] = "update app.venues set capacity = %s where id = %s"
RENAME: Final[LiteralString] = "update app.venues set name = %s where id = %s"
TRADE_AS: Final[LiteralString] = "update app.suppliers set name = %s where id = %s"
COUNT: Final[LiteralString] = "select count(*)::integer from live.locked_copies where wedding_id = %s"
TRIGGERS: Final[LiteralString] = (
    "alter table app.venues {0} trigger copied_added, {0} trigger copied_changed;"
    "alter table app.suppliers {0} trigger copied_changed"
)


class There(msgspec.Struct, frozen=True, kw_only=True):
    """Clara marries at Nora's mill on 14 June 2031, Ed three weeks later. Nora works at both."""

    clara: Somebody
    ed: Somebody
    nora: Somebody
    name: str
    mill: UUID
    locked: WeddingId
    later: WeddingId
    tests: TestDatabase
    app: Role

    async def change(self, at: datetime, statement: LiteralString, *values: object) -> None:
        answer = await self.app(self.nora.actor, statement, *values, keep=True, travel=until(at, utc_now()))
        assert (answer.state, answer.count) == ("", 1), answer

    async def shown(self, at: datetime, who: Somebody | None = None) -> list[str]:
        """What a couple's page says of their place and its business, and what their list calls it."""
        who = who or self.clara
        theirs = self.locked if who is self.clara else self.later
        async with travelling(self.tests, at - utc_now()) as then:
            reader = then.reader(who.actor)
            seen = await reader.one(SEEN, ById(theirs))
            listed = await reader.all(CONNECTIONS, ConnectionsPage(wedding_id=theirs, after_id=UUID(int=0), limit=9))
        (called,) = {each.name for each in listed} | {each.name for each in seen.wedding.suppliers}
        return [*(f"{each.business} {each.capacity}" for each in seen.venues), called]


@pytest.fixture
async def there(database: Database, own_database: TestDatabase, as_app: Role) -> There:
    clara, ed = await person(database, "Clara"), await person(database, "Ed")
    nora = await owner(database, "Nora", SupplierType.VENUE)
    name = f"Mill {new_id().hex}"
    mill = await published(database, nora, msgspec.structs.replace(MILL, name=name))
    theirs = await wedding(database, clara, wedding_date="2031-06-14", reception_venue_name=f"the {name.upper()}")
    later = await wedding(database, ed, wedding_date="2031-07-05", reception_venue_name=name)
    await connect(database, clara, theirs, nora, SupplierType.VENUE)
    await connect(database, ed, later, nora, SupplierType.VENUE)
    return There(
        clara=clara,
        ed=ed,
        nora=nora,
        name=name,
        mill=mill.id,
        locked=theirs,
        later=later,
        tests=own_database,
        app=as_app,
    )


async def test_a_locked_wedding_shows_what_was_and_an_open_one_what_is(there: There) -> None:
    await there.change(DURING, SEATS, 90, there.mill)
    await there.change(DURING, TRADE_AS, "Nora & Sons", there.nora.supplier_id)
    assert await there.shown(LATER) == ["Nora's 120", "Nora's"]
    assert await there.shown(LATER, there.ed) == ["Nora & Sons 90", "Nora & Sons"]
    assert await there.shown(AFTER) == ["Nora & Sons 90", "Nora & Sons"]


async def test_without_the_triggers_a_locked_wedding_shows_what_is(there: There, as_migrator: Role) -> None:
    """The control: what the test above sees comes from them."""
    begin: LiteralString = "select guard.begin_migration('tests: ' || uuidv7(), ''); set local role wedsync_owner;"
    assert (await as_migrator(there.nora.actor, begin + TRIGGERS.replace("{0}", "disable"), keep=True)).state == ""
    try:
        await there.change(DURING, SEATS, 90, there.mill)
        await there.change(DURING, TRADE_AS, "Nora & Sons", there.nora.supplier_id)
        assert await there.shown(LATER) == ["Nora & Sons 90", "Nora & Sons"]
    finally:
        answer = await as_migrator(there.nora.actor, begin + TRIGGERS.replace("{0}", "enable always"), keep=True)
        assert answer.state == ""


async def test_what_changed_before_the_lock_is_what_was_locked_and_the_first_change_is_the_one_kept(
    there: There, as_admin: Role
) -> None:
    await there.change(BEFORE, SEATS, 100, there.mill)
    assert (await outside(as_admin, COUNT, there.locked)) == [(0,)]
    for seats in (90, 80):
        await there.change(DURING, SEATS, seats, there.mill)
    await there.change(LATER, SEATS, 80, there.mill)  # nothing new
    assert (await outside(as_admin, COUNT, there.locked)) == [(1,)]
    assert await there.shown(LATER) == ["Nora's 100", "Nora's"]
    assert await there.shown(LATER, there.ed) == ["Nora's 80", "Nora's"]


async def test_the_next_lock_shows_what_is_there_when_it_begins(there: There) -> None:
    await there.change(DURING, SEATS, 90, there.mill)
    await there.change(AFTER, SEATS, 80, there.mill)
    during = utc("2031-07-05T12:00")
    await there.change(during, SEATS, 70, there.mill)
    assert await there.shown(during, there.ed) == ["Nora's 80", "Nora's"]
    assert await there.shown(during) == ["Nora's 70", "Nora's"]


async def test_a_place_that_is_taken_out_renamed_or_given_the_name_during_a_lock_changes_nothing_there(
    there: There, database: Database
) -> None:
    async def rival(at: datetime) -> None:
        """Another business's place of the same name."""
        other = await owner(database, "Olaf", SupplierType.VENUE)
        add: LiteralString = (
            "insert into app.venues (supplier_id, name, address, capacity) values (%s, %s, 'Mill Lane, Bath', 20)"
        )
        values = (business_of(other), there.name)
        assert (await there.app(other.actor, add, *values, keep=True, travel=until(at, utc_now()))).count == 1

    await rival(DURING)
    assert await there.shown(LATER) == ["Nora's 120", "Nora's"]
    assert await there.shown(LATER, there.ed) == ["Nora's 120", "Olaf's 20", "Nora's"]
    batch = new_id()
    opens: LiteralString = "insert into app.delete_batches (scope_id, id, action) values (%s, %s, 'a test')"
    await there.change(DURING, opens, there.nora.supplier_id, batch)
    await there.change(DURING, RENAME, "Old Barn", there.mill)
    await there.change(LATER, TRADE_AS, "Nora & Sons", there.nora.supplier_id)
    await there.change(LATER, "update app.venues set delete_batch = %s where id = %s", batch, there.mill)
    assert await there.shown(LATER) == ["Nora's 120", "Nora's"]
    assert await there.shown(LATER, there.ed) == ["Olaf's 20", "Nora & Sons"]
    assert await there.shown(AFTER) == ["Olaf's 20", "Nora & Sons"]


async def test_a_copy_is_read_by_who_reads_what_shows_it(there: There, database: Database) -> None:
    colin, eve = await person(database, "Colin"), await owner(database, "Eve", SupplierType.STATIONERY)
    await join_wedding(database, Wedding(id=there.locked, partner=there.clara), colin, "companion")
    await connect(database, there.clara, there.locked, eve, SupplierType.STATIONERY)
    await there.change(DURING, SEATS, 90, there.mill)
    await there.change(DURING, TRADE_AS, "Nora & Sons", there.nora.supplier_id)
    # Her place and its business are copied for who reads where it is, the business once more for who reads the team.
    wanted = {there.clara: 3, colin: 3, there.nora: 3, eve: 1, there.ed: 0, await owner(database, "Zoe"): 0}
    found = {who.name: (await there.app(who.actor, COUNT, there.locked)).only for who in wanted}
    assert found == {who.name: count for who, count in wanted.items()}


async def test_nobody_writes_a_copy(there: There) -> None:
    add: LiteralString = (
        "insert into app.locked_copies (wedding_id, table_name, row_id, supplier_id, audience, image, copied_at) "
        "values (%s, 'venues', %s, %s, 'team:*', '{}', now())"
    )
    await there.change(DURING, SEATS, 90, there.mill)
    for who in (there.clara, there.nora):
        assert (await there.app(who.actor, add, there.locked, there.mill, there.nora.supplier_id)).state == "42501"
        for statement in ("update app.locked_copies set image = null", "delete from app.locked_copies"):
            assert (await there.app(who.actor, statement)).state == "42501"


async def test_a_copy_is_purged_with_its_row(there: There, as_admin: Role, as_worker: Role) -> None:
    batch = new_id()
    opens: LiteralString = (
        "insert into app.delete_batches (scope_id, id, action) values (%s, %s, 'a test') returning created_at"
    )
    await there.change(DURING, opens, there.nora.supplier_id, batch)
    await there.change(DURING, "update app.venues set delete_batch = %s where id = %s", batch, there.mill)
    assert (await outside(as_admin, COUNT, there.locked)) == [(1,)]
    purge: LiteralString = "select app.purge_batch(%s, %s)"
    month = f"{31 * 24} hours"  # a deletion is dated by the real clock
    assert (await as_worker(NOBODY, purge, there.nora.supplier_id, batch, keep=True, travel=month)).only == 1
    assert (await outside(as_admin, COUNT, there.locked)) == [(0,)]


@pytest.mark.parametrize(
    ("table", "why"), [("app.weddings", "belongs to no business"), ("app.supplier_invitations", "hides a column")]
)
async def test_what_is_no_business_s_or_hides_a_column_is_not_copied(as_migrator: Role, table: str, why: str) -> None:
    asked = sql.SQL(
        "select guard.begin_migration('tests: ' || uuidv7(), ''); set local role wedsync_owner;"
        "call app.copy_at_lock({}, 'select')"
    ).format(sql.Literal(table))
    answer = await as_migrator(NOBODY, asked)
    assert why in answer.sentence
