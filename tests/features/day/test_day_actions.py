"""What two do at once on the day: an entry is one, a closing is one, and everybody hears of it."""

import asyncio
from uuid import uuid4

import pytest
from tests.features.day.today import Today, today
from tests.features.visitor import Visitor

from wedsync.features.day import actions
from wedsync.features.day.model import Entry, EntryId, EntryKind, NewEntry
from wedsync.kernel.problems import Conflict, Problem
from wedsync.platform.database import Database, Event
from wedsync.platform.http.app import WebApp


@pytest.fixture
async def there(database: Database) -> Today:
    return await today(database)


async def test_an_entry_that_two_connections_send_at_once_is_one(database: Database, there: Today) -> None:
    new = NewEntry(id=EntryId(uuid4()), kind=EntryKind.NOTE, text="Rain")

    async def send() -> tuple[Entry, tuple[Event, ...]]:
        async with database.transaction(there.cora.actor) as tx:
            return await actions.write_entry(tx, there.wedding_id, new), tx.events

    (first, told), (second, told_again) = await asyncio.gather(send(), send())
    assert first == second
    assert len(told + told_again) == 1


async def test_of_two_who_close_the_day_at_once_exactly_one_does(database: Database, there: Today) -> None:
    async def close(confirmation: str = "") -> Entry:
        async with database.transaction(there.cora.actor) as tx:
            return await actions.close_day(tx, there.wedding_id, confirmation)

    answer = ""
    for _ in range(2):
        with pytest.raises(Conflict) as asked:
            await close(answer)
        answer = str(asked.value.members["confirmation"])
    done = await asyncio.gather(close(answer), close(answer), return_exceptions=True)
    assert sorted(isinstance(each, Problem) for each in done) == [False, True]
    async with database.transaction(there.cora.actor) as tx:
        await actions.reopen_day(tx, there.wedding_id)
        assert {event.kind for event in tx.events} == {"day", "facts"}  # the shield stands on every page


async def test_what_is_for_everybody_to_know_reaches_the_suppliers_and_a_note_does_not(
    app: WebApp, database: Database, there: Today
) -> None:
    for kind, text in ((EntryKind.ANNOUNCEMENT, "Speeches come before dinner"), (EntryKind.NOTE, "The aunt is late")):
        async with database.transaction(there.cora.actor) as tx:
            await actions.write_entry(tx, there.wedding_id, NewEntry(id=EntryId(uuid4()), kind=kind, text=text))
    page = await Visitor(app, there.anna).look(f"/s/{there.anna.supplier_id}/weddings/{there.wedding_id}/day")
    assert "Speeches come before dinner" in page
    assert "The aunt is late" not in page
