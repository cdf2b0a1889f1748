"""What a supplier knew before the couple came: put to the couple and to nobody else, a fact only once one of them says so."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import httpx
import msgspec
import pytest
from tests.database.roles import role
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase
from tests.support.world import Somebody, Wedding, connect, join_wedding, owner, person, wedding

from wedsync.features.clients import actions as clients
from wedsync.features.clients import inviting
from wedsync.features.clients import queries as q
from wedsync.features.clients.model import ClientSaid
from wedsync.features.connections import actions as connections
from wedsync.features.connections.accepting import Acceptance, accept
from wedsync.features.connections.model import Ending
from wedsync.features.people.jobs import CODE
from wedsync.features.people.model import SentInvitation
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.model import FactValue
from wedsync.features.weddings.proposal_queries import PROPOSALS
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import SupplierId, WeddingId, new_id
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.zones import today_in
from wedsync.platform.database import NOBODY, Actor, ById, Database
from wedsync.platform.http.app import WebApp

KNOWN: Final = ClientSaid(
    name="Dan Whitfield & Clara Hughes-Jones",
    email="dan@example.org",
    phone="+447700900123",
    event_date=date(2031, 6, 14),
    venue="The Old Mill",
    guests=80,
)
COUNT: Final = "select count(*) from live.fact_proposals"
TAMPER: Final = "update app.fact_proposals set left_at = left_at"
FORGE: Final = (
    "insert into app.fact_proposals (wedding_id, supplier_id, definition_key, value) "
    "select wedding_id, supplier_id, 'children', '1' from live.connections"
)


class Couple(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding whose couple took up the invitation of a caterer that knew something of it."""

    clara: Somebody
    kate: Somebody
    wedding_id: WeddingId

    @property
    def supplier_id(self) -> SupplierId:
        assert self.kate.supplier_id is not None
        return self.kate.supplier_id

    @property
    def proposals(self) -> str:
        return f"/api/v1/weddings/{self.wedding_id}/proposals"


async def invited(
    database: Database, said: ClientSaid = KNOWN, asked: tuple[str, ...] = (), **facts: FactValue
) -> tuple[Couple, SentInvitation]:
    clara, kate = await person(database, "Clara"), await owner(database, "Kate", SupplierType.CATERER)
    couple = Couple(clara=clara, kate=kate, wedding_id=await wedding(database, clara, **facts))
    async with database.transaction(kate.actor) as tx:
        client = await clients.write_client(tx, couple.supplier_id, said)
        asking = [q.NewQuestion(client_id=client.id, target=each, verbatim="?", detail="Which?") for each in asked]
        await tx.run(q.ASK, q.NewRows(supplier_id=couple.supplier_id, rows=q.packed(asking)))
        return couple, await inviting.invite_client(tx, couple.supplier_id, client.id)


async def taken_up(
    database: Database, said: ClientSaid = KNOWN, asked: tuple[str, ...] = (), **facts: FactValue
) -> Couple:
    couple, sent = await invited(database, said, asked, **facts)
    async with database.transaction(couple.clara.actor) as tx:
        await connections.accept_as_couple(tx, couple.wedding_id, tx.sealer.token(CODE, sent.id))
    return couple


async def proposed(database: Database, couple: Couple) -> dict[str, FactValue]:
    found = await database.reader(couple.clara.actor).all(PROPOSALS, ById(couple.wedding_id))
    return {each.key: each.value for each in found}


async def test_what_is_certain_and_new_is_proposed_as_the_fact_would_keep_it(database: Database) -> None:
    # Dan is the wedding's second partner, whom the caterer wrote first; both first names and Dan's last are told already.
    assert await proposed(database, await taken_up(database)) == {
        "partner1_last_name": "Hughes-Jones",
        "partner2_email": "dan@example.org",
        "partner2_phone": "+447700900123",
        "wedding_date": "2031-06-14",
        "reception_venue_name": "The Old Mill",
        "adults": 80,
    }


