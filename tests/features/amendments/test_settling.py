"""What only time or a leaving could decide: no yes is lost, and nothing waits for nobody."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.features.amendments.scene import A_WEEK_LATER, IN_A_YEAR, Confirmed, confirmed
from tests.features.privacy.working import forget_now
from tests.support.database import TestDatabase, sealer, travelling

from wedsync.features.amendments.jobs import JOBS as AMENDMENTS
from wedsync.features.amendments.model import Amendment, Answer, Kind, State
from wedsync.features.amendments.queries import AMENDMENT, OneAmendment
from wedsync.features.amendments.settling import JOBS, SETTLE_DUE
from wedsync.features.privacy.actions import ask_to_be_forgotten
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import AmendmentId
from wedsync.kernel.problems import Problem
from wedsync.platform.database import Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.outbox import newest_letters
from wedsync.platform.queue import work_through

BARN = "The Old Barn"
TO_THE_DAY = IN_A_YEAR - utc_now().date()
AFTERWARDS = TO_THE_DAY + timedelta(days=3)


@pytest.fixture
async def theirs(database: Database) -> Confirmed:
    return await confirmed(database)


async def turn(own: TestDatabase) -> list[str]:
    """One turn of a worker; what its letters are about."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(own.worker_url, sealer(), read_connections=1, write_connections=2) as workers:
            mailer = OutboxMailer(Path(folder), "us@example.org")
            workshop = Workshop(database=workers, mailer=mailer, base_url="http://wedsync.test")
            await SETTLE_DUE.run(workshop)
            for _ in range(3):  # a letter is a job that another job leaves
                await work_through(own.worker_url, workshop, (*JOBS, *AMENDMENTS), until_empty=True)
        return [each.subject for each in newest_letters(Path(folder), 1000, "http://wedsync.test")]


async def settle(own: TestDatabase, later: timedelta = timedelta()) -> list[str]:
    """The same, when its clock is so much later."""
    async with travelling(own, later):
        return await turn(own)


async def stands(theirs: Confirmed, amendment: AmendmentId) -> Amendment:
    one = OneAmendment(wedding_id=theirs.id, amendment_id=amendment)
    return await theirs.database.reader(theirs.clara.actor).one(AMENDMENT, one)


async def on_the_day(theirs: Confirmed, own: TestDatabase, amendment: AmendmentId) -> Amendment:
    """Dan's yes, which was the last one missing, while the wedding is on."""
    async with travelling(own, TO_THE_DAY) as later:
        return await msgspec.structs.replace(theirs, database=later).approve(theirs.dan, amendment)


async def test_a_last_yes_during_the_lock_is_kept_says_when_and_takes_effect_once_the_wedding_is_open(
    theirs: Confirmed, own_database: TestDatabase
) -> None:
    waiting = await theirs.propose(theirs.clara, "ceremony_venue_name", BARN)
    kept = await on_the_day(theirs, own_database, waiting.id)
    assert kept.state is State.PROPOSED
    assert kept.takes_effect_at is not None
    assert timedelta(days=1) < kept.takes_effect_at - utc_now() - TO_THE_DAY < timedelta(days=3)
    await settle(own_database, TO_THE_DAY)
    assert (await stands(theirs, waiting.id)).state is State.PROPOSED
    assert "Clara & Dan: something that was fixed has changed" in await settle(own_database, AFTERWARDS)
    assert (await stands(theirs, waiting.id)).state is State.EFFECTIVE
    assert (await theirs.facts())["ceremony_venue_name"] == BARN


