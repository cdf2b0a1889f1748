"""Who can approve what waits is told at once, and again until it is decided. Nobody is told of what is not theirs to decide."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.features.amendments.scene import Confirmed, confirmed
from tests.operations.releasing import Staff, approve, ask, hire, refuse
from tests.support.database import Servers, TestDatabase, cloned, sealer, travelling

from wedsync.entrypoints.worker import JOBS
from wedsync.features.amendments.model import Kind as Amended
from wedsync.features.weddings import actions as weddings
from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import OperatorRole
from wedsync.kernel.problems import Conflict
from wedsync.operations.duty.actions import approve_emergency
from wedsync.operations.duty.queries import EMERGENCIES, SupportApproval
from wedsync.operations.overrides.drawing import ReadBy, override_page
from wedsync.operations.overrides.model import Override
from wedsync.operations.overrides.queries import OVERRIDE
from wedsync.operations.summons.jobs import MOST, SUMMON_DUE
from wedsync.platform.database import ById, Database, NoParams
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.outbox import LaidDown, newest_letters
from wedsync.platform.pages import Filled, Shell
from wedsync.platform.queue import work_through

MINUTE = timedelta(minutes=1)
EMERGENCIES_PAGE = "/operations/emergencies"


class Post:
    """The letters of one staff."""

    def __init__(self, staff: Staff, own: TestDatabase) -> None:
        self.own = own
        everybody = (staff.olga, staff.oscar, staff.dora, staff.sid, staff.fay)
        self.names = {each.email: each.name for each in everybody}

    async def letters(self, place: str, later: timedelta = timedelta(), looks: int = 1) -> list[tuple[str, LaidDown]]:
        """What the worker sends when its clock is so much later and it looks so many times at once, about this."""
        with tempfile.TemporaryDirectory() as folder:
            async with (
                travelling(self.own, later),
                Database(self.own.worker_url, sealer(), read_connections=1, write_connections=4) as workers,
            ):
                workshop = Workshop(
                    database=workers,
                    mailer=OutboxMailer(Path(folder), "us@example.org"),
                    base_url="http://wedsync.test",
                )
                await asyncio.gather(*(SUMMON_DUE.run(workshop) for _ in range(looks)))
                for _ in range(2):  # a letter is a job that another job leaves
                    await work_through(self.own.worker_url, workshop, JOBS, until_empty=True)
            found = newest_letters(Path(folder), 1000, "http://wedsync.test")
        mine = [(self.names[each.to], each) for each in found if each.to in self.names and each.link == place]
        return sorted(mine, key=lambda pair: pair[0])

    async def who(self, place: str, later: timedelta = timedelta()) -> list[str]:
        return [name for name, _ in await self.letters(place, later)]


# Of its own: the operators and overrides of all other tests would be told with these.
@pytest.fixture(scope="module")
async def own_database(shared_servers: Servers) -> AsyncIterator[TestDatabase]:
    async with cloned(shared_servers.admin_url, f"wedsync_summons_{os.getpid()}") as found:
        yield found


@pytest.fixture(scope="module")
async def database(own_database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(own_database.app_url, sealer()) as opened:
        yield opened


@pytest.fixture
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    return await hire(database, own_database)


@pytest.fixture
async def post(staff: Staff, own_database: TestDatabase) -> Post:
    return Post(staff, own_database)


def place_of(override: Override) -> str:
    return f"/operations/overrides/{override.id}"


async def test_who_can_approve_is_told_at_once_and_who_asked_is_not(
    database: Database, staff: Staff, post: Post
) -> None:
    asked = await ask(database, staff, incident="INC-204")
    letters = dict(
        await post.letters(place_of(asked), looks=4)
    )  # whoever looks first takes them, and nobody looks twice
    assert list(letters) == ["Dora", "Oscar"]
    assert all("INC-204" in each.subject and "Check-ins" not in each.body for each in letters.values())
    assert ["You lead" in each.body for each in letters.values()] == [False, True]
    found = await database.reader(staff.fay.actor).one(OVERRIDE, ById(asked.id))
    me = ReadBy(person_id=staff.fay.person_id, role=OperatorRole.FINANCE, zone="Europe/London")
    titles = [step.title for step in override_page(found, Shell(), me, Filled()).steps]
    assert any(title.startswith("Oscar was told at ") for title in titles)


async def test_they_are_told_again_every_ten_minutes_six_times_until_it_is_decided(
    database: Database, staff: Staff, post: Post
) -> None:
    asked = await ask(database, staff)
    place = place_of(asked)
    told = [await post.who(place, MINUTE * minutes) for minutes in (0, 9, 11)]
    assert told == [["Dora", "Oscar"], [], ["Dora", "Oscar"]]
    await approve(database, staff.dora, asked.id)  # what is missing is the one who leads
    assert await post.who(place, MINUTE * 22) == ["Oscar"]
    assert [await post.who(place, MINUTE * minutes) for minutes in (33, 44, 55, 66)] == [["Oscar"]] * 3 + [[]]
    found = await database.reader(staff.fay.actor).one(OVERRIDE, ById(asked.id))
    assert max(each.times for each in found.told) == MOST


async def test_what_is_approved_or_over_calls_nobody(database: Database, staff: Staff, post: Post) -> None:
    late = await ask(database, staff, window_hours=1)
    asked = await ask(database, staff)
    assert await post.who(place_of(late), MINUTE * 59) == ["Dora", "Oscar"]
    assert await post.who(place_of(late), MINUTE * 70) == []
    for somebody in (staff.dora, staff.oscar):
        await approve(database, somebody, asked.id)
    assert await post.who(place_of(asked), MINUTE * 70) == []
    mistaken = await ask(database, staff)
    await refuse(database, staff.olga, mistaken.id)
    assert await post.who(place_of(mistaken)) == []


@pytest.fixture
async def on(database: Database) -> Confirmed:
    """Tomorrow, and read-only since today."""
    made = await confirmed(database, utc_now().date() + timedelta(days=1))
    async with database.transaction(made.clara.actor) as tx:
        await weddings.set_lead(tx, made.id, 48, accept_lock=True)
    return made


async def test_duty_support_is_told_of_an_emergency_until_it_has_called_back(
    database: Database, staff: Staff, post: Post, on: Confirmed
) -> None:
    proposed = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Amended.EMERGENCY)
    letters = dict(await post.letters(EMERGENCIES_PAGE))
    assert list(letters) == ["Oscar", "Sid"]
    assert not any("Town Hall" in each.body + each.subject for each in letters.values())
    seen = await database.reader(staff.sid.actor).all(EMERGENCIES, NoParams())
    assert [each.told_at is not None for each in seen if each.amendment_id == proposed.id] == [True]
    assert await post.who(EMERGENCIES_PAGE, MINUTE * 11) == ["Oscar", "Sid"]
    async with database.transaction(staff.sid.actor) as tx:
        said = SupportApproval(wedding_id=on.id, amendment_id=proposed.id, called_back="Clara on 07700 900123, 14:05")
        await approve_emergency(tx, staff.sid.person_id, said)
    assert await post.who(EMERGENCIES_PAGE, MINUTE * 22) == []


async def test_ten_emergencies_in_a_day_are_all_that_one_wedding_calls_support_with(on: Confirmed) -> None:
    """Withdrawn ones count: who could begin again and again would call at will."""
    for _ in range(10):
        made = await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Amended.EMERGENCY)
        await on.withdraw(on.cora, made.id)
    with pytest.raises(Conflict, match="Ten emergencies"):
        await on.propose(on.cora, "ceremony_venue_name", "The Town Hall", Amended.EMERGENCY)
