"""A list that is brought becomes clients: each row once, nothing twice, and all of it undone with one press."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.features.client_lists.bringing import Bringer, bringer
from tests.support.database import TestDatabase
from tests.support.world import member, owner

from wedsync.features.client_lists import actions
from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.model import Fate, Outcome, Target
from wedsync.features.client_lists.queries import ImportState
from wedsync.features.client_lists.reading import keep_finding, keep_outcomes
from wedsync.features.client_lists.saving import ForSaving, save_import, save_part, stop_saving
from wedsync.features.clients import actions as clients
from wedsync.features.clients.model import ClientChange, ClientSaid
from wedsync.features.clients.queries import Brought, NewClient
from wedsync.features.trash.actions import restore_to_business
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import ClientId, ImportId, new_id
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import Conflict, Forbidden, Invalid
from wedsync.platform.database import ById, Database, Query

DATA = Path(__file__).parents[2] / "data"
SMALL = b"""Name;Email;Date;Guests;Total;Notes;Rabbit
Ann & Bea Lee;ann@example.org;19/01/2027;80;\xc2\xa31,200;Bring a ladder;white
Cy Fox;cy@example.org;03/04/2027;80-100;1.800;;
ann & bea lee;ann@example.org;19/01/2027;;;;
;nobody@example.org;20/01/2027;5;;;
"""


@pytest.fixture
async def anna(database: Database, own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Bringer]:
    async with bringer(database, own_database, tmp_path, await owner(database, "Anna")) as found:
        yield found


class Noted(msgspec.Struct, frozen=True):
    """A note."""

    body: str
    kind: str


def counts(found: q.Import) -> tuple[int, int, int, int]:
    return found.imported, found.merged, found.flagged, found.refused


async def test_a_small_list_becomes_clients_with_what_is_uncertain_asked_beside_them(anna: Bringer) -> None:
    found = await anna.bring(SMALL)
    assert (found.state, counts(found), found.rows_total) == (ImportState.READY, (1, 1, 1, 1), 4)
    assert await anna.clients() == []
    saved = await anna.save(found.id)
    assert (saved.state, saved.rows_done) == (ImportState.SAVED, 4)
    ann, cy = await anna.clients()
    assert (ann.first_name, ann.partner_first_name, ann.guests, ann.total_pence) == ("Ann", "Bea", 80, 120_000)
    assert (ann.others, ann.questions) == ((("Rabbit", "white"),), ())
    assert (cy.guests, cy.total_pence, str(cy.event_date)) == (None, None, "2027-04-03")
    assert {(each.target, each.verbatim) for each in cy.questions} == {("guests", "80-100"), ("total", "1.800")}
    merged = await anna.rows(found.id, Fate.MERGED)
    assert [(row.client_id, row.outcome.into) for row in merged] == [(ann.id, 2)]


async def test_a_list_that_is_brought_twice_adds_nothing_the_second_time(anna: Bringer) -> None:
    await anna.save((await anna.bring(SMALL)).id)
    before = await anna.clients()
    again = await anna.bring(SMALL)
    assert counts(again) == (0, 3, 0, 1)
    assert (await anna.rows(again.id, Fate.MERGED))[0].outcome.reason.startswith("You have this client already")
    await anna.save(again.id)
    assert await anna.clients() == before


async def test_a_row_fills_what_a_client_lacks_and_undo_empties_it_again(anna: Bringer, database: Database) -> None:
    async with database.transaction(anna.who.actor) as tx:
        said = ClientSaid(name="Ann & Bea Lee", email="ann@example.org")
        await clients.write_client(tx, anna.supplier, said)
    [before] = await anna.clients()
    found = await anna.bring(SMALL)
    await anna.save(found.id)
    ann, _ = await anna.clients()
    assert (ann.id, ann.guests, ann.total_pence) == (before.id, 80, 120_000)
    async with database.transaction(anna.who.actor) as tx:
        await clients.change_client(tx, anna.supplier, ann.id, ClientChange(guests=90))
        batch = await actions.undo_list(tx, anna.supplier, found.id)
    [after] = await anna.clients()
    assert (after.guests, after.total_pence, after.event_date, after.others) == (90, None, None, ())
    assert (await anna.look(found.id)).state is ImportState.UNDONE
    async with database.transaction(anna.who.actor) as tx:
        await restore_to_business(tx, anna.supplier, batch)
    assert [each.name for each in await anna.clients()] == ["Ann & Bea Lee", "Cy Fox"]
    assert (await anna.look(found.id)).state is ImportState.SAVED


async def test_a_row_is_put_right_or_left_out_before_anything_is_saved(anna: Bringer, database: Database) -> None:
    found = await anna.bring(SMALL)
    [refused] = await anna.rows(found.id, Fate.REFUSED)
    right = q.RowSaid(
        supplier_id=anna.supplier,
        id=found.id,
        row_number=refused.row_number,
        cells=("Dora Day", *refused.cells[1:]),
        is_left_out=False,
    )
    async with database.transaction(anna.who.actor) as tx:
        found = await actions.put_row_right(tx, anna.supplier, found.id, right)
    assert found.state is ImportState.READING
    found = await anna.read(found)
    assert counts(found) == (2, 1, 1, 0)
    out = q.RowSaid(supplier_id=anna.supplier, id=found.id, row_number=3, cells=None, is_left_out=True)
    async with database.transaction(anna.who.actor) as tx:
        found = await actions.put_row_right(tx, anna.supplier, found.id, out)
    found = await anna.read(found)
    assert counts(found) == (2, 1, 0, 1)
    await anna.save(found.id)
    assert [each.name for each in await anna.clients()] == ["Ann & Bea Lee", "Dora Day"]
    with pytest.raises(Conflict):
        async with database.transaction(anna.who.actor) as tx:
            await actions.put_row_right(tx, anna.supplier, found.id, out)


async def test_columns_are_mapped_by_hand_and_the_next_list_with_the_same_titles_likewise(
    anna: Bringer, database: Database
) -> None:
    raw = b"Name,Where,Rank\nAnn Lee,Mill,gold\nCy Fox,Barn,tin\n"
    found = await anna.bring(raw)
    mapping = {Target.NAMES: 0, Target.VENUE: 1, Target.TAGS: 2}
    async with database.transaction(anna.who.actor) as tx:
        found = await actions.map_columns(tx, anna.supplier, found.id, mapping)
    found = await anna.read(found)
    await anna.save(found.id)
    assert [(each.venue, each.tags) for each in await anna.clients()] == [("Mill", ("gold",)), ("Barn", ("tin",))]
    assert (await anna.bring(raw)).mapping == mapping
    for wrong in ({Target.NAMES: 9}, {Target.NAMES: 0, Target.VENUE: 0}):
        with pytest.raises(Invalid):
            async with database.transaction(anna.who.actor) as tx:
                await actions.map_columns(tx, anna.supplier, found.id, wrong)


async def test_a_list_without_names_says_so_and_is_not_saved(anna: Bringer, database: Database) -> None:
    found = await anna.bring(b"Date,Venue\n2027-05-01,Mill\n")
    assert (found.state, found.problem) == (
        ImportState.READY,
        "We found no column with names. Say which one has them.",
    )
    with pytest.raises(Conflict):
        async with database.transaction(anna.who.actor) as tx:
            await actions.save_list(tx, anna.supplier, found.id)


async def cut_off(anna: Bringer, import_id: ImportId) -> None:
    async with anna.workshop.database.transaction(anna.who.actor) as tx:
        await save_part(tx, anna.supplier, import_id, 0)
        raise RuntimeError("cut off")


async def test_what_was_cut_off_goes_on_and_each_row_is_there_once(anna: Bringer, database: Database) -> None:
    rows = b"".join(b"Ann%c Lee,ann%d@example.org\n" % (97 + n % 26, n) for n in range(250))
    found = await anna.bring(b"Name,Email\n" + rows)
    async with database.transaction(anna.who.actor) as tx:
        await actions.save_list(tx, anna.supplier, found.id)
    async with anna.workshop.database.transaction(anna.who.actor) as tx:
        assert await save_part(tx, anna.supplier, found.id, 0) is not None
    assert ((await anna.look(found.id)).rows_done, len(await anna.clients())) == (100, 100)
    with pytest.raises(RuntimeError, match="cut off"):
        await cut_off(anna, found.id)
    job = ForSaving(supplier_id=anna.supplier, import_id=found.id)
    for _ in range(2):  # a job may run once more after it was done
        await save_import(anna.workshop, anna.who.actor, job)
    assert len({each.email for each in await anna.clients()}) == len(await anna.clients()) == 250
    assert (await anna.look(found.id)).state is ImportState.SAVED


async def test_a_reading_that_was_overtaken_keeps_nothing(anna: Bringer, database: Database) -> None:
    found = await anna.bring(SMALL)
    async with database.transaction(anna.who.actor) as tx:
        again = await actions.map_columns(tx, anna.supplier, found.id, {Target.NAMES: 0})
    async with database.transaction(anna.who.actor) as tx:
        late = q.OneTurn(supplier_id=anna.supplier, id=found.id, turn=found.turn)
        await keep_outcomes(tx, anna.supplier, late, [Outcome(row_number=2, fate=Fate.REFUSED, reason="late")])
    found = await anna.read(again)
    reasons = {row.outcome.reason for fate in Fate for row in await anna.rows(found.id, fate)}
    assert "late" not in reasons


async def test_where_a_client_that_a_row_was_found_to_be_has_gone_it_is_read_anew(
    anna: Bringer, database: Database
) -> None:
    await anna.save((await anna.bring(SMALL)).id)
    again = await anna.bring(SMALL)
    [ann, _] = await anna.clients()
    async with database.transaction(anna.who.actor) as tx:
        await clients.remove_clients(tx, anna.supplier, [ann.id])
        instead = await actions.save_list(tx, anna.supplier, again.id)
    assert instead.state is ImportState.READING
    assert counts(await anna.read(instead)) == (1, 2, 0, 1)
    await anna.save(again.id)
    assert [(each.name, each.guests) for each in await anna.clients()] == [("Ann & Bea Lee", 80), ("Cy Fox", None)]


async def test_a_row_whose_client_goes_while_it_is_saved_is_not_lost(anna: Bringer, database: Database) -> None:
    await anna.save((await anna.bring(SMALL)).id)
    again = await anna.bring(b"Name,Email,Guests\nCy Fox,cy@example.org,\n")
    [_, cy] = await anna.clients()
    async with database.transaction(anna.who.actor) as tx:
        await actions.save_list(tx, anna.supplier, again.id)
        await clients.remove_clients(tx, anna.supplier, [cy.id])
    await save_import(anna.workshop, anna.who.actor, ForSaving(supplier_id=anna.supplier, import_id=again.id))
    assert [each.name for each in await anna.clients()] == ["Ann & Bea Lee", "Cy Fox"]


async def test_what_somebody_began_who_has_left_is_gone_on_with(anna: Bringer, database: Database) -> None:
    async with database.transaction(anna.who.actor) as tx:
        found = await actions.bring_list(tx, anna.supplier, read_file(SMALL))
        found = await actions.go_on(tx, anna.supplier, found.id)
    found = await anna.read(found)
    async with database.transaction(anna.who.actor) as tx:
        await actions.save_list(tx, anna.supplier, found.id)
        await actions.go_on(tx, anna.supplier, found.id)
    job = ForSaving(supplier_id=anna.supplier, import_id=found.id)
    for _ in range(2):  # both are done
        await save_import(anna.workshop, anna.who.actor, job)
    assert len(await anna.clients()) == 2
    with pytest.raises(Conflict):
        async with database.transaction(anna.who.actor) as tx:
            await actions.go_on(tx, anna.supplier, found.id)


async def test_the_messy_list_comes_in_whole(anna: Bringer) -> None:
    found = await anna.bring((DATA / "clients-messy.csv").read_bytes(), "clients-messy.csv")
    assert sum(counts(found)) == found.rows_total == 1000
    await anna.save(found.id)
    assert len(await anna.clients()) == found.imported + found.flagged
    again = await anna.bring((DATA / "clients-messy.csv").read_bytes(), "clients-messy.csv")
    assert counts(again) == (0, found.imported + found.merged + found.flagged, 0, found.refused)


async def test_who_may_only_look_writes_none_of_it_not_even_through_a_job(anna: Bringer, database: Database) -> None:
    found = await anna.bring(SMALL)
    vera = await member(database, anna.who, "Vera", SupplierRole.VIEWER)
    new = Brought(client=NewClient(id=ClientId(new_id()), name="Ann Lee"))
    finding = q.Finding(supplier_id=anna.supplier, id=found.id, turn=1, columns="[]", problem="", read_at=utc_now())
    turn = q.OneTurn(supplier_id=anna.supplier, id=found.id, turn=1)
    async with database.transaction(vera.actor) as tx:
        for refused in (
            clients.fill_clients(tx, anna.supplier, [new]),
            clients.empty_fields(tx, anna.supplier, [(new.client.id, {})]),
            keep_outcomes(tx, anna.supplier, turn, ()),
            keep_finding(tx, anna.supplier, finding),
            save_part(tx, anna.supplier, found.id, 0),
            actions.undo_list(tx, anna.supplier, found.id),
        ):
            with pytest.raises(Forbidden):
                await refused


async def test_two_lists_that_were_read_before_either_was_saved_bring_nobody_twice(anna: Bringer) -> None:
    one, other = await anna.bring(SMALL), await anna.bring(SMALL)
    await anna.save(one.id)
    async with anna.database.transaction(anna.who.actor) as tx:
        instead = await actions.save_list(tx, anna.supplier, other.id)
    assert instead.state is ImportState.READING
    assert counts(await anna.read(instead)) == (0, 3, 0, 1)
    await anna.save(other.id)
    assert len(await anna.clients()) == 2


async def test_the_rows_of_a_list_with_private_notes_are_its_bringers_alone(
    anna: Bringer, database: Database, own_database: TestDatabase, tmp_path: Path
) -> None:
    mia = await member(database, anna.who, "Mia", SupplierRole.MANAGER)
    raw = b"Name,Private notes,Team notes\nAnn Lee,=SECRET,=team\n"
    async with bringer(database, own_database, tmp_path, mia) as hers:
        found = await hers.bring(raw)
        assert len(await hers.rows(found.id, Fate.IMPORTED)) == 1
        assert await anna.rows(found.id, Fate.IMPORTED) == []
        await hers.save(found.id)
    [ann] = await anna.clients()
    assert ann.questions == ()
    noted = Query(ById, Noted, "select body, kind from live.client_notes where client_id = %(id)s")
    async with database.transaction(anna.who.actor) as tx:
        assert [(each.body, each.kind) for each in await tx.all(noted, ById(ann.id))] == [("=team", "team")]


async def test_what_was_mapped_as_private_once_is_private_in_the_next_list_too(
    anna: Bringer, database: Database, own_database: TestDatabase, tmp_path: Path
) -> None:
    mia = await member(database, anna.who, "Mia", SupplierRole.MANAGER)
    async with bringer(database, own_database, tmp_path, mia) as hers:
        raw = b"Name,Hush\nAnn Lee,SECRET\n"
        first = await hers.bring(raw)
        async with database.transaction(mia.actor) as tx:
            again = await actions.map_columns(tx, hers.supplier, first.id, {Target.NAMES: 0, Target.PRIVATE_NOTES: 1})
        await hers.read(again)
        for found in (first, await hers.bring(raw)):
            assert len(await hers.rows(found.id, Fate.IMPORTED)) == 1
            assert await anna.rows(found.id, Fate.IMPORTED) == []


async def test_what_cannot_be_saved_says_so_and_can_be_put_right(anna: Bringer, database: Database) -> None:
    found = await anna.bring(SMALL)
    async with database.transaction(anna.who.actor) as tx:
        await actions.save_list(tx, anna.supplier, found.id)
        await stop_saving(tx, anna.supplier, found.id, "Saving stopped after row 2: no.")
    stopped = await anna.look(found.id)
    assert (stopped.state, stopped.problem) == (ImportState.READY, "Saving stopped after row 2: no.")
    async with database.transaction(anna.who.actor) as tx:
        again = await actions.map_columns(tx, anna.supplier, found.id, {Target.NAMES: 0})
    await anna.read(again)
    await anna.save(found.id)
    assert len(await anna.clients()) == 3  # without addresses nobody is known to be the same


async def test_an_undone_list_that_was_brought_back_can_be_undone_again_and_gone_on_with(
    anna: Bringer, database: Database
) -> None:
    rows = b"".join(b"Ann%c Lee,ann%d@example.org\n" % (97 + n % 26, n) for n in range(150))
    found = await anna.bring(b"Name,Email\n" + rows)
    async with database.transaction(anna.who.actor) as tx:
        await actions.save_list(tx, anna.supplier, found.id)
        await save_part(tx, anna.supplier, found.id, 0)
        batch = await actions.undo_list(tx, anna.supplier, found.id)
    async with database.transaction(anna.who.actor) as tx:
        await restore_to_business(tx, anna.supplier, batch)
        assert (await actions.go_on(tx, anna.supplier, found.id)).state is ImportState.SAVING
    await save_import(anna.workshop, anna.who.actor, ForSaving(supplier_id=anna.supplier, import_id=found.id))
    assert len(await anna.clients()) == 150
    async with database.transaction(anna.who.actor) as tx:
        await actions.undo_list(tx, anna.supplier, found.id)
    assert await anna.clients() == []
