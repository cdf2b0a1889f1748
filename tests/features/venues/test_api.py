"""The directory over REST: who publishes, who reads, and how a name is found however it is spelt."""

from itertools import pairwise
from uuid import uuid4

import httpx
import msgspec
import pytest
from tests.features.venues.places import MILL, business_of, published
from tests.support.world import Somebody, member, owner, person

from wedsync.features.trash.actions import restore_to_business
from wedsync.features.venues import actions
from wedsync.features.venues.model import VenueChange
from wedsync.kernel.ids import SupplierId, VenueId
from wedsync.kernel.permissions import SupplierRole, SupplierType
from wedsync.kernel.problems import Forbidden, NotFound
from wedsync.platform.database import Database

SAID = msgspec.to_builtins(MILL)


@pytest.fixture
async def nora(database: Database) -> Somebody:
    """Runs a venue."""
    return await owner(database, "Nora", SupplierType.VENUE)


def own(somebody: Somebody) -> str:
    return f"/api/v1/suppliers/{somebody.supplier_id}/venues"


async def test_a_venue_is_published_changed_removed_and_brought_back(
    client: httpx.AsyncClient, database: Database, nora: Somebody
) -> None:
    client.headers.update(nora.bearer)
    added = await client.post(own(nora), json=SAID)
    assert added.status_code == 201
    one = f"/api/v1/venues/{added.json()['id']}"
    assert (await client.get(one)).json() == added.json()
    assert added.json()["business"] == "Nora's"
    changed = await client.patch(
        f"{own(nora)}/{added.json()['id']}", json={"capacity": 90, "latitude": None, "longitude": None}
    )
    assert changed.json() == added.json() | {"capacity": 90, "latitude": None, "longitude": None}
    removed = await client.delete(f"{own(nora)}/{added.json()['id']}")
    assert (await client.get(one)).status_code == 404
    undo = f"/api/v1/suppliers/{nora.supplier_id}/deletions/{removed.json()['batch']}/restoration"
    assert (await client.put(undo)).json() == {"rows": 1}
    assert (await client.get(one)).json() == changed.json()
    assert (await client.put(undo)).status_code == 409
    gone = await client.delete(f"{own(nora)}/{uuid4()}")
    assert gone.status_code == 404


async def test_what_is_sent_twice_under_one_key_is_published_once(client: httpx.AsyncClient, nora: Somebody) -> None:
    client.headers.update(nora.bearer)
    key = {"idempotency-key": str(uuid4())}
    first, second = [await client.post(own(nora), json=SAID, headers=key) for _ in range(2)]
    assert first.json() == second.json()


async def test_what_does_not_fit_is_named_field_by_field(client: httpx.AsyncClient, nora: Somebody) -> None:
    client.headers.update(nora.bearer)
    wrong = {"name": "…", "address": "Bath", "capacity": 2001, "load_in": "x" * 1001, "latitude": 90.1}
    refused = await client.post(own(nora), json=wrong)
    assert refused.status_code == 422
    fields = [each["field"] for each in refused.json()["errors"]]
    assert fields == ["name", "address", "capacity", "load_in", "latitude", "longitude"]
    right = {
        "name": "X1",
        "address": "Bath BA1 2",
        "capacity": 2000,
        "load_in": "x" * 1000,
        "latitude": 90,
        "longitude": -180,
    }
    assert (await client.post(own(nora), json=right)).status_code == 201


async def test_everybody_signed_in_reads_the_directory_and_nobody_does_not(
    client: httpx.AsyncClient, database: Database, nora: Somebody
) -> None:
    venue = await published(database, nora)
    oli, eve = await person(database, "Oli"), await owner(database, "Eve")
    for somebody in (oli, eve):
        for path in (f"/api/v1/venues/{venue.id}", "/api/v1/venues?q=old+mill"):
            assert (await client.get(path, headers=somebody.bearer)).status_code == 200
            assert (await client.get(path)).status_code == 401


