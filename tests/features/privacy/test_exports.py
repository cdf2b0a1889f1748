"""What somebody takes along: all that they may read, nothing else, for a week; and nothing in it runs in a spreadsheet."""

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import msgspec
import psycopg
import pytest
from tests.features.privacy.working import forget_now, workshop_of
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase
from tests.support.web import client_of, settings_for, standing
from tests.support.world import Somebody, Wedding, join_wedding, owner, person, wedding

from wedsync.entrypoints.web import create_app
from wedsync.features.privacy import actions as privacy
from wedsync.features.privacy import exporting, packing
from wedsync.features.privacy.exporting import EXPORT, ForExport, file_of, sweep
from wedsync.features.privacy.packing import Pack, TooLarge
from wedsync.features.privacy.queries import BEGIN_EXPORT, FINISH_EXPORT, MINE, Finishing
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import RequestId, WeddingId, new_id
from wedsync.kernel.problems import AlreadyDone, NotFound
from wedsync.platform.database import NOBODY, ById, Database, NoParams
from wedsync.platform.queue import work_through

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]


async def asked(database: Database, who: Somebody, wedding_id: WeddingId | None = None) -> UUID:
    async with database.transaction(who.actor) as tx:
        return await privacy.ask_for_data(tx, who.person_id, wedding_id)


async def worked(tests: TestDatabase, home: Path) -> None:
    async with workshop_of(tests, home, later=timedelta()) as workshop:
        for _ in range(2):  # two of one wedding come one after the other, and the first round does not wait
            await work_through(tests.worker_url, workshop, (EXPORT,), until_empty=True)


def tables(home: Path, request: UUID) -> dict[str, list[dict[str, object]]]:
    with zipfile.ZipFile(file_of(home, request)) as packed:
        assert packed.testzip() is None
        names = [name for name in packed.namelist() if name.startswith("json/")]
        return {name[5:-5]: json.loads(packed.read(name)) for name in names}


