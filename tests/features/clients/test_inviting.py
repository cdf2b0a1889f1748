"""From client to wedding: whom a letter goes to, what becomes of it, and what stands beside the client then."""

from datetime import date
from typing import Final

import httpx
import msgspec
import pytest
from tests.features.visitor import Visitor
from tests.support.world import Somebody, connect, owner, person, wedding

from wedsync.features.clients import actions, inviting
from wedsync.features.clients.model import ClientChange, ClientSaid
from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Ending
from wedsync.features.people.jobs import CODE
from wedsync.features.people.model import SentInvitation
from wedsync.kernel.ids import ClientId, SupplierId, WeddingId
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.problems import Conflict, Invalid, NotFound
from wedsync.platform.database import ById, Database, NoParams, Query
from wedsync.platform.http.app import WebApp
from wedsync.platform.rate_limits import INVITATIONS, RateLimits


class Kind(msgspec.Struct, frozen=True):
    """What happened."""

    kind: str


KINDS: Final = Query(ById, Kind, "select kind from live.client_events where client_id = %(id)s order by id")
TWO_TRADES: Final = Query(
    NoParams,
    Kind,
    "update app.suppliers set supplier_types = '{photographer,videographer}' returning 'changed' as kind",
)


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await owner(database, "Anna")


@pytest.fixture
async def clara(database: Database) -> Somebody:
    return await person(database, "Clara")


def business(somebody: Somebody) -> SupplierId:
    assert somebody.supplier_id is not None
    return somebody.supplier_id


async def written(database: Database, boss: Somebody, said: ClientSaid) -> ClientId:
    async with database.transaction(boss.actor) as tx:
        return (await actions.write_client(tx, business(boss), said)).id


async def invited(database: Database, boss: Somebody, client: ClientId) -> SentInvitation:
    async with database.transaction(boss.actor) as tx:
        return await inviting.invite_client(tx, business(boss), client)


async def accepted(database: Database, partner: Somebody, own: WeddingId, sent: SentInvitation) -> None:
    async with database.transaction(partner.actor) as tx:
        await connections.accept_as_couple(tx, own, tx.sealer.token(CODE, sent.id))


async def happened(database: Database, boss: Somebody, client: ClientId) -> list[str]:
    async with database.transaction(boss.actor) as tx:
        return [each.kind for each in await tx.all(KINDS, ById(client))]


async def test_a_client_is_invited_and_connected_once_the_couple_comes(
    client: httpx.AsyncClient, database: Database, anna: Somebody, clara: Somebody
) -> None:
    own = await wedding(database, clara)
    lee = await written(database, anna, ClientSaid(name="Clara & Dan", email=clara.email.upper()))
    other = await written(database, anna, ClientSaid(name="Ann Lee"))
    at = f"/api/v1/suppliers/{anna.supplier_id}/clients/{lee}"
    answer = await client.post(f"{at}/invitation", json={}, headers=anna.bearer)
    sent = msgspec.json.decode(answer.content, type=SentInvitation)
    assert (answer.status_code, sent.email, sent.name, sent.service) == (
        201,
        clara.email,
        "Clara & Dan",
        "photographer",
    )
    await accepted(database, clara, own, sent)
    assert (await client.get(at, headers=anna.bearer)).json()["wedding_id"] == str(own)
    assert await happened(database, anna, lee) == ["written", "invited", "connected"]
    assert await happened(database, anna, other) == ["written"]
    with pytest.raises(Conflict, match="Connected to their wedding already"):
        await invited(database, anna, lee)


async def test_why_no_letter_goes_is_said(database: Database, anna: Somebody) -> None:
    with pytest.raises(Conflict, match="no address to write to"):
        await invited(database, anna, await written(database, anna, ClientSaid(name="Ann Lee")))
    lee = await written(database, anna, ClientSaid(name="Ann Lee", partner_email="bea@example.org"))
    assert (await invited(database, anna, lee)).email == "bea@example.org"
    async with database.transaction(anna.actor) as tx:
        await actions.change_client(tx, business(anna), lee, ClientChange(email="ann@example.org"))
    with pytest.raises(Conflict, match=r"Invited already, at bea@example\.org"):
        await invited(database, anna, lee)
    twin = await written(database, anna, ClientSaid(name="Bea Lee", email="bea@example.org"))
    with pytest.raises(Conflict, match=r"Invited already, at bea@example\.org"):
        await invited(database, anna, twin)


