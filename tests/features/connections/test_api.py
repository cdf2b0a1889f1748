"""Connecting takes both sides, and what a supplier sees ends with the commit that ends it."""

import asyncio
from uuid import UUID

import httpx
import msgspec
import pytest
from tests.support.database import sealer
from tests.support.world import Somebody, connect, member, owner, person, wedding

from wedsync.features.connections.queries import CONNECTIONS, ConnectionsPage
from wedsync.features.people.jobs import CODE
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import SupplierRole, SupplierType
from wedsync.platform.database import Database


class Two:
    """Clara's wedding and Anna's business, connected."""

    def __init__(self, clara: Somebody, anna: Somebody, wedding_id: WeddingId) -> None:
        self.clara, self.anna, self.wedding_id = clara, anna, wedding_id
        self.wedding = f"/api/v1/weddings/{wedding_id}"
        self.connection = f"{self.wedding}/connections/{anna.supplier_id}"


@pytest.fixture
async def two(database: Database) -> Two:
    clara, anna = await person(database, "Clara"), await owner(database, "Anna")
    wedding_id = await wedding(database, clara, adults=80, partner1_email="clara@example.org", style="wild")
    await connect(database, clara, wedding_id, anna)
    return Two(clara, anna, wedding_id)


async def keys(client: httpx.AsyncClient, two: Two, reader: Somebody) -> set[str]:
    answer = await client.get(f"{two.wedding}/facts", headers=reader.bearer)
    return {fact["key"] for fact in answer.json()} if answer.status_code == 200 else set()


async def invite_couple(client: httpx.AsyncClient, anna: Somebody, email: str) -> str:
    body = {"kind": "couple", "email": email, "service": "photographer"}
    sent = await client.post(f"/api/v1/suppliers/{anna.supplier_id}/invitations", json=body, headers=anna.bearer)
    return sealer().token(CODE, UUID(sent.json()["id"]))


async def test_a_couple_without_an_account_takes_an_invitation_up_and_is_connected(
    client: httpx.AsyncClient, database: Database
) -> None:
    anna = await owner(database, "Anna")
    code = await invite_couple(client, anna, f"{UUID(int=anna.person_id.int).hex}@example.org")
    body = {"name": "Clara Hughes", "password": "four words, or some more"}
    taken = await client.put(f"/api/v1/invitations/{code}/acceptance", json=body)
    assert taken.status_code == 200, taken.text
    clara = {"authorization": f"Bearer {taken.json()['session']['token']}"}
    assert (await client.get("/api/v1/me", headers=clara)).json()["weddings"][0]["title"] == "Clara"
    listed = await client.get(f"/api/v1/suppliers/{anna.supplier_id}/weddings", headers=anna.bearer)
    assert [one["wedding_id"] for one in listed.json()["items"]] == [taken.json()["wedding_id"]]
    again = await client.put(f"/api/v1/invitations/{code}/acceptance", json=body)
    assert again.status_code == 409


async def test_of_two_people_who_open_one_link_at_once_exactly_one_is_connected(
    client: httpx.AsyncClient, database: Database
) -> None:
    anna = await owner(database, "Anna")
    code = await invite_couple(client, anna, "couple@example.org")
    couples = [await person(database, f"Clara{n}") for n in range(4)]
    address = f"/api/v1/invitations/{code}/acceptance"
    answers = await asyncio.gather(*(client.put(address, json={}, headers=one.bearer) for one in couples))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_forwarded_letter_does_not_open_somebody_elses_account(
    client: httpx.AsyncClient, database: Database
) -> None:
    anna, clara = await owner(database, "Anna"), await person(database, "Clara")
    code = await invite_couple(client, anna, clara.email)
    taken = await client.put(f"/api/v1/invitations/{code}/acceptance", json={"name": "Mallory"})
    assert taken.status_code == 401


async def test_sharing_opens_exactly_what_was_shared_and_closes_it_again(client: httpx.AsyncClient, two: Two) -> None:
    assert "partner1_email" not in await keys(client, two, two.anna)
    grant = f"{two.connection}/grants/contacts"
    await client.put(grant, json={"level": "everything"}, headers=two.clara.bearer)
    assert "partner1_email" in await keys(client, two, two.anna)
    await client.delete(grant, headers=two.clara.bearer)
    assert "partner1_email" not in await keys(client, two, two.anna)


async def test_everything_opens_the_protected_part_of_an_area_and_usual_closes_it(
    client: httpx.AsyncClient, two: Two
) -> None:
    grant = f"{two.connection}/grants/headcounts"
    assert "adults" not in await keys(client, two, two.anna)  # a photographer does not usually read it
    await client.put(grant, json={"level": "everything"}, headers=two.clara.bearer)
    assert "adults" in await keys(client, two, two.anna)
    await client.put(grant, json={"level": "usual"}, headers=two.clara.bearer)
    assert "adults" not in await keys(client, two, two.anna)


