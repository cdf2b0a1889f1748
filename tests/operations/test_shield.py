"""Whether something may be released: told to everybody, and frozen wherever it cannot be told."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar
from tests.support.database import TestDatabase
from tests.support.web import client_of, settings_for, standing

from wedsync.entrypoints.web import create_app
from wedsync.kernel.freeze import Cell, FreezeCalendar, FreezeState, Region
from wedsync.operations.shield.verdict import ALWAYS, Change, Trust, verdict

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
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("WEDSYNC_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-m", "wedsync", "freeze", *arguments],
        env={**plain, **environment}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


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
        Change.FLAG,
        Change.INFRASTRUCTURE,
        Change.UPGRADE,
        Change.DEPENDENCIES,
    } == (set(Change) - ALWAYS)
    for change in sorted(ALWAYS):
        assert wedsync("check", "--for", change).returncode == 0


async def test_everybody_may_look_it_up(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/api/v1/shield")
    assert answer.status_code == 200
    told = answer.json()
    assert told["state"] == CALENDAR.status(datetime.fromisoformat(told["told_at"])).state.value
    assert told["may_start"] is (told["state"] == "open")


async def test_without_a_database_it_says_that_it_cannot_tell(own_database: TestDatabase, valkey_url: str) -> None:
    app = create_app(settings_for(own_database, valkey_url, database_url="postgresql://nobody@127.0.0.1:9/none"))
    async with client_of(app) as client:
        told = (await client.get("/api/v1/shield")).json()
    assert (told["state"], told["may_start"]) == ("unknown", False)


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