async def test_eve_learns_of_no_business_that_she_could_write_in(
    client: httpx.AsyncClient, database: Database, nora: Somebody
) -> None:
    venue = await published(database, nora)
    eve = await owner(database, "Eve", SupplierType.VENUE)
    client.headers.update({"authorization": eve.bearer["authorization"]})
    assert (await client.post(own(nora), json=SAID)).status_code == 404
    assert (await client.patch(f"{own(nora)}/{venue.id}", json={"capacity": 1})).status_code == 404
    assert (await client.delete(f"{own(nora)}/{venue.id}")).status_code == 404
    # Through her own business it is no venue of hers.
    assert (await client.patch(f"{own(eve)}/{venue.id}", json={"capacity": 1})).status_code == 404
    assert (await client.delete(f"{own(eve)}/{venue.id}")).status_code == 404


async def test_a_photographer_publishes_nothing(client: httpx.AsyncClient, database: Database) -> None:
    anna = await owner(database, "Anna")
    refused = await client.post(own(anna), json=SAID, headers=anna.bearer)
    assert refused.status_code == 403
    assert "a venue" in refused.json()["detail"]


async def test_managers_publish_and_members_do_not(database: Database, nora: Somebody) -> None:
    mia = await member(database, nora, "Mia", SupplierRole.MANAGER)
    ben = await member(database, nora, "Ben", SupplierRole.MEMBER)
    venue = await published(database, mia)
    with pytest.raises(Forbidden):
        await published(database, ben)
    async with database.transaction(mia.actor) as tx:
        batch = await actions.remove_venue(tx, business_of(nora), venue.id)
    # Whoever leads the business undoes anybody's removal.
    async with database.transaction(nora.actor) as tx:
        assert await restore_to_business(tx, business_of(nora), batch) == 1
    with pytest.raises(NotFound):
        async with database.transaction(nora.actor) as tx:
            await actions.change_venue(tx, SupplierId(uuid4()), VenueId(venue.id), VenueChange(capacity=1))


@pytest.mark.parametrize(
    "typed", ["THE OLD MILL", "old mill & granary", "  Old   Mill and G", "‘Old’ Mill", "the old mi"]
)
async def test_a_name_is_found_however_it_is_spelt(
    client: httpx.AsyncClient, database: Database, nora: Somebody, typed: str
) -> None:
    venue = await published(database, nora, msgspec.structs.replace(MILL, name="The Old Mill & Granary"))
    await published(database, nora, msgspec.structs.replace(MILL, name="A New Mill"))
    found = await client.get("/api/v1/venues", params={"q": typed, "limit": 100}, headers=nora.bearer)
    names = {each["name"] for each in found.json()["items"]}
    assert str(venue.id) in {each["id"] for each in found.json()["items"]}
    assert "A New Mill" not in names


async def test_a_name_that_grows_when_it_is_folded_stops_nobody_from_reading_on(
    client: httpx.AsyncClient, database: Database, nora: Somebody
) -> None:
    client.headers.update(nora.bearer)
    for _ in range(2):  # one letter, eighteen when compared
        await published(
            database, nora, msgspec.structs.replace(MILL, name="\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100)
        )
    params: dict[str, str | int] = {"q": "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 3, "limit": 1}
    first = (await client.get("/api/v1/venues", params=params)).json()
    following = await client.get("/api/v1/venues", params={**params, "after": first["next"]})
    assert following.status_code == 200
    assert len(following.json()["items"]) == 1


async def test_the_directory_is_read_part_by_part_and_in_order(
    client: httpx.AsyncClient, database: Database, nora: Somebody
) -> None:
    client.headers.update(nora.bearer)
    word = f"Zz{uuid4().hex[:8]}"
    for letter in "dacb":
        await published(database, nora, msgspec.structs.replace(MILL, name=f"{word} {letter}"))
    for _ in range(3):
        await published(database, nora, msgspec.structs.replace(MILL, name=f"{word} é"))
    seen, after = [], ""
    while True:
        part = (await client.get("/api/v1/venues", params={"q": word, "limit": 2, "after": after})).json()
        seen += part["items"]
        if not (after := part["next"]):
            break
    assert len({each["id"] for each in seen}) == 7
    assert all((one["key"], one["id"]) < (other["key"], other["id"]) for one, other in pairwise(seen))
    assert (await client.get("/api/v1/venues", params={"after": "nowhere"})).status_code == 400
    assert (await client.get("/api/v1/venues", params={"q": "\x00" + word})).status_code == 200
