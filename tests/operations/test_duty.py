"""Duty support is the second yes in an emergency: after a call-back, beside one of the couple, and never alone."""

import re
import tempfile
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.features.amendments.scene import Confirmed, confirmed
from tests.features.privacy.working import forget_now
from tests.features.visitor import Visitor
from tests.operations.releasing import Staff, hire
from tests.support.database import TestDatabase, sealer
from tests.support.world import Somebody

from wedsync.features.amendments.model import Amendment, Answer, Kind, Party, State
from wedsync.features.amendments.queries import AMENDMENT, OneAmendment
from wedsync.features.amendments.words import reference_of
from wedsync.features.connections.actions import remove_member
from wedsync.features.privacy.actions import ask_to_be_forgotten
from wedsync.features.weddings import actions as weddings
from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import Forbidden, LockedWedding
from wedsync.operations.duty.actions import JOBS, approve_emergency
from wedsync.operations.duty.queries import SupportApproval
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.operators import dismiss
from wedsync.platform.queue import work_through

CALLED = "Clara on 07700 900123, called back at 14:05"
LEAD = 48
A_DAY = timedelta(days=1)


@pytest.fixture
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    return await hire(database, own_database)


@pytest.fixture
async def on(database: Database) -> Confirmed:
    """Tomorrow, and read-only since today."""
    made = await confirmed(database, utc_now().date() + A_DAY)
    async with database.transaction(made.clara.actor) as tx:
        await weddings.set_lead(tx, made.id, LEAD, accept_lock=True)
    return made


async def second(on: Confirmed, who: Somebody, amendment: Amendment, called: str = CALLED) -> bool:
    async with on.database.transaction(who.actor) as tx:
        approval = SupportApproval(wedding_id=on.id, amendment_id=amendment.id, called_back=called)
        return await approve_emergency(tx, who.person_id, approval)


async def worked(own: TestDatabase) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with Database(own.worker_url, sealer(), read_connections=1, write_connections=2) as workers:
            mailer = OutboxMailer(Path(folder), "us@example.org")
            workshop = Workshop(database=workers, mailer=mailer, base_url="http://here")
            await work_through(own.worker_url, workshop, JOBS, until_empty=True)


async def stands(on: Confirmed, amendment: Amendment) -> Amendment:
    one = OneAmendment(wedding_id=on.id, amendment_id=amendment.id)
    return await on.database.reader(on.clara.actor).one(AMENDMENT, one)


async def test_with_the_coordinators_yes_it_takes_effect_and_says_who_was_called_back(
    on: Confirmed, staff: Staff, own_database: TestDatabase
) -> None:
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    assert await second(on, staff.sid, proposed)
    await worked(own_database)
    done = await stands(on, proposed)
    assert done.state is State.EFFECTIVE
    (support,) = [each for each in done.responses if each.party is Party.SUPPORT]
    assert (support.answer, support.note, support.name) == (Answer.APPROVE, CALLED, None)
    assert (await on.facts())["ceremony_venue_name"] == "The Town Hall"


async def test_support_is_no_first_yes_and_no_say_in_anything_else(
    database: Database, on: Confirmed, staff: Staff
) -> None:
    theirs = await confirmed(database)
    ordinary = await theirs.propose(theirs.anna, "ceremony_venue_name", "The Old Barn")
    with pytest.raises(Forbidden):
        await second(theirs, staff.sid, ordinary)
    urgent = await on.propose(on.clara, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    with pytest.raises(Forbidden):
        await second(on, staff.olga, urgent)
    with pytest.raises(LockedWedding):
        await on.say(on.clara, "ceremony_time", "17:00", 1)


async def test_of_two_from_support_neither_is_the_couple(on: Confirmed, staff: Staff) -> None:
    """Her own yes is withdrawn with her role: what is left are two of the platform's."""
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    async with on.database.transaction(on.clara.actor) as tx:
        await remove_member(tx, on.id, on.cora.person_id)
    assert not await second(on, staff.sid, proposed)
    assert not await second(on, staff.oscar, proposed)
    assert (await stands(on, proposed)).state is State.PROPOSED


async def test_a_yes_of_support_does_not_outlive_its_role(
    on: Confirmed, staff: Staff, own_database: TestDatabase
) -> None:
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    assert await second(on, staff.sid, proposed)
    assert dismiss(own_database.admin_url, staff.sid.email)
    await worked(own_database)
    assert (await stands(on, proposed)).state is State.PROPOSED


async def test_whom_support_called_back_on_which_number_is_not_the_suppliers_to_read(
    on: Confirmed, staff: Staff
) -> None:
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    await second(on, staff.sid, proposed)
    one = OneAmendment(wedding_id=on.id, amendment_id=proposed.id)
    seen = await on.database.reader(on.anna.actor).one(AMENDMENT, one)
    assert [each.party for each in seen.responses] == [Party.COORDINATOR]


async def test_whom_support_called_back_is_forgotten_with_them(
    on: Confirmed, staff: Staff, own_database: TestDatabase, tmp_path: Path
) -> None:
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    await second(on, staff.sid, proposed)
    async with on.database.transaction(on.clara.actor) as tx:
        await ask_to_be_forgotten(tx, on.clara.person_id)
    await forget_now(own_database, tmp_path, later=timedelta(days=9))
    one = OneAmendment(wedding_id=on.id, amendment_id=proposed.id)
    kept = await on.database.reader(on.dan.actor).one(AMENDMENT, one)
    assert [each.note for each in kept.responses if each.party is Party.SUPPORT] == [None]


async def test_a_call_back_is_said_or_nothing_happens(on: Confirmed, staff: Staff, client: httpx.AsyncClient) -> None:
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    here = f"/api/v1/operations/emergencies/{on.id}/{proposed.id}/approval"
    refused = await client.put(here, json={"called_back": "Clara"}, headers=staff.sid.bearer)
    assert refused.status_code == 422
    assert (await client.put(here, json={"called_back": CALLED}, headers=staff.sid.bearer)).json()["is_approved"]
    twice = await client.put(here, json={"called_back": CALLED}, headers=staff.sid.bearer)
    assert twice.status_code == 409


async def test_support_reads_what_it_is_about_and_neither_names_nor_values(
    on: Confirmed, staff: Staff, client: httpx.AsyncClient
) -> None:
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    answer = await client.get("/api/v1/operations/emergencies", headers=staff.sid.bearer)
    (mine,) = [each for each in answer.json() if each["amendment_id"] == str(proposed.id)]
    assert (mine["facts"], mine["approvals"], mine["party"]) == (["ceremony: ceremony venue"], 1, "coordinator")
    assert "Town Hall" not in answer.text
    assert "Clara" not in answer.text


async def test_the_page_seconds_it_and_the_couple_find_the_reference_on_theirs(
    app: WebApp, on: Confirmed, staff: Staff
) -> None:
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    reference = reference_of(proposed.id)
    assert re.fullmatch(r"\d{4} \d{4}", reference)
    assert reference in await Visitor(app, on.clara).look(f"/w/{on.id}/amendments/{proposed.id}")
    sid = Visitor(app, staff.sid)
    assert reference in await sid.look("/operations/emergencies")
    here = f"/operations/emergencies/{on.id}/{proposed.id}/approval"
    wrong = await sid.send(here, called_back="Clara")
    assert wrong.status_code == 422
    assert 'value="Clara"' in wrong.text
    done = await sid.send(here, called_back=CALLED)
    assert "Your yes is on record. It takes effect in a moment" in await sid.look(done.headers["location"])
    assert "Emergencies" not in await Visitor(app, staff.olga).look("/operations")
