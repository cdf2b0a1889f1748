"""When a wedding is read-only: to the second, in any zone, over clock changes, for every event of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from psycopg import sql
from tests.database.roles import Role, outside
from tests.database.writing import WRITE, Couple, couple

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.model import resolve_wedding, with_value
from wedsync.features.weddings.queries import LOCAL_TIMES, WEDDING
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, EventId
from wedsync.kernel.problems import Conflict, Fixed, Invalid
from wedsync.kernel.zones import Reading, active_span
from wedsync.platform.database import ById, Database

MOMENT = timedelta(seconds=3)
# Zone, date, first and last instant of the window, worked out by hand.
DAYS = [
    ("Europe/London", "2031-06-14", "2031-06-13T23:00", "2031-06-15T05:00"),
    ("Europe/London", "2031-03-30", "2031-03-30T00:00", "2031-03-31T05:00"),  # clocks forward: 29 hours
    ("Europe/London", "2031-10-26", "2031-10-25T23:00", "2031-10-27T06:00"),  # clocks back: 31
    ("Pacific/Kiritimati", "2031-05-01", "2031-04-30T10:00", "2031-05-01T16:00"),
    ("Australia/Lord_Howe", "2031-04-06", "2031-04-05T13:00", "2031-04-06T19:30"),  # half an hour back
    ("Australia/Lord_Howe", "2031-10-05", "2031-10-04T13:30", "2031-10-05T19:00"),  # half an hour forward
    ("America/Los_Angeles", "2031-06-14", "2031-06-14T07:00", "2031-06-15T13:00"),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def refused(made: Couple, as_app: Role, at: datetime) -> bool:
    answer = await made.write(as_app, "style", "[]", 0, at=at)
    assert answer.state in {"", "WS001"}
    return answer.state == "WS001"


@pytest.mark.parametrize(("zone", "day", "opens", "closes"), DAYS)
async def test_a_wedding_is_read_only_from_midnight_to_six_the_morning_after(
    database: Database, as_app: Role, as_admin: Role, zone: str, day: str, opens: str, closes: str
) -> None:
    made = await couple(database)
    await made.say("time_zone", zone, 1) if zone != "Europe/London" else None
    await made.say("wedding_date", day)
    shield = await made.shield(as_admin)
    assert (shield["opens_at"], shield["closes_at"]) == (utc(opens), utc(closes))
    edges = [utc(opens) - MOMENT, utc(opens), utc(closes) - MOMENT, utc(closes)]
    assert [await refused(made, as_app, at) for at in edges] == [False, True, True, False]


async def test_the_edges_are_half_open_and_the_lead_moves_only_the_first(as_admin: Role, database: Database) -> None:
    made = await couple(database)
    asked = "select guard.unlocks_at(%s, tstzrange('2031-06-13 23:00Z', '2031-06-15 05:00Z'), %s, %s) is not null"
    tick = timedelta(microseconds=1)
    for lead in (0, 12, 48):
        opens, closes = utc("2031-06-13T23:00") - timedelta(hours=lead), utc("2031-06-15T05:00")
        for at, is_locked in ((opens - tick, False), (opens, True), (closes - tick, True), (closes, False)):
            assert (await as_admin(made.clara.actor, asked, made.wedding_id, lead, at)).only is is_locked


async def test_a_start_in_the_morning_and_an_end_in_the_night_widen_the_window(
    database: Database, as_admin: Role
) -> None:
    made = await couple(database, wedding_date="2031-06-14", ceremony_time="09:00")
    await made.say("reception_time", "17:00")
    await made.say("end_time", "03:00")
    shield = await made.shield(as_admin)
    assert (shield["opens_at"], shield["closes_at"]) == (utc("2031-06-13T20:00"), utc("2031-06-15T08:00"))


async def test_events_follow_the_first_by_its_date_or_by_as_many_days_and_the_window_spans_all_days(
    database: Database, as_admin: Role
) -> None:
    made = await couple(database, wedding_date="2031-06-14")
    brunch = await add(made, EventKind.BRUNCH, "Brunch")
    await made.say("date", "2031-06-16", on=brunch)
    await made.say("wedding_date", "2031-06-12", 1)
    assert [str(event.local_date) for event in await made.events()] == ["2031-06-12", "2031-06-12", "2031-06-14"]
    shield = await made.shield(as_admin)
    assert (str(shield["held_on"]), shield["opens_at"], shield["closes_at"]) == (
        "2031-06-12",
        utc("2031-06-11T23:00"),
        utc("2031-06-15T05:00"),
    )


async def test_the_window_is_the_kernel_s_window(database: Database, as_admin: Role) -> None:
    made = await couple(database, wedding_date="2031-10-26", reception_time="23:00", end_time="02:30")
    async with database.transaction(made.clara.actor) as tx:
        twice = FactWrite(key="ceremony_time", value="01:30", base_revision=0, clock=Reading.SECOND)
        await weddings.record_fact(tx, made.wedding_id, twice)
    await made.say("time_zone", "Pacific/Auckland", on=await add(made, EventKind.PARTY, "Party"))
    async with database.transaction(made.clara.actor) as tx:
        span = active_span(resolve_wedding(await tx.all(LOCAL_TIMES, ById(made.wedding_id))).instants)
    shield = await made.shield(as_admin)
    assert (shield["opens_at"], shield["closes_at"]) == span


async def test_what_is_removed_leaves_the_window_and_what_returns_widens_it_again(
    database: Database, as_admin: Role, as_app: Role
) -> None:
    made = await couple(database, wedding_date="2031-06-14", reception_time="17:00", reception_venue_name="The Mill")
    brunch = await add(made, EventKind.BRUNCH, "Brunch")
    await made.say("date", "2031-06-16", on=brunch)
    events = await made.events()
    before = await made.shield(as_admin)
    batches = [await remove(made, events[2].id), await remove(made, events[1].id)]
    alone = await made.shield(as_admin)
    assert (before["closes_at"], alone["closes_at"]) == (utc("2031-06-17T05:00"), utc("2031-06-15T05:00"))
    # Time 1, venue 3: the questions about a reception go with it.
    assert before["complete"] - alone["complete"] == 4
    found = await database.reader(made.clara.actor).one(WEDDING, ById(made.wedding_id))
    assert not {"reception_time", "reception_venue_name"} & {fact.key for fact in found.facts}
    assert set(found.core_facts) == {fact.key for fact in found.facts}
    assert (await made.write(as_app, "venue_name", '"Barn"', 1, on=events[1].id)).state == "WS002"
    for batch in reversed(batches):
        async with database.transaction(made.clara.actor) as tx:
            assert await weddings.restore(tx, made.wedding_id, batch) == 1
    assert await made.shield(as_admin) == before
    assert await made.events() == events


async def test_the_first_event_stays_and_after_the_confirmation_every_event_with_a_place_of_its_own(
    database: Database,
) -> None:
    made = await couple(database, wedding_date="2031-06-14")
    events = await made.events()
    with pytest.raises(Conflict, match="The first event stays"):
        await remove(made, events[0].id)
    await made.say("venue_name", "The Barn", on=events[1].id)
    brunch = await add(made, EventKind.BRUNCH, "Brunch")
    placed = await add(made, EventKind.PARTY, "Party")
    await made.say("venue_name", "The Pub", on=placed)
    gone = await remove(made, placed)
    await made.confirm()
    with pytest.raises(Fixed):
        await remove(made, events[1].id)
    with pytest.raises(Fixed):
        async with database.transaction(made.clara.actor) as tx:
            await weddings.restore(tx, made.wedding_id, gone)
    batch = await remove(made, brunch)
    async with database.transaction(made.clara.actor) as tx:
        assert await weddings.restore(tx, made.wedding_id, batch) == 1


FORGED: dict[str, dict[str, Any]] = {
    "another local time than the fact": {"start_time": "15:00"},
    "another date": {"local_date": "2031-06-21"},
    "another zone": {"time_zone": "Europe/Paris"},
    "no day at all": {"day_starts_at": None, "day_ends_at": None, "starts_at": None},
    "no end of the day": {"day_ends_at": None},
    "no start": {"starts_at": None},
    "an end that nobody gave": {"ends_at": "2031-06-14T20:00:00Z"},
    "a day that starts elsewhere": {"day_starts_at": "2031-06-10T23:00:00Z"},
    "a start before its day": {"starts_at": "2031-06-12T13:00:00Z"},
    "a start long after its day": {"starts_at": "2031-06-16T13:00:00Z"},
    "a start of another hour": {"starts_at": "2031-06-14T16:00:00Z"},
    "a start at a minute no zone has": {"starts_at": "2031-06-14T13:07:00Z"},
    "a day further east than any zone": {
        "day_starts_at": "2031-06-13T09:30:00Z",
        "day_ends_at": "2031-06-14T15:30:00Z",
        "starts_at": "2031-06-13T23:30:00Z",
    },
    "a day at a minute no zone has": {"day_starts_at": "2031-06-13T23:07:00Z"},
    "a day that is over too early": {"day_ends_at": "2031-06-15T00:00:00Z"},
    "a day that is over too late": {"day_ends_at": "2031-06-15T10:00:00Z"},
    "another day than the reception's": {
        "day_starts_at": "2031-06-14T02:00:00Z",
        "day_ends_at": "2031-06-15T08:00:00Z",
        "starts_at": "2031-06-14T16:00:00Z",
    },
}


@pytest.mark.parametrize("forged", [*FORGED, "an event missing", "nothing", "as it is"])
async def test_instants_that_do_not_fit_what_stands_are_refused(
    database: Database, as_app: Role, as_admin: Role, forged: str
) -> None:
    made = await couple(database, wedding_date="2031-06-14", ceremony_time="14:00")
    before = await made.shield(as_admin)
    async with database.transaction(made.clara.actor) as tx:
        resolved = resolve_wedding(await tx.all(LOCAL_TIMES, ById(made.wedding_id))).events
    events: list[dict[str, Any]] = [msgspec.to_builtins(event) for event in resolved]
    events[0] |= FORGED.get(forged, {})
    sent = {"an event missing": events[1:], "nothing": None}.get(forged, events)
    said = None if sent is None else msgspec.json.encode(sent).decode()
    stored = await as_app(
        made.clara.actor, "select app.resolve_events(%s, %s::jsonb)", made.wedding_id, said, keep=True
    )
    assert stored.state in ({""} if forged == "as it is" else {"WS004", "23514"})
    assert await made.shield(as_admin) == before
    kept = await outside(
        as_admin,
        "select count(*) from app.wedding_events where wedding_id = %s and day_starts_at = '2031-06-13 23:00Z'",
        made.wedding_id,
    )
    assert kept == [(2,)]


async def test_an_end_in_the_night_is_of_the_day_after_and_no_other(database: Database, as_app: Role) -> None:
    made = await couple(database, wedding_date="2031-06-14", reception_time="17:00", end_time="02:00")
    async with database.transaction(made.clara.actor) as tx:
        resolved = resolve_wedding(await tx.all(LOCAL_TIMES, ById(made.wedding_id))).events
    events: list[dict[str, Any]] = [msgspec.to_builtins(event) for event in resolved]
    for ends_at, state in (("2031-06-15T01:00:00Z", ""), ("2031-06-14T17:00:00Z", "WS004")):
        events[1]["ends_at"] = ends_at
        said = msgspec.json.encode(events).decode()
        stored = await as_app(made.clara.actor, "select app.resolve_events(%s, %s::jsonb)", made.wedding_id, said)
        assert stored.state == state


async def test_after_the_confirmation_no_event_leaves_the_date_it_had_from_the_first(
    database: Database, as_app: Role
) -> None:
    made = await couple(database, wedding_date="2031-06-14")
    reception = (await made.events())[1].id
    assert (await made.say("date", "2031-06-15", on=reception)).fact.revision == 1
    await made.say("date", None, 1, on=reception)
    await made.confirm()
    for key, value in (("date", "2031-06-16"), ("time_zone", "Europe/Paris")):
        with pytest.raises(Fixed):
            await made.say(key, value, 2 if key == "date" else 0, on=reception)
    # What nobody has confirmed yet may still be dated, once.
    brunch = await add(made, EventKind.BRUNCH, "Brunch")
    assert (await made.say("date", "2031-06-15", on=brunch)).fact.revision == 1
    with pytest.raises(Fixed):
        await made.say("date", "2031-06-16", 1, on=brunch)


async def test_no_event_is_more_than_400_days_from_the_wedding_whatever_the_program_says(
    database: Database, as_app: Role
) -> None:
    made = await couple(database, wedding_date="2031-06-14")
    async with database.transaction(made.clara.actor) as tx:
        brunch = await weddings.add_event(tx, made.wedding_id, weddings.NewEvent(kind=EventKind.BRUNCH, title="Thanks"))
        times = await tx.all(LOCAL_TIMES, ById(made.wedding_id))
    for day, state in (("2032-07-18", ""), ("2032-07-19", "WS002"), ("2030-05-09", "WS002")):
        moved = [with_value(each, "date", day) if each.id == brunch.id else each for each in times]
        instants = msgspec.json.encode(resolve_wedding(moved).events).decode()
        said = (made.wedding_id, brunch.id, "date", 0, f'"{day}"', instants)
        written = sql.SQL(WRITE.replace("%s", "{}")).format(*(sql.Literal(each) for each in said))
        answer = await as_app(made.clara.actor, sql.SQL("{}; set constraints all immediate").format(written))
        assert answer.state == state, (day, answer.sentence)


async def test_events_with_days_of_their_own_are_no_farther_apart_while_the_wedding_day_waits(
    database: Database,
) -> None:
    made = await couple(database)
    first, second = await add(made, EventKind.BRUNCH, "Brunch"), await add(made, EventKind.PARTY, "Party")
    await made.say("date", "2031-06-01", on=first)
    with pytest.raises(Invalid):
        await made.say("date", "2070-06-01", on=second)


async def test_a_time_cannot_be_written_without_its_instants(database: Database, as_app: Role) -> None:
    made = await couple(database, wedding_date="2031-06-14")
    ceremony = (await made.events())[0].id
    assert (await made.write(as_app, "start_time", '"14:00"', 0, on=ceremony)).state == "WS004"


async def add(made: Couple, kind: EventKind, title: str) -> EventId:
    async with made.database.transaction(made.clara.actor) as tx:
        return (await weddings.add_event(tx, made.wedding_id, weddings.NewEvent(kind=kind, title=title))).id


async def remove(made: Couple, event: EventId) -> BatchId:
    async with made.database.transaction(made.clara.actor) as tx:
        return await weddings.remove_event(tx, made.wedding_id, event)