async def test_who_does_several_things_says_which(database: Database, anna: Somebody) -> None:
    lee = await written(database, anna, ClientSaid(name="Ann Lee", email="ann@example.org"))
    async with database.transaction(anna.actor) as tx:
        await tx.one(TWO_TRADES, NoParams())
        with pytest.raises(Invalid):
            await inviting.invite_client(tx, business(anna), lee)
        sent = await inviting.invite_client(tx, business(anna), lee, SupplierType.VIDEOGRAPHER)
    assert sent.service == "videographer"


async def test_letters_to_clients_count_as_any_other(
    client: httpx.AsyncClient, database: Database, valkey_url: str, anna: Somebody
) -> None:
    limits = RateLimits(valkey_url)
    for number in range(INVITATIONS.most):
        await limits.take_invitation(str(anna.person_id), f"{number}@example.org")
    await limits.close()
    lee = await written(database, anna, ClientSaid(name="Ann Lee", email="ann@example.org"))
    at = f"/api/v1/suppliers/{anna.supplier_id}/clients/{lee}/invitation"
    assert (await client.post(at, json={}, headers=anna.bearer)).status_code == 429
    assert await happened(database, anna, lee) == ["written"]


async def test_a_client_is_linked_by_hand_to_a_wedding_of_the_business_and_unlinked(
    client: httpx.AsyncClient, database: Database, anna: Somebody, clara: Somebody
) -> None:
    own, strange = await wedding(database, clara), await wedding(database, clara)
    await connect(database, clara, own, anna)
    lee = await written(database, anna, ClientSaid(name="Clara & Dan"))
    at = f"/api/v1/suppliers/{anna.supplier_id}/clients/{lee}/wedding"
    client.headers.update(anna.bearer)
    assert (await client.put(at, json={"wedding_id": str(strange)})).status_code == 404
    for _ in range(2):
        assert (await client.put(at, json={"wedding_id": str(own)})).json()["wedding_id"] == str(own)
    assert (await client.put(at, json={"wedding_id": str(strange)})).status_code == 409
    assert (await client.delete(at)).json()["wedding_id"] is None
    assert (await client.delete(at)).status_code == 404
    assert await happened(database, anna, lee) == ["written", "connected", "changed"]
    async with database.transaction(clara.actor) as tx:
        await connections.end_connection(tx, own, business(anna), Ending.DISCONNECTED)
    async with database.transaction(anna.actor) as tx:
        with pytest.raises(NotFound):
            await inviting.link_wedding(tx, business(anna), lee, own)
    async with database.transaction(anna.actor) as tx:
        with pytest.raises(NotFound):
            await inviting.unlink_wedding(tx, business(anna), lee)


async def test_what_they_share_stands_beside_what_is_kept_and_differences_are_said(
    app: WebApp, database: Database, anna: Somebody, clara: Somebody
) -> None:
    own = await wedding(database, clara, wedding_date="2031-06-21", adults=92, reception_venue_name="The Old Mill")
    await connect(database, clara, own, anna)
    lee = await written(
        database,
        anna,
        ClientSaid(
            name="Clara Hughes & Dan Whitfield", event_date=date(2031, 6, 14), venue="Old Mill, Bath", guests=80
        ),
    )
    visitor, at = Visitor(app, anna), f"/s/{anna.supplier_id}/clients/{lee}"
    assert "Not connected" in await visitor.look(at)
    await visitor.send(f"{at}/wedding", wedding_id=str(own))
    page = await visitor.look(at)
    assert "Their day is 1 week later than yours." in page
    assert "They count 12 more." in page
    assert "<dt>They share</dt><dd>Sat 21 Jun 2031</dd>" in page
    assert 'value="2031-06-14"' in page
    assert "another place" not in page
    assert "Connected to their wedding" in page
    async with database.transaction(clara.actor) as tx:
        await connections.end_connection(tx, own, business(anna), Ending.DISCONNECTED)
    ended = await visitor.look(at)
    assert "The connection has ended" in ended
    assert "Sat 21 Jun 2031" not in ended
