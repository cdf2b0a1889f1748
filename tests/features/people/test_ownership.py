"""A business changes hands: offered by its owner, agreed to by who holds the letter, and at every moment of one owner."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import httpx
import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.web import client_of
from tests.support.world import Somebody, member, owner, person

from wedsync.features.people import actions
from wedsync.features.people import ownership_actions as ownership
from wedsync.features.people.model import OwnershipOffer
from wedsync.features.people.ownership_letters import OFFER_CODE, SEND_OFFER, SEND_TRANSFER, ToOneOfTwo
from wedsync.features.people.queries import TEAM
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import Conflict, Forbidden, NotFound, Problem
from wedsync.platform.database import NOBODY, ById, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
LETTERS = ((SEND_OFFER, True), (SEND_OFFER, False), (SEND_TRANSFER, True), (SEND_TRANSFER, False))
ROUNDS = 8


class Scene(msgspec.Struct, frozen=True):
    """Anna's business, with Ben in it."""

    anna: Somebody
    ben: Somebody

    @property
    def business(self) -> SupplierId:
        assert self.anna.supplier_id is not None
        return self.anna.supplier_id


@pytest.fixture
async def scene(database: Database) -> Scene:
    anna = await owner(database, "Anna")
    return Scene(anna, await member(database, anna, "Ben", SupplierRole.MEMBER))


@pytest.fixture
async def workshop(own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Workshop]:
    async with Database(own_database.worker_url, sealer()) as opened:
        yield Workshop(database=opened, mailer=OutboxMailer(tmp_path, "us@example.org"), base_url="http://x")


async def offered(database: Database, scene: Scene, to: Somebody | None = None) -> OwnershipOffer:
    async with database.transaction(scene.anna.actor) as tx:
        return await ownership.offer_ownership(tx, scene.business, (to or scene.ben).person_id)


async def accept(database: Database, somebody: Somebody, offer: OwnershipOffer) -> None:
    async with database.transaction(somebody.actor) as tx:
        await ownership.accept_ownership(tx, somebody.person_id, code_of(offer.id))


async def withdraw(database: Database, scene: Scene) -> None:
    async with database.transaction(scene.anna.actor) as tx:
        await ownership.withdraw_ownership(tx, scene.business)


def code_of(offer: UUID) -> str:
    return sealer().token(OFFER_CODE, offer)


async def roles(database: Database, somebody: Somebody, business: SupplierId) -> dict[str, str]:
    team = await database.reader(somebody.actor).all(TEAM, ById(business))
    return {each.display_name: each.role.value for each in team}


async def test_the_owner_offers_on_the_team_page_and_who_agrees_owns_it(
    app: WebApp, database: Database, scene: Scene, admin: Admin
) -> None:
    anna, ben, team = Visitor(app, scene.anna), Visitor(app, scene.ben), f"/s/{scene.business}/team"
    assert "Hand the business over" in await anna.look(team)
    assert "Hand the business over" not in await ben.look(team)
    sent = await anna.send(f"/s/{scene.business}/ownership", person_id=str(scene.ben.person_id))
    assert sent.headers["location"] == f"{team}?told=offered"
    assert "Offered to Ben" in await anna.look(team)
    row = await (
        await admin.execute("select id from app.ownership_offers where receiver_id = %s", [scene.ben.person_id])
    ).fetchone()
    assert row is not None
    assert "Anna offers it to you" in await ben.look(f"/ownership/{code_of(row[0])}")
    assert await roles(database, scene.anna, scene.business) == {"Anna": "owner", "Ben": "member"}
    agreed = await ben.send(f"/ownership/{code_of(row[0])}")
    assert agreed.headers["location"] == f"{team}?told=owner"
    assert await roles(database, scene.anna, scene.business) == {"Anna": "admin", "Ben": "owner"}
    assert "Hand the business over" in await ben.look(team)
    assert (await ben.send(f"/ownership/{code_of(row[0])}")).status_code == 409


async def test_an_open_session_alone_offers_no_business(app: WebApp, scene: Scene, admin: Admin) -> None:
    earlier = "update app.sessions set proved_at = proved_at - interval '15 minutes' where id = %s"
    await admin.execute(earlier, [scene.anna.session_id])
    anna, address = Visitor(app, scene.anna), f"/s/{scene.business}/ownership"
    assert f"/you/prove?next=/s/{scene.business}/team" in await anna.look(f"/s/{scene.business}/team")
    refused = await anna.send(address, person_id=str(scene.ben.person_id))
    assert refused.status_code == 403
    async with client_of(app, **scene.anna.bearer) as program:
        body = {"person_id": str(scene.ben.person_id)}
        answer = await program.put(f"/api/v1/suppliers/{scene.business}/ownership-offer", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "proof-needed")