async def test_who_opens_a_wedding_with_the_invitation_is_put_the_same(database: Database) -> None:
    kate = await owner(database, "Kate", SupplierType.CATERER)
    assert kate.supplier_id is not None
    said = msgspec.structs.replace(KNOWN, email=f"{new_id().hex}@example.org")
    async with database.transaction(kate.actor) as tx:
        client = await clients.write_client(tx, kate.supplier_id, said)
        sent = await inviting.invite_client(tx, kate.supplier_id, client.id)
    async with database.transaction(NOBODY) as tx:
        wanted = Acceptance(name="Dan Whitfield", partner_name="Clara Hughes-Jones")
        accepted = await accept(tx, tx.sealer.token(CODE, sent.id), wanted, device="a test")
    assert accepted.wedding_id is not None
    assert accepted.session is not None
    found = await database.reader(Actor(person_id=accepted.session.person_id)).all(PROPOSALS, ById(accepted.wedding_id))
    assert {each.key for each in found} == {"partner1_phone", "wedding_date", "reception_venue_name", "adults"}
    [kept] = await database.reader(kate.actor).all(q.CLIENT, q.OneClient(supplier_id=kate.supplier_id, id=client.id))
    assert kept.wedding_id == accepted.wedding_id


async def test_a_wedding_that_is_on_takes_an_invitation_up_and_is_put_what_was_known(database: Database) -> None:
    couple, sent = await invited(database)
    today = today_in("Europe/London", utc_now()).isoformat()
    async with database.transaction(couple.clara.actor) as tx:
        on = FactWrite(key="wedding_date", value=today, base_revision=0, accept_lock=True)
        await weddings.record_fact(tx, couple.wedding_id, on)
    async with database.transaction(couple.clara.actor) as tx:
        await connections.accept_as_couple(tx, couple.wedding_id, tx.sealer.token(CODE, sent.id))
    assert "adults" in await proposed(database, couple)


@pytest.mark.parametrize(
    ("said", "asked", "facts"),
    [
        (KNOWN, ("date", "venue", "guests", "email", "phone", "names"), {}),
        (KNOWN, ("",), {}),
        (ClientSaid(name="L", email="a@b.org", event_date=date(2020, 6, 14), guests=1_000), ("email",), {}),
        (
            ClientSaid(name="L", email="a@b.org", event_date=date(2031, 6, 14), venue="the old mill", guests=80),
            ("email",),
            {"wedding_date": "2031-06-14", "ceremony_venue_name": "The Old Mill", "adults": 70, "children": 10},
        ),
    ],
    ids=["asked about", "the whole row in doubt", "what could be no fact", "told already"],
)
async def test_what_is_in_doubt_or_no_news_is_not_proposed(
    database: Database, said: ClientSaid, asked: tuple[str, ...], facts: Mapping[str, FactValue]
) -> None:
    assert await proposed(database, await taken_up(database, said, asked, **facts)) == {}


async def test_the_couple_reads_it_and_no_supplier_does_not_even_the_one_that_knew_it(
    database: Database, own_database: TestDatabase
) -> None:
    couple = await taken_up(database)
    dan, colin, cora = [await person(database, name) for name in ("Dan", "Colin", "Cora")]
    own = Wedding(id=couple.wedding_id, partner=couple.clara)
    for somebody, kind in ((dan, "partner"), (colin, "companion"), (cora, "coordinator")):
        await join_wedding(database, own, somebody, kind)
    anna, eve = await owner(database, "Anna"), await owner(database, "Eve")
    await connect(database, couple.clara, couple.wedding_id, anna, SupplierType.PLANNER)
    told: dict[str, set[str]] = {}
    async with role(own_database.app_url) as as_app:
        for each in (couple.clara, dan, cora, colin, couple.kate, anna, eve):
            actors = {each.actor, Actor(person_id=each.person_id), Actor(person_id=each.person_id, wedding_id=own.id)}
            for actor in sorted(actors, key=str):
                asks = [(await as_app(actor, statement)).short for statement in (COUNT, TAMPER, FORGE)]
                told.setdefault(each.name, set()).add(" ".join(asks))
    assert told == {
        "Clara": {"6 6 -"},
        "Dan": {"6 6 -"},
        "Cora": {"6 6 -"},
        "Colin": {"6 0 -"},
        "Kate": {"0 0 -"},
        "Anna": {"0 0 -"},
        "Eve": {"0 0 -"},
    }


