"""A wedding over REST: entered once, read by who may, never overwritten unseen, fixed when confirmed, locked on its day."""

import asyncio
from datetime import date, timedelta

import httpx
import pytest
from tests.support.web import client_of
from tests.support.world import Somebody, World, build_world, connect, owner, person, wedding

from wedsync.features.weddings import actions
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp


class Couple:
    """Clara's program, for one wedding of hers."""

    def __init__(self, client: httpx.AsyncClient, clara: Somebody, wedding_id: WeddingId) -> None:
        self.client, self.clara, self.wedding_id = client, clara, wedding_id
        self.base = f"/api/v1/weddings/{wedding_id}"

    async def write(self, key: str, value: object, seen: int = 0, **more: object) -> httpx.Response:
        headers = self.clara.bearer | {"if-match": f'"{seen}"'}
        return await self.client.patch(f"{self.base}/facts/{key}", json={"value": value, **more}, headers=headers)

    async def read(self, path: str = "", reader: Somebody | None = None) -> httpx.Response:
        return await self.client.get(f"{self.base}{path}", headers=(reader or self.clara).bearer)


@pytest.fixture
async def clara(database: Database) -> Somebody:
    return await person(database, "Clara")


@pytest.fixture
async def couple(client: httpx.AsyncClient, database: Database, clara: Somebody) -> Couple:
    return Couple(client, clara, await wedding(database, clara))


async def test_what_a_couple_types_is_stored_as_what_it_means(couple: Couple) -> None:
    answer = await couple.write("ceremony_time", "2.30pm")
    assert (answer.status_code, answer.json()["value"], answer.headers["etag"]) == (200, "14:30", '"1"')
    assert (await couple.read("/facts/ceremony_time")).json()["value"] == "14:30"


async def test_a_value_outside_its_limits_is_refused_by_name_and_nothing_is_stored(couple: Couple) -> None:
    answer = await couple.write("adults", -4)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "adults", "detail": "Give a number from 2 to 500."}]
    assert (await couple.read("/facts/adults")).status_code == 404


async def test_an_unknown_question_is_404_and_an_unknown_member_422(couple: Couple) -> None:
    assert (await couple.write("favourite_dinosaur", "all")).status_code == 404
    assert (await couple.write("adults", 80, colour="red")).status_code == 422


@pytest.mark.parametrize(
    "before", ["1700000000", "1700000000.5", "2031-06-14", "2031-06-14T12:00:00", "2031-06-31T12:00:00Z"]
)
async def test_changes_before_what_is_no_moment_are_refused(couple: Couple, before: str) -> None:
    refused = await couple.read(f"/changes?before={before}")
    assert [error["field"] for error in refused.json()["errors"]] == ["before"]
    for moment in ("2131-06-14T12:00:00Z", "2131-06-14t12:00:00.5%2B01:00"):
        assert (await couple.read(f"/changes?before={moment}")).json()


async def test_a_change_must_say_what_it_was_made_from(couple: Couple) -> None:
    address = f"{couple.base}/facts/adults"
    missing = await couple.client.patch(address, json={"value": 80}, headers=couple.clara.bearer)
    assert missing.status_code == 428
    wrong = await couple.client.patch(address, json={"value": 80}, headers=couple.clara.bearer | {"if-match": "*"})
    assert wrong.status_code == 400


async def test_the_second_writer_sees_both_values_and_nothing_is_lost(couple: Couple) -> None:
    assert (await couple.write("adults", 80)).status_code == 200
    assert (await couple.write("adults", 90, seen=1)).status_code == 200
    late = await couple.write("adults", 100, seen=1)
    assert late.status_code == 412
    assert {key: late.json()[key] for key in ("yours", "current", "revision")} == {
        "yours": 100,
        "current": 90,
        "revision": 2,
    }
    assert (await couple.read("/facts/adults")).json()["value"] == 90


