"""Whether something may be released: told to everybody, and frozen wherever it cannot be told."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import msgspec
import psycopg
import pytest
from icalendar import Calendar
from tests.database.roles import role
from tests.support import commands
from tests.support.database import TestDatabase, travelling
from tests.support.web import client_of, settings_for, standing
from tests.support.world import person, wedding

from wedsync.entrypoints.web import create_app
from wedsync.features.weddings.actions import record_fact
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.freeze import Cell, FreezeCalendar, FreezeState, Region
from wedsync.operations.shield.now import SEEN
from wedsync.operations.shield.verdict import ALWAYS, Change, Trust, WeddingsOn, verdict
from wedsync.platform.database import NOBODY, Database, NoParams
from wedsync.platform.settings import Settings

LONDON = ZoneInfo("Europe/London")
CALENDAR = FreezeCalendar(Cell(name="london", regions=(Region("GB-ENG", ("Europe/London",)),)))
STAGING = FreezeCalendar(Cell(name="staging", regions=CALENDAR.cell.regions, is_staging=True))
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
SOUND = Trust(zone_data_checked_on=date(2026, 11, 1), clocks_apart_s=0.2)


@pytest.fixture(scope="module")
async def stranger(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with standing(create_app(settings_for(own_database, valkey_url))) as app, client_of(app) as client:
        yield client


def wedsync(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """As an operator or a pipeline runs it."""
    return commands.wedsync("freeze", *arguments, environment=commands.ambient(**environment))


def test_on_a_tuesday_a_release_may_start_until_friday_half_past_four() -> None:
    found = verdict(CALENDAR, TUESDAY, SOUND)
    assert (found.state, found.may_start) == (FreezeState.OPEN, True)
    assert found.last_start == datetime(2026, 11, 27, 16, 30, tzinfo=UTC)


def test_on_a_saturday_nothing_may() -> None:
    found = verdict(CALENDAR, SATURDAY, SOUND)
    assert (found.state, found.may_start) == (FreezeState.FROZEN, False)


@pytest.mark.parametrize(
    ("trust", "words"),
    [
        (Trust(zone_data_checked_on=date(2026, 11, 1), clocks_apart_s=None), "does not answer"),
        (Trust(zone_data_checked_on=date(2026, 11, 1), clocks_apart_s=2.1), "2.1 s apart"),
        (Trust(zone_data_checked_on=date(2026, 5, 27), clocks_apart_s=0.2), "last checked on 2026-05-27"),
    ],
)
def test_what_cannot_be_told_counts_as_frozen_even_on_a_tuesday(trust: Trust, words: str) -> None:
    found = verdict(CALENDAR, TUESDAY, trust)
    assert (found.state, found.may_start) == (FreezeState.UNKNOWN, False)
    assert words in found.reason
    assert verdict(STAGING, TUESDAY, trust).may_start


def test_at_the_very_limits_it_can_still_be_told() -> None:
    edge = Trust(zone_data_checked_on=TUESDAY.date() - timedelta(days=180), clocks_apart_s=2.0)
    assert verdict(CALENDAR, TUESDAY, edge).may_start


def test_a_calendar_that_has_ended_counts_as_frozen() -> None:
    beyond = datetime(CALENDAR.ends_on.year + 1, 1, 9, 12, tzinfo=UTC)
    trust = Trust(zone_data_checked_on=beyond.date(), clocks_apart_s=0.0)
    assert verdict(CALENDAR, beyond, trust).state is FreezeState.UNKNOWN


def test_what_keeps_the_platform_alive_never_waits() -> None:
    assert {
        Change.DEPLOY,
        Change.MIGRATION,
        Change.CONTRACTING_MIGRATION,
        Change.CONFIGURATION,
        Change.FLAG,
        Change.INFRASTRUCTURE,
        Change.UPGRADE,
        Change.DEPENDENCIES,
    } == (set(Change) - ALWAYS)
    dark = Trust(zone_data_checked_on=date(2020, 1, 1), clocks_apart_s=None)
    assert {verdict(CALENDAR, SATURDAY, dark, change).may_start for change in ALWAYS} == {True}
    assert wedsync("check", "--for", "kill-switch").returncode == 0


async def test_everybody_may_look_it_up(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/api/v1/shield")
    assert answer.status_code == 200
    told = answer.json()
    assert told["state"] == CALENDAR.status(datetime.fromisoformat(told["told_at"])).state.value
    assert told["may_start"] is (told["state"] == "open")


async def test_a_year_is_listed_and_can_be_subscribed_to(stranger: httpx.AsyncClient) -> None:
    listed = (await stranger.get("/api/v1/shield/freezes", params={"year": 2027})).json()
    assert {"starts_at", "ends_at", "reason"} == listed[0].keys()
    easter = next(freeze for freeze in listed if "Easter" in freeze["reason"])
    assert easter["starts_at"] == "2027-03-25T18:00:00Z"
    assert (await stranger.get("/api/v1/shield/freezes", params={"year": 1})).status_code == 422
    feed = await stranger.get("/api/v1/shield/freezes.ics")
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(feed.content).walk("VEVENT")
    assert len(events) > 50
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert events[-1].decoded("dtend") > datetime.now(UTC) + timedelta(days=390)


def test_a_pipeline_reads_the_exit_code() -> None:
    told = wedsync("check", "--for", "deploy", "--offline", "--json")
    is_open = json.loads(told.stdout)["may_start"]
    assert told.returncode == (0 if is_open else 3)
    assert wedsync("check", "--for", "deploy", "--offline", WEDSYNC_STAGING="1").returncode == 0
    assert (
        wedsync(
            "check", "--for", "deploy", "--offline", WEDSYNC_BUSY_DATES=f"{date(2020, 1, 1)}..{date(2089, 1, 1)}"
        ).returncode
        == 3
    )
    assert wedsync("check", "--for", "deploy", WEDSYNC_HOME="/nowhere").returncode == 4
    assert wedsync("check", "--for", "deploy", "--offline", WEDSYNC_ZONE_DATA_CHECKED="2020-01-01").returncode == 4


def test_an_operator_reads_words_with_their_zone() -> None:
    told = wedsync("at", "2027-03-28T12:00:00+00:00")
    assert told.stdout.splitlines() == [
        "FROZEN  home: Good Friday (GB-ENG), Weekend, Easter Monday (GB-ENG)",
        "  until Tuesday 30 March 2027, 08:00 (Europe/London)",
    ]
    assert json.loads(wedsync("at", "2027-03-30T07:00:00Z", "--json").stdout)["state"] == "open"
    assert len(json.loads(wedsync("calendar", "--year", "2027", "--json").stdout)) > 50
    assert "62 h" in wedsync("next").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("at", "next Friday"), "is no instant"),
        (("at", "2027-05-01T18:00:00"), "is no instant"),
        (("check", "--for", "fun"), "is none of deploy"),
        (("calendar", "--year", "1"), "2020<=x<=2090"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(arguments: tuple[str, ...], words: str) -> None:
    told = wedsync(*arguments)
    assert told.returncode == 2
    assert words in told.stderr


# ---------------------------------------------------------------- while somebody marries (F3, F4)

EVENING = datetime(2026, 11, 24, 20, tzinfo=UTC)
NOBODY_MARRIES = WeddingsOn(active=0, until=None, events_until=None)
ONE_IS_ON = WeddingsOn(active=1, until=datetime(2026, 11, 25, 6, tzinfo=UTC), events_until=None)
WAIT = ("contracting-migration", "configuration", "flag", "infrastructure", "upgrade")


@pytest.mark.parametrize("change", [change for change in Change if change not in ALWAYS])
def test_while_a_wedding_is_on_only_code_and_what_adds_may_start(change: Change) -> None:
    def told(on: WeddingsOn | None) -> tuple[FreezeState, bool]:
        found = verdict(CALENDAR, EVENING, msgspec.structs.replace(SOUND, weddings_on=on), change)
        return found.state, found.may_start

    assert told(NOBODY_MARRIES) == (FreezeState.OPEN, True)
    assert told(ONE_IS_ON) == ((FreezeState.ACTIVE, False) if change in WAIT else (FreezeState.OPEN, True))
    assert told(None) == ((FreezeState.UNKNOWN, False) if change in WAIT else (FreezeState.OPEN, True))


def test_it_says_until_when_a_change_waits_and_in_a_freeze_the_freeze_is_the_reason() -> None:
    busy = msgspec.structs.replace(SOUND, weddings_on=ONE_IS_ON)
    found = verdict(CALENDAR, EVENING, busy, Change.CONFIGURATION)
    assert (found.until, "until none is" in found.reason) == (ONE_IS_ON.until, True)
    assert verdict(CALENDAR, SATURDAY, busy, Change.CONFIGURATION).state is FreezeState.FROZEN
    assert verdict(STAGING, EVENING, busy, Change.CONFIGURATION).may_start
    married = msgspec.structs.replace(ONE_IS_ON, events_until=EVENING)
    during = verdict(CALENDAR, EVENING, msgspec.structs.replace(SOUND, weddings_on=married), Change.CONFIGURATION)
    frozen = verdict(CALENDAR, SATURDAY, busy, Change.CONFIGURATION)
    assert [each.passes_with_two for each in (found, during, frozen)] == [True, False, False]


@pytest.mark.parametrize("change", [Change.COMPLETION, Change.ROLLBACK])
def test_a_rollout_under_way_is_completed_or_rolled_back_whatever_the_hour(change: Change) -> None:
    six = datetime(2026, 11, 27, 18, tzinfo=UTC)
    assert not verdict(CALENDAR, six, SOUND).may_start
    assert verdict(CALENDAR, six, SOUND, change).may_start
    assert verdict(CALENDAR, six, Trust(zone_data_checked_on=six.date(), clocks_apart_s=None), change).may_start


async def on_now(database: Database) -> WeddingsOn:
    found = await database.reader(NOBODY).one(SEEN, NoParams())
    return WeddingsOn(active=found.active, until=found.until, events_until=found.events_until)


async def test_the_database_says_whether_a_wedding_is_on_and_nothing_else(
    own_database: TestDatabase, database: Database
) -> None:
    before = await on_now(database)
    clara = await person(database, "Clara")
    today = datetime.now(LONDON).date()
    opened = await wedding(database, clara)
    async with database.transaction(clara.actor) as tx:
        await record_fact(
            tx, opened, FactWrite(key="wedding_date", value=today.isoformat(), base_revision=0, accept_lock=True)
        )
    after = await on_now(database)
    assert after.active == before.active + 1
    ends_at = datetime.combine(today + timedelta(days=1), time(6), tzinfo=LONDON)
    assert after.until is not None
    assert after.until >= ends_at
    async with travelling(own_database, timedelta(days=3)) as later:
        assert (await on_now(later)).active == 0
    for url in (own_database.app_url, own_database.worker_url):
        async with role(url) as connected:
            assert (await connected(NOBODY, "select active from app.weddings_on()")).only == after.active


async def test_a_lead_is_no_reason_to_wait(database: Database, own_database: TestDatabase) -> None:
    clara = await person(database, "Clara")
    tomorrow = (datetime.now(LONDON) + timedelta(days=1)).date()
    opened = await wedding(database, clara, wedding_date=tomorrow.isoformat())
    before = await on_now(database)
    async with await psycopg.AsyncConnection.connect(own_database.admin_url) as admin:
        await admin.execute("update app.wedding_shields set lock_lead_hours = 48 where wedding_id = %s", [opened])
    assert await on_now(database) == before


# ---------------------------------------------------------------- fail closed (F7), end to end, each with its control


async def told_by(settings: Settings) -> str:
    app = create_app(settings)
    async with app.services.opened(), client_of(app) as client:
        state: str = (await client.get("/api/v1/shield", params={"change": "deploy"})).json()["state"]
        return state


async def test_clocks_that_differ_by_more_than_two_seconds_are_frozen_and_less_are_not(
    own_database: TestDatabase, valkey_url: str
) -> None:
    for apart_s, is_unknown in ((-3.5, True), (3.5, True), (0.5, False)):
        async with travelling(own_database, timedelta(seconds=apart_s)):
            state = await told_by(settings_for(own_database, valkey_url))
        assert (state == "unknown") == is_unknown


async def test_zone_data_that_nobody_compared_for_half_a_year_are_frozen(
    own_database: TestDatabase, valkey_url: str
) -> None:
    for days, is_unknown in ((181, True), (179, False)):
        checked_on = datetime.now(UTC).date() - timedelta(days=days)
        state = await told_by(settings_for(own_database, valkey_url, zone_data_checked_on=checked_on))
        assert (state == "unknown") == is_unknown


async def test_a_database_that_does_not_answer_is_frozen(own_database: TestDatabase, valkey_url: str) -> None:
    gone = msgspec.structs.replace(own_database, app_url=own_database.app_url.replace("wedsync_test", "gone"))
    for database, is_unknown in ((gone, True), (own_database, False)):
        state = await told_by(settings_for(database, valkey_url))
        code = await asyncio.to_thread(exit_code, database, "deploy")
        assert (state == "unknown", code == 4) == (is_unknown, is_unknown)


def exit_code(database: TestDatabase, change: str) -> int:
    return wedsync("check", "--for", change, DATABASE_URL=database.app_url).returncode