async def test_a_proposal_is_used_as_any_fact_is_written(client: httpx.AsyncClient, database: Database) -> None:
    couple = await taken_up(database, wedding_date="2031-06-21")
    client.headers.update(couple.clara.bearer)
    found = {each["key"]: each for each in (await client.get(couple.proposals)).json()}
    assert (found["wedding_date"]["supplier"], found["wedding_date"]["value"]) == ("Kate's", "2031-06-14")
    use = f"{couple.proposals}/{found['wedding_date']['id']}/acceptance"
    assert (await client.put(use, json={})).status_code == 428
    assert (await client.put(use, json={}, headers={"if-match": '"0"'})).status_code == 412
    used = await client.put(use, json={}, headers={"if-match": '"1"'})
    assert (used.status_code, used.json()["value"], used.json()["revision"]) == (200, "2031-06-14", 2)
    # Said once, it is not proposed again, whatever the fact becomes.
    write = FactWrite(key="wedding_date", value="2031-06-28", base_revision=2)
    async with database.transaction(couple.clara.actor) as tx:
        await weddings.record_fact(tx, couple.wedding_id, write)
    assert "wedding_date" not in await proposed(database, couple)
    assert (await client.put(use, json={}, headers={"if-match": '"3"'})).status_code == 404


async def test_a_fixed_fact_is_not_overwritten_by_a_proposal(client: httpx.AsyncClient, database: Database) -> None:
    couple = await taken_up(database, wedding_date="2031-06-21")
    async with database.transaction(couple.clara.actor) as tx:
        await weddings.confirm_date(tx, couple.wedding_id)
    client.headers.update(couple.clara.bearer)
    found = {each["key"]: each["id"] for each in (await client.get(couple.proposals)).json()}
    refused = await client.put(
        f"{couple.proposals}/{found['wedding_date']}/acceptance", json={}, headers={"if-match": '"1"'}
    )
    assert (refused.status_code, refused.json()["amend_url"]) == (409, f"/w/{couple.wedding_id}/amendments")


async def test_what_is_left_is_gone_and_what_a_supplier_knew_goes_with_its_connection(
    client: httpx.AsyncClient, database: Database
) -> None:
    couple = await taken_up(database)
    client.headers.update(couple.clara.bearer)
    found = {each["key"]: each["id"] for each in (await client.get(couple.proposals)).json()}
    for status in (204, 404):
        assert (await client.delete(f"{couple.proposals}/{found['adults']}")).status_code == status
    assert set(found) - set(await proposed(database, couple)) == {"adults"}
    async with database.transaction(couple.clara.actor) as tx:
        await connections.end_connection(tx, couple.wedding_id, couple.supplier_id, Ending.DISCONNECTED)
    assert await proposed(database, couple) == {}


async def test_each_field_shows_what_was_written_and_one_press_uses_or_leaves_it(
    app: WebApp, database: Database
) -> None:
    couple = await taken_up(database)
    visitor, details = Visitor(app, couple.clara), f"/w/{couple.wedding_id}/details"
    page = await visitor.look(details)
    assert "Kate's wrote: Saturday 14 June 2031" in page
    assert "Kate's wrote: 80" in page
    used = await visitor.send(f"{details}/adults", part=True, value="80", base_revision="0")
    assert "Kate's wrote" not in used.text
    found = await database.reader(couple.clara.actor).all(PROPOSALS, ById(couple.wedding_id))
    date_id = next(each.id for each in found if each.key == "wedding_date")
    left = await visitor.send(f"/w/{couple.wedding_id}/proposals/{date_id}/leave", part=True)
    assert 'id="f-wedding_date"' in left.text
    assert "wrote" not in left.text
    page = await visitor.look(details)
    assert "14 June 2031" not in page
    assert "Kate's wrote: The Old Mill" in page
    kate = await Visitor(app, couple.kate).look(f"/s/{couple.supplier_id}/weddings/{couple.wedding_id}")
    assert "wrote:" not in kate


async def test_only_who_writes_facts_leaves_a_proposal(database: Database) -> None:
    couple = await taken_up(database)
    found = await database.reader(couple.clara.actor).all(PROPOSALS, ById(couple.wedding_id))
    async with database.transaction(couple.clara.actor) as tx:
        taking = weddings.Taking(base_revision=0)
        await weddings.use_proposal(tx, couple.wedding_id, found[0].id, taking)
        await weddings.leave_proposal(tx, couple.wedding_id, found[1].id)
    assert len(await proposed(database, couple)) == len(found) - 2