async def test_of_two_writers_at_once_exactly_one_is_told_of_the_other(couple: Couple) -> None:
    answers = await asyncio.gather(*(couple.write("adults", 60 + n) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_saying_the_same_again_adds_no_revision(couple: Couple) -> None:
    await couple.write("adults", 80)
    again = await couple.write("adults", "80")
    assert (again.status_code, again.headers["etag"]) == (200, '"1"')


async def test_every_version_stays_with_who_said_it(couple: Couple) -> None:
    await couple.write("adults", 80)
    await couple.write("adults", 82, seen=1, reason="two cousins")
    versions = (await couple.read("/facts/adults/revisions")).json()
    assert [(one["revision"], one["value"], one["reason"], one["writer"]) for one in versions] == [
        (2, 82, "two cousins", "Clara"),
        (1, 80, None, "Clara"),
    ]


async def test_a_corrected_name_corrects_the_title(couple: Couple) -> None:
    assert (await couple.write("partner1_first_name", "Clarissa", seen=1)).status_code == 200
    assert (await couple.read()).json()["title"] == "Clarissa & Dan"


async def test_a_florist_reads_what_florists_read_and_no_more(
    couple: Couple, database: Database, clara: Somebody
) -> None:
    eve = await owner(database, "Eve", SupplierType.FLORIST)
    await connect(database, clara, couple.wedding_id, eve)
    for key, value in (
        ("adults", 80),
        ("style", "wild"),
        ("partner1_email", "c@example.org"),
        ("total_budget", "9,000"),
    ):
        assert (await couple.write(key, value)).status_code == 200
    keys = {fact["key"] for fact in (await couple.read("/facts", eve)).json()}
    # connect() lists every supplier as the wedding's photographer, which is what decides.
    assert "partner1_first_name" in keys
    assert keys & {"adults", "style", "partner1_email", "total_budget"} == set()
    assert {"adults", "style", "partner1_email", "total_budget"} <= {
        fact["key"] for fact in (await couple.read("/facts")).json()
    }


async def test_a_confirmed_date_is_fixed_with_the_way_on_and_the_rest_stays_open(couple: Couple) -> None:
    held_on = (utc_now() + timedelta(days=400)).date()
    assert (await couple.write("wedding_date", held_on.isoformat())).status_code == 200
    confirm = f"{couple.base}/date-confirmation"
    first = await couple.client.put(confirm, headers=couple.clara.bearer)
    again = await couple.client.put(confirm, headers=couple.clara.bearer)
    assert first.json() == again.json()
    moved = await couple.write("wedding_date", (held_on + timedelta(days=7)).isoformat(), seen=1)
    assert moved.status_code == 409
    assert moved.json()["amend_url"] == f"/w/{couple.wedding_id}/amendments"
    assert (await couple.write("ceremony_venue_name", "Elmore Court")).status_code == 200  # it was empty
    assert (await couple.write("adults", 80)).status_code == 200


async def test_a_date_is_confirmed_only_once_there_is_one(couple: Couple) -> None:
    answer = await couple.client.put(f"{couple.base}/date-confirmation", headers=couple.clara.bearer)
    assert answer.status_code == 409
    assert "date" in answer.json()["detail"]


async def test_a_date_that_would_lock_the_wedding_at_once_is_asked_about_first(couple: Couple) -> None:
    today = utc_now().date().isoformat()
    asked = await couple.write("wedding_date", today)
    assert asked.status_code == 409
    assert "would_lock_until" in asked.json()
    assert (await couple.write("adults", 80)).status_code == 200
    assert (await couple.write("wedding_date", today, accept_lock=True)).status_code == 200


async def test_a_wedding_that_is_on_refuses_plans_even_from_its_couple(couple: Couple) -> None:
    await couple.write("wedding_date", utc_now().date().isoformat(), accept_lock=True)
    refused = await couple.write("adults", 80)
    assert refused.status_code == 423
    assert {"code", "unlocks_at", "amend_url"} <= refused.json().keys()
    assert (await couple.read()).json()["unlocks_at"] == refused.json()["unlocks_at"]
    headers = couple.clara.bearer
    event = await couple.client.post(f"{couple.base}/events", json={"kind": "party", "title": "x"}, headers=headers)
    assert event.status_code == 423
    sharing = await couple.client.post(
        f"{couple.base}/invitations", json={"kind": "companion", "email": "mum@example.org"}, headers=headers
    )
    assert sharing.status_code == 201  # who may look is not a plan


async def test_several_days_in_their_own_zones_are_one_protected_span(couple: Couple) -> None:
    year = utc_now().year + 1
    await couple.write("wedding_date", f"{year}-06-12")
    headers = couple.clara.bearer
    brunch = await couple.client.post(
        f"{couple.base}/events", json={"kind": "brunch", "title": "Brunch in Paris"}, headers=headers
    )
    event = f"{couple.base}/events/{brunch.json()['id']}"
    for key, value in (("date", f"{year}-06-14"), ("time_zone", "Europe/Paris"), ("start_time", "11:00")):
        answer = await couple.client.patch(
            f"{event}/facts/{key}", json={"value": value}, headers=headers | {"if-match": '"0"'}
        )
        assert answer.status_code == 200, answer.text
    found = (await couple.read()).json()
    assert found["active_from"] == f"{year}-06-11T23:00:00+00:00"  # midnight in London
    assert found["active_until"] == f"{year}-06-15T04:00:00+00:00"  # 06:00 in Paris
    assert found["events"][2]["starts_at"] == f"{year}-06-14T09:00:00+00:00"


async def test_an_event_far_from_the_wedding_is_meant_twice_or_not_at_all_and_moves_along(couple: Couple) -> None:
    day = date(utc_now().year + 2, 6, 12)
    await couple.write("wedding_date", day.isoformat())
    headers = couple.clara.bearer
    brunch = await couple.client.post(
        f"{couple.base}/events", json={"kind": "brunch", "title": "Thanks"}, headers=headers
    )

    async def write(days: int, seen: int, **more: bool) -> httpx.Response:
        body = {"value": (day + timedelta(days=days)).isoformat(), **more}
        there = f"{couple.base}/events/{brunch.json()['id']}/facts/date"
        return await couple.client.patch(there, json=body, headers=headers | {"if-match": f'"{seen}"'})

    assert (await write(31, 0)).status_code == 200
    asked = await write(-32, 1)
    assert (asked.status_code, asked.json()["far_from_wedding_days"]) == (409, 32)
    assert "read-only from the first event to the last" in asked.json()["detail"]
    refused = await write(401, 1, accept_far=True)
    assert refused.status_code == 422
    assert "at most 400 days" in refused.json()["errors"][0]["detail"]
    assert (await write(400, 1, accept_far=True)).status_code == 200
    moved = await couple.write("wedding_date", (day + timedelta(days=7)).isoformat(), seen=1)
    assert moved.status_code == 200, moved.text
    found = (await couple.read()).json()
    assert [each["local_date"] for each in found["events"]] == [
        (day + timedelta(days=days)).isoformat() for days in (7, 7, 407)
    ]


async def test_a_time_that_the_clocks_skip_is_moved_and_one_past_midnight_is_the_next_day(couple: Couple) -> None:
    await couple.write("wedding_date", "2027-03-27")
    await couple.write("reception_time", "18:00")
    assert (await couple.write("end_time", "01:30")).status_code == 409  # 28 March 2027: 01:00 becomes 02:00
    assert (await couple.write("end_time", "01:30", clock="shifted")).status_code == 200
    reception = (await couple.read()).json()["events"][1]
    assert reception["ends_at"] == "2027-03-28T01:30:00+00:00"


async def test_a_removed_event_comes_back_exactly_once_and_the_first_stays(couple: Couple) -> None:
    headers = couple.clara.bearer
    first, second = (await couple.read("/events")).json()
    stays = await couple.client.delete(f"{couple.base}/events/{first['id']}", headers=headers)
    assert stays.status_code == 409
    gone = await couple.client.delete(f"{couple.base}/events/{second['id']}", headers=headers)
    assert len((await couple.read("/events")).json()) == 1
    undo = f"{couple.base}/deletions/{gone.json()['batch']}/restoration"
    assert (await couple.client.put(undo, headers=headers)).json() == {"rows": 1}
    assert (await couple.client.put(undo, headers=headers)).status_code == 409
    assert len((await couple.read("/events")).json()) == 2


async def test_one_wedding_is_one_statement_and_a_fact_at_most_four(
    couple: Couple, database: Database, clara: Somebody
) -> None:
    async with database.transaction(clara.actor) as tx:
        await actions.record_fact(tx, couple.wedding_id, FactWrite(key="adults", value=80, base_revision=0))
        assert tx.statements == 3
    async with database.transaction(clara.actor) as tx:
        await actions.record_fact(tx, couple.wedding_id, FactWrite(key="ceremony_time", value="14:00", base_revision=0))
        assert tx.statements == 4


async def test_eve_learns_nothing_of_a_wedding_that_is_not_hers(app: WebApp, database: Database) -> None:
    world: World = await build_world(database)
    async with client_of(app, **world.eve.bearer) as eve:
        answer = await eve.get(f"/api/v1/weddings/{world.wedding_id}")
    assert answer.status_code == 404
    assert "Clara" not in answer.text
