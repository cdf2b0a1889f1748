"""The day over REST, at a wedding that is on: what is written, once; who ends the day, and how often they are asked."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from tests.features.day.today import Today, today
from tests.support.world import Somebody, World

from wedsync.features.day import actions
from wedsync.kernel.clock import utc_now
from wedsync.platform.database import Database


class Program:
    """Somebody's program, for the wedding that is on."""

    def __init__(self, client: httpx.AsyncClient, there: Today) -> None:
        self.client, self.there = client, there
        self.base = f"/api/v1/weddings/{there.wedding_id}"

    async def put(self, who: Somebody, path: str, **body: object) -> httpx.Response:
        return await self.client.put(f"{self.base}/{path}", json=body, headers=who.bearer)

    async def write(self, who: Somebody, entry: object = None, **body: object) -> httpx.Response:
        said = {"kind": "note", "text": "The cake is here"} | body
        return await self.put(who, f"day-log/{entry or uuid4()}", **said)

    async def read(self, who: Somebody, path: str = "/day-log") -> dict[str, object]:
        found: dict[str, object] = (await self.client.get(self.base + path, headers=who.bearer)).json()
        return found


@pytest.fixture
async def program(client: httpx.AsyncClient, database: Database) -> Program:
    return Program(client, await today(database))


async def test_while_plans_are_read_only_everybody_at_work_writes_the_day(program: Program) -> None:
    there = program.there
    refused = await program.client.patch(
        f"{program.base}/facts/adults", json={"value": 9}, headers=there.clara.bearer | {"if-match": '"0"'}
    )
    assert refused.status_code == 423
    issue = {"kind": "issue", "severity": "high", "category": "weather", "text": "It rains into the marquee"}
    arrival = {"kind": "supplier_arrival", "text": "", "arrived_supplier_id": str(there.anna.supplier_id)}
    for who, said in ((there.clara, {}), (there.cora, issue), (there.anna, arrival)):
        assert (await program.write(who, **said)).status_code == 200
    log = await program.read(there.clara)
    assert isinstance(log["items"], list)
    assert [(each["kind"], each["writer"]) for each in log["items"]] == [
        ("supplier_arrival", "Anna's"),
        ("issue", "Cora"),
        ("note", "Clara"),
    ]
    assert log["items"][0]["arrived_supplier"] == "Anna's"
    own = await program.read(there.anna)  # the couple has not shared day control
    assert isinstance(own["items"], list)
    assert [each["kind"] for each in own["items"]] == ["supplier_arrival"]


async def test_an_entry_that_is_sent_again_is_one_and_its_id_is_not_used_for_another(program: Program) -> None:
    entry, cora = uuid4(), program.there.cora
    device_at = (utc_now() - timedelta(minutes=20)).isoformat()
    first = await program.write(cora, entry, device_at=device_at)
    again = await program.write(cora, entry, device_at=device_at)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    other = await program.write(cora, entry, text="The cake has fallen")
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "idempotency-mismatch")
    hidden = await program.write(program.there.anna, entry)
    assert hidden.status_code == 422
    log = await program.read(cora)
    assert isinstance(log["items"], list)
    assert len(log["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"kind": "issue"}, "severity"),
        ({"severity": "low"}, "severity"),
        ({"kind": "supplier_arrival", "text": ""}, "arrived_supplier_id"),
        ({"kind": "closed"}, "kind"),
        ({"kind": "photo"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"device_at": "2026-05-09T14:30:00"}, "device_at"),
    ],
)
async def test_what_an_entry_lacks_or_does_not_say_is_named(
    program: Program, body: dict[str, object], field: str
) -> None:
    answer = await program.write(program.there.cora, **body)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}


async def test_a_long_day_is_read_in_parts(program: Program) -> None:
    for number in range(5):
        await program.write(program.there.cora, text=f"entry {number}")
    texts, following = [], ""
    for _ in range(3):
        part = await program.read(program.there.cora, f"/day-log?limit=2&before={following}")
        assert isinstance(part["items"], list)
        texts += [each["text"] for each in part["items"]]
        following = str(part["next"])
    assert (texts, following) == ([f"entry {number}" for number in (4, 3, 2, 1, 0)], "")
    wrong = await program.client.get(f"{program.base}/day-log?before=x", headers=program.there.cora.bearer)
    assert wrong.status_code == 400


async def test_the_day_is_closed_on_the_second_yes_and_reopened_by_one(program: Program) -> None:
    cora = program.there.cora
    first = await program.put(cora, "closing")
    assert (first.status_code, first.json()["detail"]) == (409, actions.FIRST_QUESTION)
    second = await program.put(cora, "closing", confirmation=first.json()["confirmation"])
    assert (second.status_code, second.json()["detail"]) == (409, actions.SECOND_QUESTION)
    assert (await program.read(cora, ""))["unlocks_at"] is not None
    closed = await program.put(cora, "closing", confirmation=second.json()["confirmation"])
    assert (closed.status_code, closed.json()["kind"]) == (200, "closed")
    assert (await program.read(cora, ""))["unlocks_at"] is None
    edited = await program.client.patch(
        f"{program.base}/facts/adults", json={"value": 9}, headers=program.there.clara.bearer | {"if-match": '"0"'}
    )
    assert edited.status_code == 200
    assert (await program.put(cora, "reopening")).status_code == 200
    assert (await program.read(cora, ""))["unlocks_at"] is not None
    # An old yes closes no other time.
    stale = await program.put(cora, "closing", confirmation=second.json()["confirmation"])
    assert (stale.status_code, stale.json()["detail"]) == (409, actions.FIRST_QUESTION)


async def test_what_cannot_be_closed_or_reopened_is_refused_before_any_question(
    client: httpx.AsyncClient, database: Database, world: World, program: Program
) -> None:
    nobody_closed = await program.put(program.there.cora, "reopening")
    assert (nobody_closed.status_code, nobody_closed.json()["detail"]) == (409, "Nobody has closed this day.")
    for who in (program.there.clara, program.there.anna):
        assert (await program.put(who, "closing")).status_code == 403
    ahead = f"/api/v1/weddings/{world.wedding_id}"
    early = await client.put(f"{ahead}/closing", json={}, headers=world.cora.bearer)
    assert early.status_code == 409
    assert "nothing to close" in early.json()["detail"]
    assert "confirmation" not in early.json()
    entry = {"kind": "note", "text": "x"}
    too_early = await client.put(f"{ahead}/day-log/{uuid4()}", json=entry, headers=world.cora.bearer)
    assert (too_early.status_code, too_early.json()["detail"]) == (
        409,
        "The day log opens 48 hours before the wedding.",
    )