async def test_over_rest_it_is_offered_read_taken_up_and_the_same_rules_hold(
    client: httpx.AsyncClient, database: Database, scene: Scene
) -> None:
    address = f"/api/v1/suppliers/{scene.business}/ownership-offer"
    body = {"person_id": str(scene.ben.person_id)}
    made = (await client.put(address, json=body, headers=scene.anna.bearer)).json()
    assert (await client.get(address, headers=scene.anna.bearer)).json()["id"] == made["id"]
    assert (await client.get(address, headers=scene.ben.bearer)).status_code == 403
    own = {"person_id": str(scene.anna.person_id)}
    assert (await client.put(address, json=own, headers=scene.anna.bearer)).status_code == 409
    offer = f"/api/v1/ownership-offers/{code_of(UUID(made['id']))}"
    assert (await client.get(offer, headers=scene.ben.bearer)).json()["sender"] == "Anna"
    assert (await client.get(offer, headers=scene.anna.bearer)).status_code == 404
    owned = await client.put(f"{offer}/acceptance", headers=scene.ben.bearer)
    assert owned.json() == {"supplier_id": str(scene.business)}
    assert await roles(database, scene.ben, scene.business) == {"Anna": "admin", "Ben": "owner"}
    assert (await client.put(address, json=own, headers=scene.anna.bearer)).status_code == 403


async def test_the_code_is_nothing_to_whom_it_was_not_written_to(database: Database, scene: Scene) -> None:
    offer = await offered(database, scene)
    mia = await member(database, scene.anna, "Mia", SupplierRole.ADMIN)
    for somebody in (scene.anna, mia, await owner(database, "Eve"), await person(database, "Oli")):
        with pytest.raises(NotFound):
            await accept(database, somebody, offer)
    with pytest.raises(NotFound):
        await accept(database, scene.ben, msgspec.structs.replace(offer, id=UUID(int=1)))
    await accept(database, scene.ben, offer)


async def test_only_the_owner_offers_and_only_to_the_team(database: Database, scene: Scene) -> None:
    eve = await owner(database, "Eve")
    with pytest.raises(NotFound):
        await offered(database, scene, eve)
    with pytest.raises(Conflict):
        await offered(database, scene, scene.anna)
    ada = await member(database, scene.anna, "Ada", SupplierRole.ADMIN)
    for somebody, refusal in ((ada, Forbidden), (eve, NotFound)):
        with pytest.raises(refusal):
            async with database.transaction(somebody.actor) as tx:
                await ownership.offer_ownership(tx, scene.business, scene.ben.person_id)


@pytest.mark.parametrize("how", ["withdrawn", "over", "left", "replaced"])
async def test_what_has_ended_makes_nobody_an_owner(database: Database, scene: Scene, admin: Admin, how: str) -> None:
    offer = await offered(database, scene)
    match how:
        case "withdrawn":
            await withdraw(database, scene)
        case "over":
            past = "update app.ownership_offers set expires_at = app.clock() where id = %s"
            await admin.execute(past, [offer.id])
        case "left":
            async with database.transaction(scene.anna.actor) as tx:
                await actions.remove_member(tx, scene.business, scene.ben.person_id)
        case _:
            await offered(database, scene)
    with pytest.raises(Conflict):
        await accept(database, scene.ben, offer)
    assert (await roles(database, scene.anna, scene.business))["Anna"] == "owner"


async def test_of_an_acceptance_a_second_one_and_a_withdrawal_exactly_one_is_true(
    database: Database, scene: Scene
) -> None:
    async def tried(work: Awaitable[None]) -> bool:
        try:
            await work
        except Problem:
            return False
        return True

    owns, next_one = scene.anna, scene.ben
    for _ in range(ROUNDS):
        now = Scene(owns, next_one)
        offer = await offered(database, now)
        took, took_again, withdrew = await asyncio.gather(
            tried(accept(database, now.ben, offer)),
            tried(accept(database, now.ben, offer)),
            tried(withdraw(database, now)),
        )
        assert took + took_again + withdrew == 1
        if not withdrew:
            owns, next_one = next_one, owns
        found = await roles(database, owns, now.business)
        assert found == {owns.name: "owner", next_one.name: found[next_one.name]}
        assert list(found.values()).count("owner") == 1


async def test_a_business_has_never_two_owners(scene: Scene, admin: Admin) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation, match="supplier_members_owner"):
        await admin.execute(
            "update app.supplier_members set role = 'owner' where person_id = %s", [scene.ben.person_id]
        )


async def test_both_get_a_letter_when_it_is_offered_and_when_it_is_done(
    workshop: Workshop, database: Database, scene: Scene, tmp_path: Path
) -> None:
    offer = await offered(database, scene)
    await write(workshop, offer)
    to_ben, to_anna = read(tmp_path, scene.ben), read(tmp_path, scene.anna)
    assert len(to_ben) == len(to_anna) == 1
    assert f"http://x/ownership/{code_of(offer.id)}" in to_ben[0]
    assert f"withdraw it here: http://x/s/{scene.business}/team" in to_anna[0]
    assert code_of(offer.id) not in to_anna[0]
    await accept(database, scene.ben, offer)
    await write(workshop, offer)
    assert "You own Anna's now." in read(tmp_path, scene.ben)[1]
    assert "Ben owns Anna's now. You are an admin." in read(tmp_path, scene.anna)[1]


async def write(workshop: Workshop, offer: OwnershipOffer) -> None:
    """Every letter there is: those of another state write nothing."""
    for job, is_to_receiver in LETTERS:
        await job.run(workshop, NOBODY, ToOneOfTwo(offer.id, is_to_receiver))


def read(folder: Path, somebody: Somebody) -> list[str]:
    """What they got, oldest first."""
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]
    return [each.get_content() for each in found if somebody.email in each["to"]]
