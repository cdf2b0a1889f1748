"""Amendments over REST: preview, propose, approve, answer; and every refusal says what to do."""

from datetime import timedelta

import httpx
import pytest
from tests.features.amendments.scene import A_WEEK_LATER, IN_A_YEAR, Confirmed, confirmed
from tests.support.world import Somebody, connect, person, wedding

from wedsync.features.amendments.model import LONGEST_TEXT
from wedsync.platform.database import Database

MOVED = {"key": "wedding_date", "value": A_WEEK_LATER.isoformat()}


@pytest.fixture
async def theirs(database: Database) -> Confirmed:
    return await confirmed(database)


class Programs:
    """What everybody's programs ask of one wedding."""

    def __init__(self, client: httpx.AsyncClient, theirs: Confirmed) -> None:
        self.client, self.base = client, f"/api/v1/weddings/{theirs.id}"

    async def post(self, who: Somebody, path: str, **body: object) -> httpx.Response:
        said = {"kind": "change", "reason_code": "wish"} | body
        return await self.client.post(f"{self.base}{path}", json=said, headers=who.bearer)

    async def put(self, who: Somebody, path: str, body: object = None) -> httpx.Response:
        return await self.client.put(f"{self.base}{path}", json=body, headers=who.bearer)

    async def get(self, who: Somebody, path: str) -> httpx.Response:
        return await self.client.get(f"{self.base}{path}", headers=who.bearer)


@pytest.fixture
def programs(client: httpx.AsyncClient, theirs: Confirmed) -> Programs:
    return Programs(client, theirs)


async def test_from_the_preview_to_a_suppliers_acceptance(programs: Programs, theirs: Confirmed) -> None:
    effects = (await programs.post(theirs.clara, "/amendment-previews", changes=[MOVED])).json()
    assert {each["about"] for each in effects} >= {"facts", "day", "protection", "suppliers"}
    assert (await programs.get(theirs.clara, "/amendments")).json() == []
    made = await programs.post(theirs.clara, "/amendments", changes=[MOVED], reason="The roof leaks")
    assert (made.status_code, made.json()["state"]) == (201, "proposed")
    here = f"/amendments/{made.json()['id']}"
    assert (await programs.put(theirs.dan, f"{here}/approval")).json()["state"] == "effective"
    assert (await programs.put(theirs.anna, f"{here}/acceptance")).status_code == 200  # a word to it is not needed
    assert [each["state"] for each in (await programs.get(theirs.anna, "/amendments")).json()] == ["effective"]
    seen = (await programs.get(theirs.anna, here)).json()
    assert [each["answer"] for each in seen["responses"]] == ["approve", "approve", "effective", "accept"]
    assert [each["fact_key"] for each in seen["changes"]] == ["date", "date"]  # and the brunch


async def test_a_supplier_sees_its_own_other_weddings_and_a_couple_who_is_booked(
    programs: Programs, theirs: Confirmed, database: Database
) -> None:
    mara = await person(database, "Mara")
    other = await wedding(database, mara, wedding_date=A_WEEK_LATER.isoformat())
    await connect(database, mara, other, theirs.anna)
    effects = (await programs.post(theirs.clara, "/amendment-previews", changes=[MOVED])).json()
    assert [each["what"] for each in effects if "another wedding" in each["detail"]] == ["Anna's"]
    assert "Mara" not in str(effects)


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"changes": []}, 422, "changes"),
        ({"kind": "cancellation", "changes": [MOVED]}, 422, "changes"),
        ({"kind": "postponement", "changes": [{"key": "partner1_first_name", "value": "Clarissa"}]}, 422, "changes"),
        ({"changes": [MOVED, MOVED]}, 422, "changes"),
        ({"changes": [MOVED] * 13}, 422, "changes"),
        ({"changes": [{"key": "wedding_date", "value": "2031-02-30"}]}, 422, "wedding_date"),
        ({"changes": [MOVED], "reason": "x" * (LONGEST_TEXT + 1)}, 422, "reason"),
        ({"changes": [MOVED], "colour": "red"}, 422, "colour"),
        ({"kind": "party", "changes": [MOVED]}, 422, "kind"),
        ({"changes": [{"key": "favourite_dinosaur", "value": "all"}]}, 404, ""),
        ({"changes": [{"key": "adults", "value": 90}]}, 409, ""),
        ({"kind": "emergency", "changes": [MOVED]}, 409, ""),
    ],
)
async def test_what_cannot_be_proposed_is_refused_by_name_and_nothing_is_kept(
    programs: Programs, theirs: Confirmed, said: dict[str, object], status: int, field: str
) -> None:
    refused = await programs.post(theirs.clara, "/amendments", **said)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert field in str(refused.json().get("errors", ""))
    assert (await programs.get(theirs.clara, "/amendments")).json() == []


async def test_a_list_comes_in_parts_newest_first(programs: Programs, theirs: Confirmed) -> None:
    made = []
    for days in (1, 2, 3):
        day = (IN_A_YEAR + timedelta(days=days)).isoformat()
        said = await programs.post(theirs.clara, "/amendments", changes=[{"key": "wedding_date", "value": day}])
        made.append(said.json()["id"])
    first = (await programs.get(theirs.clara, "/amendments?limit=2")).json()
    assert [each["id"] for each in first] == made[:0:-1]
    rest = (await programs.get(theirs.clara, f"/amendments?limit=2&before={first[-1]['id']}")).json()
    assert [each["id"] for each in rest] == made[:1]


async def test_twenty_wait_at_most(programs: Programs, theirs: Confirmed) -> None:
    for days in range(1, 21):
        await theirs.propose(theirs.anna, "wedding_date", (IN_A_YEAR + timedelta(days=days)).isoformat())
    refused = await programs.post(
        theirs.anna, "/amendments", changes=[MOVED | {"value": (IN_A_YEAR + timedelta(days=21)).isoformat()}]
    )
    assert refused.status_code == 409
    assert "twenty" in refused.json()["detail"].lower()


async def test_repeating_a_keyed_proposal_proposes_once(
    client: httpx.AsyncClient, theirs: Confirmed, programs: Programs
) -> None:
    headers = theirs.clara.bearer | {"idempotency-key": "a-proposal-of-clara"}
    body = {"kind": "change", "reason_code": "wish", "changes": [MOVED]}
    answers = [await client.post(f"{programs.base}/amendments", json=body, headers=headers) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len((await programs.get(theirs.clara, "/amendments")).json()) == 1
