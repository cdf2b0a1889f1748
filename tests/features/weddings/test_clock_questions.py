"""A time that the clock leaps over or shows twice: asked once, kept as it was answered, and never asked by a job."""

import re
from datetime import datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.world import Somebody, person, wedding

from wedsync.features.weddings.model import Event
from wedsync.features.weddings.queries import EVENTS
from wedsync.features.weddings.resolving import resolve_anew
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.zones import Reading
from wedsync.platform.database import ById, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer

BACK, FORWARD = "2031-10-26", "2031-03-30"  # when London's clocks change
FIRST, SECOND = datetime.fromisoformat("2031-10-26T00:30:00Z"), datetime.fromisoformat("2031-10-26T01:30:00Z")


class Couple:
    """Clara's program, for a wedding in London."""

    def __init__(self, client: httpx.AsyncClient, database: Database, clara: Somebody, wedding_id: WeddingId) -> None:
        self.client, self.database, self.clara, self.wedding_id = client, database, clara, wedding_id

    async def write(self, key: str, value: str | None, seen: int = 0, **more: object) -> httpx.Response:
        return await self.client.patch(
            f"/api/v1/weddings/{self.wedding_id}/facts/{key}",
            json={"value": value, **more},
            headers=self.clara.bearer | {"if-match": f'"{seen}"'},
        )

    async def ceremony(self) -> Event:
        return (await self.database.reader(self.clara.actor).all(EVENTS, ById(self.wedding_id)))[0]


@pytest.fixture
async def couple(client: httpx.AsyncClient, database: Database) -> Couple:
    clara = await person(database, "Clara")
    return Couple(client, database, clara, await wedding(database, clara))


async def test_of_two_times_the_couple_says_which_and_is_asked_once(couple: Couple) -> None:
    assert (await couple.write("wedding_date", BACK)).status_code == 200
    asked = await couple.write("ceremony_time", "01:30")
    assert asked.status_code == 409
    assert asked.json()["detail"].endswith("so 01:30 happens twice. Which of the two is it?")
    (question,) = asked.json()["clock_questions"]
    assert (question["kind"], question["time"], question["local"]) == ("fold", "start_time", "01:30")
    assert [(each["reading"], each["shown"]) for each in question["readings"]] == [
        ("first", "01:30 BST"),
        ("second", "01:30 GMT"),
    ]
    assert (await couple.write("ceremony_time", "01:30", clock="third")).status_code == 422
    assert (await couple.write("ceremony_time", "01:30", clock="second")).status_code == 200
    ceremony = await couple.ceremony()
    assert (ceremony.start_reading, ceremony.starts_at) == (Reading.SECOND, SECOND)
    # Another time of the wedding moves: what was said stands.
    assert (await couple.write("reception_time", "18:00")).status_code == 200
    assert (await couple.ceremony()).starts_at == SECOND
    # Said anew it is asked anew.
    assert (await couple.write("ceremony_time", "01:45", 1)).status_code == 409
    assert (await couple.write("ceremony_time", "01:45", 1, clock="first")).status_code == 200
    assert (await couple.ceremony()).start_reading is Reading.FIRST


async def test_a_time_that_does_not_exist_is_moved_on_only_when_somebody_says_so(couple: Couple) -> None:
    await couple.write("ceremony_time", "01:30")
    asked = await couple.write("wedding_date", FORWARD)  # the date makes the question, not the time
    assert asked.status_code == 409
    assert "01:30 does not exist. Shall it be 02:30?" in asked.json()["detail"]
    assert (await couple.ceremony()).local_date is None
    assert (await couple.write("wedding_date", FORWARD, clock="shifted")).status_code == 200
    ceremony = await couple.ceremony()
    moved = datetime.fromisoformat("2031-03-30T01:30:00Z")
    assert (ceremony.start_reading, ceremony.starts_at) == (Reading.SHIFTED, moved)
    # On a day without a clock change nothing is asked, and nothing of it is kept.
    assert (await couple.write("wedding_date", "2031-06-14", 1)).status_code == 200
    assert (await couple.ceremony()).start_reading is None


async def test_a_job_neither_asks_again_nor_forgets(
    couple: Couple,
    own_database: TestDatabase,
    tmp_path: Path,
    admin: psycopg.AsyncConnection[psycopg.rows.TupleRow],
) -> None:
    await couple.write("wedding_date", BACK)
    await couple.write("ceremony_time", "01:30", clock="second")
    rows = "select xmin::text from app.event_times where wedding_id = %s order by event_id"
    before = await (await admin.execute(rows, [couple.wedding_id])).fetchall()
    async with Database(own_database.worker_url, sealer()) as workers:
        await resolve_anew(Workshop(database=workers, mailer=OutboxMailer(tmp_path, "x@example.org"), base_url=""))
    assert (await couple.ceremony()).starts_at == SECOND
    assert await (await admin.execute(rows, [couple.wedding_id])).fetchall() == before


async def test_the_field_asks_with_a_button_for_each_meaning(app: WebApp, couple: Couple) -> None:
    await couple.write("wedding_date", BACK)
    visitor, details = Visitor(app, couple.clara), f"/w/{couple.wedding_id}/details"
    await visitor.look(details)
    asked = await visitor.send(f"{details}/ceremony_time", value="01:30", base_revision="0")
    assert asked.status_code == 409
    assert asked.text.lstrip().startswith("<!doctype html>")
    assert re.findall(r"<b>(01:30 \w+)</b>", asked.text) == ["01:30 BST", "01:30 GMT"]
    assert 'name="clock" value="second"' in asked.text
    saved = await visitor.send(f"{details}/ceremony_time", value="01:30", base_revision="0", clock="first")
    assert saved.status_code == 303
    assert (await couple.ceremony()).starts_at == FIRST
    assert "01:30 happens twice. We use the first." in await visitor.look(f"/w/{couple.wedding_id}/events")