async def test_what_an_emergency_has_changed_meanwhile_lapses_and_those_who_agreed_are_told(
    theirs: Confirmed, own_database: TestDatabase
) -> None:
    waiting = await theirs.propose(theirs.clara, "ceremony_venue_name", BARN)
    await on_the_day(theirs, own_database, waiting.id)
    async with travelling(own_database, TO_THE_DAY) as later:
        today = msgspec.structs.replace(theirs, database=later)
        urgent = await today.propose(theirs.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
        alone = await today.propose(theirs.clara, "ceremony_time", "16:00", Kind.EMERGENCY)
        await today.approve(theirs.dan, urgent.id)
    subjects = await settle(own_database, AFTERWARDS)
    assert subjects.count("Clara & Dan: a proposal has lapsed") == 4  # two proposals, two partners
    assert [(await stands(theirs, each)).state for each in (waiting.id, alone.id)] == [State.LAPSED] * 2
    assert (await theirs.facts())["ceremony_venue_name"] == "The Town Hall"


async def test_a_day_that_is_over_when_the_wedding_opens_is_moved_to_no_more(
    theirs: Confirmed, own_database: TestDatabase
) -> None:
    waiting = await theirs.propose(theirs.clara, "wedding_date", (IN_A_YEAR - timedelta(days=1)).isoformat())
    await on_the_day(theirs, own_database, waiting.id)
    await settle(own_database, AFTERWARDS)
    assert (await stands(theirs, waiting.id)).state is State.LAPSED


async def test_what_waited_for_a_partner_who_leaves_is_decided_by_who_is_left(
    theirs: Confirmed, own_database: TestDatabase, tmp_path: Path
) -> None:
    agreed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    asked = await theirs.propose(theirs.anna, "ceremony_venue_name", BARN)
    await settle(own_database)
    assert (await stands(theirs, agreed.id)).state is State.PROPOSED
    async with theirs.database.transaction(theirs.dan.actor) as tx:
        await ask_to_be_forgotten(tx, theirs.dan.person_id)
    await forget_now(own_database, tmp_path)
    await settle(own_database)
    assert (await stands(theirs, agreed.id)).state is State.EFFECTIVE
    assert (await stands(theirs, asked.id)).state is State.PROPOSED
    assert (await theirs.approve(theirs.clara, asked.id)).state is State.EFFECTIVE


async def test_where_nobody_is_left_who_marries_nothing_takes_effect(
    theirs: Confirmed, own_database: TestDatabase, tmp_path: Path
) -> None:
    asked = await theirs.propose(theirs.anna, "ceremony_venue_name", BARN)
    for partner in (theirs.clara, theirs.dan):
        async with theirs.database.transaction(partner.actor) as tx:
            await ask_to_be_forgotten(tx, partner.person_id)
    await forget_now(own_database, tmp_path)
    await settle(own_database)
    one = OneAmendment(wedding_id=theirs.id, amendment_id=asked.id)
    kept = await theirs.database.reader(theirs.anna.actor).one(AMENDMENT, one)
    assert kept.state is State.PROPOSED


@pytest.mark.parametrize("rounds", [2, pytest.param(60, marks=pytest.mark.deep)])
async def test_however_two_workers_and_a_no_meet_it_ends_once_and_no_yes_is_lost(
    theirs: Confirmed, own_database: TestDatabase, rounds: int
) -> None:
    """Both have said yes while the wedding was read-only, which it is no longer."""
    for number in range(rounds):
        waiting = await theirs.propose(theirs.anna, "ceremony_venue_name", f"Barn {number}")
        await on_the_day(theirs, own_database, waiting.id)
        async with travelling(own_database, TO_THE_DAY) as later:
            await msgspec.structs.replace(theirs, database=later).approve(theirs.clara, waiting.id)
        no = [theirs.refuse(theirs.dan, waiting.id)] if number % 2 else []
        async with travelling(own_database, AFTERWARDS):
            ends = await asyncio.gather(turn(own_database), turn(own_database), *no, return_exceptions=True)
        assert not any(isinstance(each, BaseException) and not isinstance(each, Problem) for each in ends)
        found = await stands(theirs, waiting.id)
        said = [each.answer for each in found.responses if each.answer in {Answer.EFFECTIVE, Answer.REFUSE}]
        assert said == [Answer.EFFECTIVE] or (no and said == [Answer.REFUSE])
        assert ((await theirs.facts())["ceremony_venue_name"] == f"Barn {number}") == (said == [Answer.EFFECTIVE])
