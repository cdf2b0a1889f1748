"""The pages of the day, without JavaScript: writing, reading, closing after two questions, reopening."""

import re

import pytest
from tests.features.day.today import Today, today
from tests.features.visitor import Visitor
from tests.support.world import World

from wedsync.features.day import actions
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp


@pytest.fixture
async def there(database: Database) -> Today:
    return await today(database)


def entry_id(page: str) -> str:
    found = re.search(r'name="entry_id" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_what_somebody_writes_stands_in_the_log_once(app: WebApp, there: Today) -> None:
    visitor, day = Visitor(app, there.clara), f"/w/{there.wedding_id}/day"
    page = await visitor.look(day)
    assert "Nothing yet. What people write on the day appears here at once." in page
    boxes = {"entry_id": entry_id(page), "kind": "announcement", "text": "Dinner is\nhalf an hour late"}
    sent = await visitor.send(f"{day}/entries", part=False, **boxes)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{day}#entry-{boxes['entry_id']}")
    await visitor.send(f"{day}/entries", part=False, **boxes)  # pressed twice
    page = await visitor.look(day)
    assert page.count("half an hour late") == 1
    assert "for everybody" in page
    assert "Clara" in (await visitor.get(day, part=True)).text


async def test_what_is_missing_comes_back_beside_its_own_form(app: WebApp, there: Today) -> None:
    visitor, day = Visitor(app, there.cora), f"/w/{there.wedding_id}/day"
    page = await visitor.look(day)
    issue = {"entry_id": entry_id(page), "kind": "issue", "severity": "high", "category": "weather", "issue": " "}
    refused = await visitor.send(f"{day}/entries", part=False, **issue)
    assert refused.status_code == 422
    assert 'id="issue-note">Say what happened.' in refused.text
    assert '<option value="high" selected>' in refused.text
    again = await visitor.send(f"{day}/entries", part=False, **(issue | {"issue": "It rains in"}))
    assert again.status_code == 303
    assert "high · weather" in await visitor.look(day)


async def test_a_supplier_says_that_it_is_here_and_reads_its_own_words(app: WebApp, there: Today) -> None:
    wedding = f"/s/{there.anna.supplier_id}/weddings/{there.wedding_id}"
    visitor, day = Visitor(app, there.anna), f"{wedding}/day"
    assert f'href="{day}"' in await visitor.look(wedding)
    page = await visitor.look(day)
    assert "The couple shares no more of the log with you" in page
    assert "Close the day early" not in page
    here = {"kind": "supplier_arrival", "arrived_supplier_id": str(there.anna.supplier_id)}
    sent = await visitor.send(f"{day}/entries", entry_id=entry_id(page), part=False, **here)
    assert sent.headers["location"].startswith(f"{day}#entry-")
    assert "Anna's is here." in await visitor.look(day)
    assert "Anna's is here." in await Visitor(app, there.clara).look(f"/w/{there.wedding_id}/day")


async def test_the_coordinator_is_asked_twice_and_may_think_better_of_it(app: WebApp, there: Today) -> None:
    visitor, day = Visitor(app, there.cora), f"/w/{there.wedding_id}/day"
    assert f'action="{day}/closing"' in await visitor.look(day)
    answers = ""
    for question in (actions.FIRST_QUESTION, actions.SECOND_QUESTION):
        asked = await visitor.send(f"{day}/closing", confirmation=answers)
        assert asked.status_code == 409
        assert question in asked.text
        assert f'href="{day}"' in asked.text
        found = re.search(r'name="confirmation" value="([^"]+)"', asked.text)
        assert found
        answers = found[1]
        assert "The wedding is on." in await visitor.look(day)
    closed = await visitor.send(f"{day}/closing", confirmation=answers)
    page = await visitor.look(closed.headers["location"])
    assert "The day is closed." in page
    assert "The wedding is on." not in page
    assert "It was over on" in page
    assert "The wedding is on." not in await Visitor(app, there.clara).look(f"/w/{there.wedding_id}/home")
    reopened = await visitor.send(f"{day}/reopening")
    assert "The wedding is on." in await visitor.look(reopened.headers["location"])
    assert 'class="num"' in await visitor.look(day)


async def test_nobody_else_is_offered_to_close_the_day(app: WebApp, there: Today) -> None:
    assert "/closing" not in await Visitor(app, there.clara).look(f"/w/{there.wedding_id}/day")


async def test_long_before_the_day_the_page_says_when_its_log_opens(app: WebApp, world: World) -> None:
    page = await Visitor(app, world.clara).look(f"/w/{world.wedding_id}/day")
    assert "The log opens 48 hours before the wedding. That is " in page
    assert '<form class="stack"' not in page
    assert "You can look." in await Visitor(app, world.colin).look(f"/w/{world.wedding_id}/day")


async def test_a_log_of_many_entries_leads_on_to_earlier_ones(app: WebApp, there: Today, database: Database) -> None:
    visitor, day = Visitor(app, there.cora), f"/w/{there.wedding_id}/day"
    for number in range(51):
        page = await visitor.look(day)
        await visitor.send(f"{day}/entries", entry_id=entry_id(page), kind="note", text=f"entry number {number}.")
    page = await visitor.look(day)
    assert "entry number 0." not in page
    older = re.search(r'href="([^"]+\?before=[^"]+)"', page)
    assert older
    assert "entry number 0." in await visitor.look(older[1])
    assert await visitor.statements(day) == 3