async def test_who_may_write_an_area_writes_there_and_a_viewer_never(
    client: httpx.AsyncClient, database: Database, two: Two
) -> None:
    vera = await member(database, two.anna, "Vera", SupplierRole.VIEWER)
    await client.put(
        f"{two.connection}/grants/wishes", json={"level": "everything", "can_write": True}, headers=two.clara.bearer
    )
    change = {"value": "No confetti indoors"}
    request = f"{two.wedding}/facts/special_requests"
    refused = await client.patch(request, json=change, headers=vera.bearer | {"if-match": '"0"'})
    assert refused.status_code == 403
    written = await client.patch(request, json=change, headers=two.anna.bearer | {"if-match": '"0"'})
    assert written.status_code == 200
    elsewhere = await client.patch(
        f"{two.wedding}/facts/adults", json={"value": 70}, headers=two.anna.bearer | {"if-match": '"1"'}
    )
    assert elsewhere.status_code == 403


async def test_the_budget_cannot_be_shared(client: httpx.AsyncClient, two: Two) -> None:
    answer = await client.put(f"{two.connection}/grants/budget", json={}, headers=two.clara.bearer)
    assert answer.status_code == 422


@pytest.mark.parametrize("ending", ["disconnected", "blocked"])
async def test_ending_a_connection_takes_everything_at_once(client: httpx.AsyncClient, two: Two, ending: str) -> None:
    assert await keys(client, two, two.anna)
    await client.put(f"{two.connection}/ending", json={"ending": ending}, headers=two.clara.bearer)
    assert await keys(client, two, two.anna) == set()
    assert (await client.get(two.wedding, headers=two.anna.bearer)).status_code == 404


async def test_a_supplier_that_left_comes_back_only_by_an_invitation_and_a_blocked_one_not_even_so(
    client: httpx.AsyncClient, database: Database, two: Two
) -> None:
    leave = f"/api/v1/suppliers/{two.anna.supplier_id}/weddings/{two.wedding_id}/ending"
    assert (await client.put(leave, headers=two.anna.bearer)).status_code == 204
    assert await keys(client, two, two.anna) == set()
    await connect(database, two.clara, two.wedding_id, two.anna)
    assert await keys(client, two, two.anna)
    await client.put(f"{two.connection}/ending", json={"ending": "blocked"}, headers=two.clara.bearer)
    code = await invite_couple(client, two.anna, "clara.again@example.org")
    taken = await client.put(
        f"/api/v1/invitations/{code}/acceptance", json={"wedding_id": str(two.wedding_id)}, headers=two.clara.bearer
    )
    assert taken.status_code == 409


async def test_one_person_in_two_capacities_sees_in_each_only_what_it_may(
    client: httpx.AsyncClient, database: Database
) -> None:
    anna = await owner(database, "Anna")
    own = await wedding(database, msgspec.structs.replace(anna, supplier_id=None), adults=40)
    as_herself = {"authorization": anna.bearer["authorization"]}
    assert (await client.get(f"/api/v1/weddings/{own}", headers=as_herself)).status_code == 200
    assert (await client.get(f"/api/v1/weddings/{own}", headers=anna.bearer)).status_code == 404


async def test_a_list_of_weddings_comes_in_parts_without_a_gap_or_a_repeat(
    client: httpx.AsyncClient, database: Database
) -> None:
    anna, clara = await owner(database, "Anna"), await person(database, "Clara")
    made = []
    for number in range(12):
        held_on = {} if number % 3 == 0 else {"wedding_date": f"203{number % 5}-05-0{1 + number % 3}"}
        made.append(await wedding(database, clara, **held_on))
        await connect(database, clara, made[-1], anna)
    seen: list[str] = []
    after = ""
    while True:
        address = f"/api/v1/suppliers/{anna.supplier_id}/weddings?limit=5&after={after}"
        part = (await client.get(address, headers=anna.bearer)).json()
        seen += [one["wedding_id"] for one in part["items"]]
        after = part["next"]
        if not after:
            break
    assert sorted(seen) == sorted(map(str, made))
    dates = [(await client.get(f"/api/v1/weddings/{one}", headers=anna.bearer)).json()["held_on"] for one in seen]
    assert dates == sorted(dates, key=lambda day: day or "9999")


async def test_a_list_costs_two_statements_and_a_foreign_cursor_is_refused(
    client: httpx.AsyncClient, database: Database, two: Two
) -> None:
    reader = database.reader(two.clara.actor)
    await reader.all(CONNECTIONS, ConnectionsPage(wedding_id=two.wedding_id, after_id=UUID(int=0), limit=50))
    assert reader.statements == 1
    bad = f"/api/v1/suppliers/{two.anna.supplier_id}/weddings?after=nonsense"
    assert (await client.get(bad, headers=two.anna.bearer)).status_code == 400


async def test_who_works_as_caterer_reads_head_counts(client: httpx.AsyncClient, database: Database, two: Two) -> None:
    carl = await owner(database, "Carl", SupplierType.CATERER)
    body = {"kind": "supplier", "email": carl.email, "service": "caterer"}
    sent = await client.post(f"{two.wedding}/invitations", json=body, headers=two.clara.bearer)
    code = sealer().token(CODE, UUID(sent.json()["id"]))
    taken = await client.put(
        f"/api/v1/invitations/{code}/acceptance", json={"supplier_id": str(carl.supplier_id)}, headers=carl.bearer
    )
    assert taken.status_code == 200
    assert "adults" in await keys(client, two, carl)
    assert "partner1_email" not in await keys(client, two, carl)
