"""How early plans are read-only: a partner's choice, asked about when it is now, and never shortened while it runs."""

import re
from datetime import timedelta

import httpx
import pytest
from tests.features.visitor import Visitor
from tests.support.world import Somebody, person, wedding

from wedsync.features.weddings import actions
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.problems import Conflict, LockedWedding
from wedsync.kernel.zones import today_in
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp


@pytest.fixture
async def clara(database: Database) -> Somebody:
    return await person(database, "Clara")


@pytest.fixture
async def tomorrow(database: Database, clara: Somebody) -> WeddingId:
    """It begins within 48 hours, and not yet."""
    held_on = today_in("Europe/London", utc_now()) + timedelta(days=1)
    return await wedding(database, clara, wedding_date=held_on.isoformat())


async def test_a_lead_that_would_lock_at_once_is_asked_about_and_then_cannot_be_taken_back(
    client: httpx.AsyncClient, clara: Somebody, tomorrow: WeddingId
) -> None:
    base = f"/api/v1/weddings/{tomorrow}"

    async def lead(hours: int, **more: object) -> httpx.Response:
        return await client.put(f"{base}/lead", json={"hours": hours, **more}, headers=clara.bearer)

    assert (await lead(0)).json() == {"hours": 0}
    asked = await lead(48)
    assert asked.status_code == 409
    assert "would_lock_until" in asked.json()
    assert (await client.get(base, headers=clara.bearer)).json()["unlocks_at"] is None
    assert (await lead(48, accept_lock=True)).json() == {"hours": 48}
    found = (await client.get(base, headers=clara.bearer)).json()
    assert (found["lock_lead_hours"], found["unlocks_at"]) == (48, asked.json()["would_lock_until"])
    assert (await lead(0)).status_code == 423


@pytest.mark.parametrize("hours", [-1, 49, 10_000_000])
async def test_a_lead_has_0_to_48_hours(
    client: httpx.AsyncClient, clara: Somebody, tomorrow: WeddingId, hours: int
) -> None:
    answer = await client.put(f"/api/v1/weddings/{tomorrow}/lead", json={"hours": hours}, headers=clara.bearer)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "hours", "detail": "Give a number of hours from 0 to 48."}]


async def test_a_date_whose_lead_has_begun_is_asked_about_too(
    database: Database, clara: Somebody, tomorrow: WeddingId
) -> None:
    near = today_in("Europe/London", utc_now()) + timedelta(days=1)
    far = near + timedelta(days=30)
    async with database.transaction(clara.actor) as tx:
        moved = FactWrite(key="wedding_date", value=far.isoformat(), base_revision=1)
        await actions.record_fact(tx, tomorrow, moved)
        await actions.set_lead(tx, tomorrow, 48)
        back = FactWrite(key="wedding_date", value=near.isoformat(), base_revision=2)
        with pytest.raises(Conflict, match="read-only at once"):
            await actions.record_fact(tx, tomorrow, back)
    async with database.transaction(clara.actor) as tx:
        await actions.record_fact(
            tx, tomorrow, FactWrite(key=back.key, value=back.value, base_revision=2, accept_lock=True)
        )
        with pytest.raises(LockedWedding):
            await actions.set_lead(tx, tomorrow, 0)


async def test_the_page_asks_in_words_and_saves_on_yes(app: WebApp, clara: Somebody, tomorrow: WeddingId) -> None:
    visitor, events = Visitor(app, clara), f"/w/{tomorrow}/events"
    assert 'name="hours" type="text" value="0"' in await visitor.look(events)
    wrong = await visitor.send(f"/w/{tomorrow}/lead", hours="a day")
    assert wrong.status_code == 422
    assert "Give a number of hours from 0 to 48." in wrong.text
    assert 'value="a day"' in wrong.text
    asked = await visitor.send(f"/w/{tomorrow}/lead", hours="48")
    assert asked.status_code == 409
    assert "its plans become read-only at once" in asked.text
    assert re.search(r'name="hours" value="48"><input type="hidden" name="accept_lock" value="yes"', asked.text)
    saved = await visitor.send(f"/w/{tomorrow}/lead", hours="48", accept_lock="yes")
    page = await visitor.look(saved.headers["location"])
    assert "The wedding is about to begin. Details are read-only." in page
    assert 'id="lead"' not in page