async def test_a_person_takes_along_what_is_theirs_and_no_secret(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    clara, anna = await person(database, "Clara"), await owner(database, "Anna")
    own = await wedding(database, clara)
    request = await asked(database, clara)
    with pytest.raises(AlreadyDone):
        await asked(database, clara)
    await worked(own_database, tmp_path)
    found = tables(tmp_path, request)
    assert [row["name"] for row in found["people"]] == ["Clara"]
    assert [row["wedding_id"] for row in found["wedding_members"]] == [str(own)]
    assert len(found["sessions"]) == 1
    assert {"sign_in_secrets", "login_tokens", "idempotency_keys"} & found.keys() == set()
    everything = file_of(tmp_path, request).read_bytes()
    with zipfile.ZipFile(io.BytesIO(everything)) as packed:
        said = b"".join(map(packed.read, packed.namelist())).decode()
    assert "token_hash" not in said
    assert anna.email not in said
    assert "as far as you may read it" in said
    assert file_of(tmp_path, request).stat().st_mode & 0o077 == 0


async def test_of_a_wedding_each_takes_along_what_they_may_read(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    clara, colin, eve = await person(database, "Clara"), await person(database, "Colin"), await person(database, "Eve")
    own = await wedding(database, clara, total_budget=2_500_000, adults=80)
    await join_wedding(database, Wedding(id=own, partner=clara), colin, "companion")
    other = await wedding(database, clara, adults=120)
    hers, his = await asked(database, clara, own), await asked(database, colin, own)
    with pytest.raises(NotFound):
        await asked(database, eve, own)
    await worked(own_database, tmp_path)
    facts = {
        who: tables(tmp_path, request)["core_field_revisions"] for who, request in (("clara", hers), ("colin", his))
    }
    keys = {who: {row["fact_key"] for row in rows} for who, rows in facts.items()}
    assert "total_budget" in keys["clara"]
    assert "total_budget" not in keys["colin"]
    assert "adults" in keys["colin"]
    assert {row["wedding_id"] for row in facts["clara"]} == {str(own)}, f"and nothing of {other}"


async def test_many_rows_come_in_parts_and_none_is_missing(
    own_database: TestDatabase, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 2)
    clara = await person(database, "Clara")
    own = await wedding(database, clara)
    request = await asked(database, clara, own)
    await worked(own_database, tmp_path)
    rows = tables(tmp_path, request)["core_field_revisions"]
    assert len(rows) == len({row["id"] for row in rows}) == 5


async def test_one_asks_on_a_page_fetches_it_and_nobody_else_does(
    own_database: TestDatabase, database: Database, valkey_url: str, tmp_path: Path
) -> None:
    clara, eve = await person(database, "Clara"), await person(database, "Eve")
    async with standing(create_app(settings_for(own_database, valkey_url, home=tmp_path))) as app:
        visitor = Visitor(app, clara)
        await visitor.look("/you/data")
        sent = await visitor.send("/you/data/exports")
        page = await visitor.look(sent.headers["location"])
        assert "on its way" in page
        await worked(own_database, tmp_path)
        page = await visitor.look("/you/data")
        assert "There until" in page
        where = page.split('href="/you/data/exports/')[1].split('"')[0]
        fetched = await visitor.get(f"/you/data/exports/{where}")
        assert fetched.status_code == 200
        assert "attachment" in fetched.headers["content-disposition"]
        with zipfile.ZipFile(io.BytesIO(fetched.content)) as packed:
            assert packed.testzip() is None
        async with client_of(app) as program:
            address = f"/api/v1/me/data-requests/{where}/file"
            assert (await program.get(address, headers=clara.bearer)).content == fetched.content
            assert (await program.get(address, headers=eve.bearer)).status_code == 404
            base = "/api/v1/me/data-requests"
            for kind, status in (("access", 201), ("portability", 422)):
                assert (await program.post(base, json={"kind": kind}, headers=eve.bearer)).status_code == status
        left = file_of(tmp_path, uuid4()).with_suffix(".draft")  # of a worker that was killed, and nobody's any more
        left.write_bytes(b"who was forgotten since")
        async with workshop_of(own_database, tmp_path, later=timedelta(days=6, hours=23)) as workshop:
            await sweep(workshop)
        assert (file_of(tmp_path, UUID(where)).exists(), left.exists()) == (True, False)
        async with workshop_of(own_database, tmp_path, later=timedelta(days=7, minutes=1)) as workshop:
            await sweep(workshop)
        assert not file_of(tmp_path, UUID(where)).exists()
        assert (await visitor.get(f"/you/data/exports/{where}")).status_code == 404


async def test_a_large_one_waits_while_the_wedding_is_on_and_says_so(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small one of the same day does not."""
    clara = await person(database, "Clara")
    own = await wedding(database, clara)
    async with database.transaction(clara.actor) as tx:
        today = FactWrite(key="wedding_date", value=utc_now().date().isoformat(), base_revision=0, accept_lock=True)
        await weddings.record_fact(tx, own, today)
    small = await asked(database, clara)
    await worked(own_database, tmp_path)
    assert file_of(tmp_path, small).exists()
    monkeypatch.setattr(packing, "README", "x" * 11_000_000)
    large = await asked(database, clara, own)
    await worked(own_database, tmp_path)
    assert not list((tmp_path / "exports").glob(f"{large}*"))
    async with database.transaction(clara.actor) as tx:
        told = next(each for each in await tx.all(MINE, NoParams()) if each.id == large)
    assert told.waits == "the wedding is on, and this file is large"
    assert told.waits_until is not None
    waiting = "select count(*) from jobs.deferrals where wedding_id = %s"
    assert await (await admin.execute(waiting, [own])).fetchone() == (1,)


async def test_who_is_forgotten_is_in_nobody_elses_file(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    clara, dan = await person(database, "Clara"), await person(database, "Dan")
    own = await wedding(database, clara)
    await join_wedding(database, Wedding(id=own, partner=clara), dan, "partner")
    request = await asked(database, dan, own)
    await worked(own_database, tmp_path)
    assert "Hughes" in json.dumps(tables(tmp_path, request))
    async with database.transaction(clara.actor) as tx:
        await privacy.ask_to_be_forgotten(tx, clara.person_id)
    await forget_now(own_database, tmp_path)
    assert not file_of(tmp_path, request).exists()


async def test_what_was_taken_back_while_it_was_written_leaves_no_file(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    request = await asked(database, clara)
    async with workshop_of(own_database, tmp_path, later=timedelta()) as workshop:
        async with workshop.database.transaction(NOBODY) as tx:
            await tx.one(BEGIN_EXPORT, ById(request))
        async with database.transaction(clara.actor) as tx:
            await privacy.withdraw(tx, clara.person_id, RequestId(request))
        await EXPORT.run(workshop, NOBODY, ForExport(id=request))
    assert not (tmp_path / "exports").exists()


async def test_five_a_day_are_enough(client: httpx.AsyncClient, database: Database) -> None:
    clara, base = await person(database, "Clara"), "/api/v1/me/data-requests"
    for _ in range(5):
        asked_for = await client.post(base, json={"kind": "access"}, headers=clara.bearer)
        assert asked_for.status_code == 201
        assert (await client.delete(f"{base}/{asked_for.json()['id']}", headers=clara.bearer)).status_code == 204
    assert (await client.post(base, json={"kind": "access"}, headers=clara.bearer)).status_code == 429


@pytest.mark.parametrize("written", ["=1+1", "+44", "-2", "@sum(a)", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_would_run_as_a_formula_does_not(tmp_path: Path, written: str) -> None:
    rows = [{"name": raw(written), "count": raw(-2), "value": raw({"a": "=1"}), "none": raw(None)}]
    path = file_of(tmp_path, new_id())
    with Pack(path, "about you") as pack, pack.table("people") as sheet:
        sheet.add(rows)
    with zipfile.ZipFile(path) as kept:
        (line,) = csv.DictReader(io.StringIO(kept.read("csv/people.csv").decode(), newline=""))
    assert line == {"name": f"'{written}", "count": "-2", "value": '{"a":"=1"}', "none": ""}


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def test_an_export_that_grows_too_large_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LARGEST_BYTES", 2000)
    path = file_of(tmp_path, new_id())
    with pytest.raises(TooLarge), Pack(path, "about you") as pack, pack.table("people") as sheet:
        sheet.add([{"name": raw("x" * 2000)}])
    assert list(path.parent.iterdir()) == []


def test_however_many_rows_there_are_only_a_part_of_them_is_held(tmp_path: Path) -> None:
    """20 MB in 20 parts, in the memory of a few of them. The control holds them all."""
    path, part = file_of(tmp_path, new_id()), [{"id": raw(n), "text": raw("x" * 500)} for n in range(1000)]
    tracemalloc.start()
    with Pack(path, "about you") as pack:
        with pack.table("none"):
            pass
        with pack.table("many") as sheet:
            for _ in range(20):
                sheet.add(part)
        assert pack.size_bytes > 20_000_000
    few = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    assert len(b"".join(bytes(row["text"]) for _ in range(20) for row in part)) > 10_000_000
    all_of_it = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert few < 6_000_000 < all_of_it
    with zipfile.ZipFile(path) as kept:
        assert json.loads(kept.read("json/none.json")) == []
        assert [row["id"] for row in json.loads(kept.read("json/many.json"))] == [*range(1000)] * 20
        lines = list(csv.DictReader(io.StringIO(kept.read("csv/many.csv").decode(), newline="")))
    assert (len(lines), lines[-1]["id"], lines[0]["text"]) == (20_000, "999", "x" * 500)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


async def test_what_is_being_written_while_somebody_it_names_is_forgotten_begins_again(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    clara, dan = await person(database, "Clara"), await person(database, "Dan")
    own = await wedding(database, clara)
    await join_wedding(database, Wedding(id=own, partner=clara), dan, "partner")
    kept = ById(await asked(database, dan, own))
    async with database.transaction(clara.actor) as tx:
        await privacy.ask_to_be_forgotten(tx, clara.person_id)
    async with workshop_of(own_database, tmp_path) as workshop, workshop.database.transaction(NOBODY) as tx:
        assert await tx.maybe(BEGIN_EXPORT, kept)
    await forget_now(own_database, tmp_path)
    async with workshop_of(own_database, tmp_path) as workshop, workshop.database.transaction(NOBODY) as tx:
        finishing = Finishing(id=kept.id, size_bytes=1)
        assert (await tx.one(FINISH_EXPORT, finishing)).ends_at is None
        assert await tx.maybe(BEGIN_EXPORT, kept)
        assert (await tx.one(FINISH_EXPORT, finishing)).ends_at is not None
