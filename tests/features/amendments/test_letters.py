"""Who is written to about an amendment, and who is reminded until they have answered. No letter names what would change."""

import tempfile
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.features.amendments.scene import A_WEEK_LATER, IN_A_YEAR, Confirmed, confirmed
from tests.support.database import TestDatabase, sealer, travelling

from wedsync.features.amendments.jobs import CHASE, JOBS
from wedsync.features.amendments.model import Answer, Kind
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import AmendmentId
from wedsync.platform.database import Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.outbox import LaidDown, newest_letters
from wedsync.platform.queue import work_through

HOUR = timedelta(hours=1)


class Post:
    """The letters of one wedding's people."""

    def __init__(self, theirs: Confirmed, own: TestDatabase) -> None:
        self.theirs, self.own = theirs, own
        everybody = (theirs.clara, theirs.dan, theirs.cora, theirs.anna, theirs.ben, theirs.eve)
        self.names = {each.email: each.name for each in everybody}

    async def letters(self, later: timedelta = timedelta(), *, is_chasing: bool = False) -> list[tuple[str, LaidDown]]:
        """What the worker sends when its clock is so much later, by who gets it."""
        with tempfile.TemporaryDirectory() as folder:
            async with (
                travelling(self.own, later),
                Database(self.own.worker_url, sealer(), read_connections=1, write_connections=2) as workers,
            ):
                mailer = OutboxMailer(Path(folder), "us@example.org")
                workshop = Workshop(database=workers, mailer=mailer, base_url="http://wedsync.test")
                if is_chasing:
                    await CHASE.run(workshop)
                for _ in range(3):  # a letter is a job that another job leaves
                    await work_through(self.own.worker_url, workshop, JOBS, until_empty=True)
            found = newest_letters(Path(folder), 1000, "http://wedsync.test")
        return sorted((self.names[each.to], each) for each in found if each.to in self.names)

    async def who(self, later: timedelta = timedelta(), *, is_chasing: bool = False) -> list[str]:
        return [name for name, _ in await self.letters(later, is_chasing=is_chasing)]


@pytest.fixture
async def post(database: Database, own_database: TestDatabase) -> Post:
    found = Post(await confirmed(database), own_database)
    await found.letters()  # what invited them
    return found


async def test_who_has_to_agree_is_asked_and_nobody_else(post: Post) -> None:
    theirs = post.theirs
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    ((name, letter),) = await post.letters()
    assert name == "Dan"
    assert letter.link == f"/w/{theirs.id}/amendments/{proposed.id}"
    assert str(A_WEEK_LATER.year) not in letter.body


async def test_of_a_proposal_that_waits_for_two_each_is_asked_once(post: Post) -> None:
    theirs = post.theirs
    proposed = await theirs.propose(theirs.anna, "wedding_date", A_WEEK_LATER.isoformat())
    assert await post.who() == ["Clara", "Dan"]
    await theirs.approve(theirs.dan, proposed.id)
    assert await post.who() == []


async def test_everybody_who_works_from_it_is_told_once_with_their_own_way_in(post: Post) -> None:
    theirs = post.theirs
    proposed = await theirs.propose(theirs.clara, "ceremony_venue_name", "The Old Barn")
    await theirs.approve(theirs.dan, proposed.id)
    letters = dict(await post.letters())
    assert set(letters) == {"Anna", "Ben", "Clara", "Cora", "Dan"}
    assert letters["Ben"].link == f"/s/{theirs.anna.supplier_id}/weddings/{theirs.id}/amendments/{proposed.id}"
    assert letters["Clara"].link == f"/w/{theirs.id}/amendments/{proposed.id}"
    assert not any("Barn" in each.body + each.subject for each in letters.values())


async def test_who_proposed_hears_that_it_was_refused(post: Post) -> None:
    theirs = post.theirs
    proposed = await theirs.propose(theirs.anna, "wedding_date", A_WEEK_LATER.isoformat())
    assert await post.who() == ["Clara", "Dan"]
    await theirs.refuse(theirs.dan, proposed.id)
    assert await post.who() == ["Anna"]


async def test_silence_is_reminded_of_after_a_day_and_three_and_then_the_couple_is_told(post: Post) -> None:
    theirs = post.theirs
    await _take_effect(post)
    for later, told in (
        (23 * HOUR, []),
        (25 * HOUR, ["Anna", "Ben"]),
        (48 * HOUR, []),
        (73 * HOUR, ["Anna", "Ben", "Clara", "Dan"]),
        (100 * HOUR, []),
    ):
        assert await post.who(later, is_chasing=True) == told, later
    assert theirs.anna.supplier_id is not None


async def test_a_worker_that_comes_late_sends_one_reminder_not_two(post: Post) -> None:
    await _take_effect(post)
    assert await post.who(80 * HOUR, is_chasing=True) == ["Anna", "Ben", "Clara", "Dan"]


async def test_who_has_answered_is_reminded_of_nothing(post: Post) -> None:
    amendment = await _take_effect(post)
    await post.theirs.answer(post.theirs.anna, amendment, Answer.DECLINE)
    assert await post.who() == ["Clara", "Dan"]  # who are told that she declines
    assert await post.who(80 * HOUR, is_chasing=True) == []


async def test_in_the_last_week_reminders_hurry(database: Database, own_database: TestDatabase) -> None:
    soon = utc_now().date() + timedelta(days=6)
    post = Post(await confirmed(database, soon), own_database)
    proposed = await post.theirs.propose(post.theirs.clara, "ceremony_venue_name", "The Old Barn")
    await post.theirs.approve(post.theirs.dan, proposed.id)
    await post.letters()
    assert await post.who(1 * HOUR, is_chasing=True) == []
    assert await post.who(3 * HOUR, is_chasing=True) == ["Anna", "Ben"]
    assert await post.who(13 * HOUR, is_chasing=True) == ["Anna", "Ben"]
    assert await post.who(25 * HOUR, is_chasing=True) == ["Anna", "Ben", "Clara", "Dan"]


async def test_an_emergency_asks_the_other_partner_and_says_that_it_is_urgent(
    post: Post, own_database: TestDatabase
) -> None:
    on_the_day = IN_A_YEAR - utc_now().date()
    async with travelling(own_database, on_the_day) as later:
        today = msgspec.structs.replace(post.theirs, database=later)
        proposed = await today.propose(today.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
    asked = await post.letters(on_the_day)
    assert [name for name, _ in asked] == ["Clara", "Dan"]
    assert all(letter.subject.startswith("URGENT: ") for _, letter in asked)
    async with travelling(own_database, on_the_day) as later:
        await msgspec.structs.replace(post.theirs, database=later).approve(post.theirs.dan, proposed.id)
    told = dict(await post.letters(on_the_day))
    assert {"Anna", "Ben"} <= set(told)
    assert told["Anna"].subject.startswith("URGENT: ")


async def _take_effect(post: Post) -> AmendmentId:
    proposed = await post.theirs.propose(post.theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    await post.theirs.approve(post.theirs.dan, proposed.id)
    await post.letters()
    return proposed.id
