"""Having put right what one cannot change oneself: said in one's own words, answered by a person, on any day."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.features.privacy.working import forget_now, workshop_of
from tests.features.visitor import Visitor
from tests.operations.releasing import Staff, hire
from tests.support import commands
from tests.support.database import TestDatabase, travelling
from tests.support.web import client_of, served, settings_for
from tests.support.world import Somebody, person, wedding

from wedsync.entrypoints.web import create_app
from wedsync.features.privacy import actions as privacy
from wedsync.features.privacy.jobs import JOBS
from wedsync.features.privacy.model import Kind, Outcome
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import RequestId
from wedsync.kernel.problems import AlreadyDone, Conflict, Forbidden, Invalid
from wedsync.operations.data_requests.actions import answer_correction
from wedsync.operations.data_requests.queries import OPEN, Answer, OpenRequest, Page
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.queue import work_through

WRONG = "On the day sheet of 2026 my mother is called Marie.\nShe is Mary."
PLACE = "/operations/requests"


@pytest.fixture(scope="module")
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    return await hire(database, own_database)


async def asked(database: Database, who: Somebody, wrong: str = WRONG) -> RequestId:
    async with database.transaction(who.actor) as tx:
        return await privacy.ask_to_put_right(tx, who.person_id, wrong)


async def answered(database: Database, who: Somebody, request: RequestId) -> None:
    async with database.transaction(who.actor) as tx:
        said = Answer(id=request, outcome=Outcome.DONE, answer="She is Mary there now.")
        await answer_correction(tx, who.person_id, said)


async def letters(own_database: TestDatabase, folder: Path) -> str:
    async with workshop_of(own_database, folder, later=timedelta()) as workshop:
        await work_through(own_database.worker_url, workshop, JOBS, until_empty=True)
    return " ".join(" ".join(path.read_text().replace("=\n", "") for path in (folder / "outbox").glob("*")).split())


@pytest.mark.parametrize("outcome", ["done", "refused"])
async def test_one_says_what_is_wrong_and_is_answered_by_letter_and_on_the_page(
    app: WebApp, own_database: TestDatabase, database: Database, staff: Staff, tmp_path: Path, outcome: str
) -> None:
    clara = await person(database, "Qzxclara")
    own = await wedding(database, clara)
    async with database.transaction(clara.actor) as tx:  # it is on, and read-only
        today = FactWrite(key="wedding_date", value=utc_now().date().isoformat(), base_revision=0, accept_lock=True)
        await weddings.record_fact(tx, own, today)
    visitor, sid = Visitor(app, clara), Visitor(app, staff.sid)
    page = await visitor.look("/you/data")
    assert page.index(f"/w/{own}/details") < page.index('name="wrong"'), "what one changes oneself comes first"
    refused = await visitor.send("/you/data/corrections", wrong="Marie")
    assert (refused.status_code, "Write 10 to 2,000" in refused.text) == (422, True)
    sent = await visitor.send("/you/data/corrections", wrong=WRONG)
    page = await visitor.look(sent.headers["location"])
    assert "A person looks at it" in page
    assert 'name="wrong"' not in page
    assert "answers you within 7 days" in await letters(own_database, tmp_path)

    page = await sid.look(PLACE)
    assert str(clara.person_id) in page
    assert "Qzx" not in page, "neither her name nor her address"
    theirs = page.split(f"Account <code>{clara.person_id}")
    assert "my mother is called Marie" in theirs[0]
    action = theirs[1].split('action="')[1].split('"')[0]
    assert (await sid.send(action, outcome=outcome, answer="Short")).status_code == 422
    sent = await sid.send(action, outcome=outcome, answer="The sheet is signed and stays as it is.")
    assert str(clara.person_id) not in await sid.look(sent.headers["location"])

    page = await visitor.look("/you/data")
    assert {"done": "put right<", "refused": "not changed<"}[outcome] in page
    assert "The sheet is signed" in page
    told = await letters(own_database, tmp_path)
    assert "The sheet is signed" in told
    assert ("https://ico.org.uk" in told) is (outcome == "refused")


async def test_one_correction_is_open_at_a_time_and_is_answered_once_by_who_answers_people(
    database: Database, staff: Staff
) -> None:
    clara = await person(database, "Clara")
    request = await asked(database, clara)
    with pytest.raises(AlreadyDone):
        await asked(database, clara)
    for who in (staff.olga, staff.fay, staff.dora):
        with pytest.raises(Forbidden):
            await answered(database, who, request)
    await answered(database, staff.sid, request)
    with pytest.raises(Conflict):
        await answered(database, staff.oscar, request)
    again = await asked(database, clara)
    async with database.transaction(clara.actor) as tx:
        await privacy.withdraw(tx, clara.person_id, again)
    with pytest.raises(Conflict):
        await answered(database, staff.sid, again)
    for wrong in ("Marie", "x" * 2001, "A bell: \a\a\a\a"):
        with pytest.raises(Invalid):
            await asked(database, clara, wrong)


async def test_over_rest_a_correction_names_no_wedding(app: WebApp, database: Database) -> None:
    clara = await person(database, "Clara")
    async with client_of(app, **clara.bearer) as program:
        body = {"kind": "rectification", "wrong": WRONG}
        wrongly = await program.post("/api/v1/me/data-requests", json=body | {"wedding_id": str(clara.person_id)})
        rightly = await program.post("/api/v1/me/data-requests", json=body)
    assert (wrongly.status_code, rightly.status_code) == (422, 201)
    assert (rightly.json()["wrong"], rightly.json()["kind"]) == (WRONG, "rectification")


async def listed(database: Database, who: Somebody, limit: int = 4) -> list[OpenRequest]:
    """All of it, a few at a time."""
    found: list[OpenRequest] = []
    while part := await database.reader(who.actor).all(OPEN, Page(after=found[-1].id if found else None, limit=limit)):
        found += part
    return found


async def test_overdue_ones_come_first_and_what_waits_says_why(
    own_database: TestDatabase, database: Database, staff: Staff
) -> None:
    """Of a wedding that is on: it waits, and is not overdue. Page by page nothing is left out or told twice."""
    waits, late = await person(database, "Clara"), await person(database, "Dan")
    then = utc_now().date() + timedelta(days=8)
    own = await wedding(database, waits, wedding_date=then.isoformat())
    async with database.transaction(waits.actor) as tx:
        waiting = await privacy.ask_to_be_forgotten(tx, waits.person_id, own)
    overdue = await asked(database, late)
    behind = await asked(database, await person(database, "Eve"))
    fresh = [each.id for each in await listed(database, staff.sid)]
    assert fresh.index(waiting) < fresh.index(overdue), "today the oldest comes first"
    async with travelling(own_database, timedelta(days=8)) as later:
        found = await listed(later, staff.sid)
        assert [each.id for each in found] == [each.id for each in await listed(later, staff.sid, 100)]
        assert sorted(each.id for each in found) == sorted(fresh)
        assert await listed(later, staff.olga) == []
        await answered(later, staff.sid, overdue)  # the last one of a page that is still open
        rest = await later.reader(staff.sid.actor).all(OPEN, Page(after=overdue, limit=100))
        assert behind in {each.id for each in rest}
    known = {each.id: (number, each) for number, each in enumerate(found)}
    assert known[overdue][0] < known[waiting][0]
    assert (known[overdue][1].is_overdue, known[waiting][1].is_overdue) == (True, False)
    held = known[waiting][1]
    assert (held.waits, held.person_id, held.is_everything) == ("the wedding is on", None, False)
    assert held.waits_until is not None
    assert held.due_at == held.waits_until + timedelta(days=7)
    assert known[overdue][1].due_at - known[overdue][1].created_at == timedelta(days=7)


async def test_an_operator_lists_them_from_the_command_line(
    own_database: TestDatabase, valkey_url: str, database: Database, staff: Staff, tmp_path: Path
) -> None:
    request = await asked(database, await person(database, "Clara"))
    session = tmp_path / "session"
    session.write_text(staff.sid.token)
    async with served(create_app(settings_for(own_database, valkey_url, base_url=""))) as url:
        found = await asyncio.to_thread(run, url, tmp_path, "--session", str(session))
    assert {each.id: each.kind for each in found}[request] is Kind.RECTIFICATION


def run(url: str, home: Path, *arguments: str) -> list[OpenRequest]:
    """`wedsync requests list`, at this house's door."""
    environment = {"WEDSYNC_BASE_URL": url, "WEDSYNC_HOME": str(home), "PATH": "/usr/bin:/bin"}
    done = commands.wedsync("requests", "list", "--json", *arguments, environment=environment)
    assert done.returncode == 0, done.stderr
    return msgspec.convert(json.loads(done.stdout), list[OpenRequest])


async def test_of_who_is_forgotten_nothing_waits_for_an_answer(
    database: Database, own_database: TestDatabase, staff: Staff, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    kept = await asked(database, clara)
    async with database.transaction(clara.actor) as tx:
        await privacy.ask_to_be_forgotten(tx, clara.person_id)
    await forget_now(own_database, tmp_path)
    with pytest.raises(Conflict):
        await answered(database, staff.sid, kept)
