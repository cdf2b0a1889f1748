"""A world that has something of most things: what the forms of the table make, and what it takes more for."""

from typing import Final

from tests.features.staging import Stage, stage
from tests.features.test_every_page_as_everybody import ASKS, CAST
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase
from tests.support.world import World, key

from wedsync.features.amendments.actions import propose
from wedsync.features.amendments.model import Kind, Proposal, ReasonCode, Wanted
from wedsync.features.client_lists.actions import bring_list
from wedsync.features.client_lists.files import read_file
from wedsync.features.clients import actions as clients
from wedsync.features.clients.bulk_actions import begin_bulk
from wedsync.features.clients.bulk_model import Act, Deed
from wedsync.features.clients.model import ClientSaid
from wedsync.features.clients.note_actions import write_note
from wedsync.features.clients.note_model import NoteSaid
from wedsync.features.clients.queries import Brought, NewClient, NewQuestion
from wedsync.features.clients.rounds import begin_round
from wedsync.features.connections.model import Level
from wedsync.features.connections.requests import Ask as Wish
from wedsync.features.connections.requests import ask as ask_for
from wedsync.features.people import actions as people
from wedsync.features.people import ownership_actions
from wedsync.features.weddings import actions as weddings
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import ClientId, new_id
from wedsync.kernel.permissions import Area, KeyScope
from wedsync.platform.database import Database, Tx
from wedsync.platform.http.app import WebApp

MAKERS: Final = {"s": "anna", "w": "clara"}
FORMS: Final = tuple(each for each in ASKS if each.method == "POST")


async def furnished(app: WebApp, database: Database, tests: TestDatabase) -> Stage:
    """A stage of one's own, with all of it."""
    asked = await stage(database, tests)
    await _by_forms(app, asked)
    assert (await key(database, tests.admin_url, asked.world.anna, *KeyScope)).token
    async with database.transaction(asked.world.anna.actor) as tx:
        await _of_the_business(tx, asked.world)
        await _at_the_wedding(tx, asked.world)
    async with database.transaction(asked.world.clara.actor) as tx:
        new = weddings.NewEvent(kind=EventKind.PARTY, title="Party")
        party = await weddings.add_event(tx, asked.world.wedding_id, new)
        await weddings.remove_event(tx, asked.world.wedding_id, party.id)
    return asked


async def _by_forms(app: WebApp, asked: Stage) -> None:
    world = asked.world
    for ask in FORMS:
        maker = MAKERS.get(ask.route.split("/")[1])
        if maker is None or ask.route.endswith("/end") or ask.expected.split()[CAST.index(maker)] != "303":
            continue
        path = ask.route.format(
            supplier_id=world.supplier_id, wedding_id=world.wedding_id, event_id=asked.event_id, key="", event_key=""
        )
        visitor = Visitor(app, asked.who(maker))
        await visitor.look("/you")
        boxes = {name: value.replace("{unique}", f"a{len(path)}") for name, value in ask.form.items()}
        assert (await visitor.send(path, part=False, **boxes)).status_code < 500, path


async def _of_the_business(tx: Tx, world: World) -> None:
    """Clients with what is kept of them, a list, something done to many, a round, a deletion, an offer, a device."""
    business, kept = world.supplier_id, ClientId(new_id())
    asks = NewQuestion(client_id=kept, target="guests", verbatim="80ish", detail="How many?", offers=("80",))
    new = NewClient(id=kept, name="Kit & Lou", email="kit@example.org")
    await clients.bring_clients(tx, business, [Brought(client=new, questions=(asks,))])
    await write_note(tx, business, kept, NoteSaid(body="Rang"))
    gone = await clients.write_client(tx, business, ClientSaid(name="Gone & Back"))
    await clients.remove_clients(tx, business, [gone.id])
    await begin_bulk(tx, business, [kept], Deed(act=Act.TAG, value="spring"))
    await begin_round(tx, business, [kept])
    await bring_list(tx, business, read_file(b"Name\nAnn Lee\n"), "list.csv")
    await ownership_actions.offer_ownership(tx, business, world.ben.person_id)
    await people.begin_session(tx, world.anna.person_id, "another test")


async def _at_the_wedding(tx: Tx, world: World) -> None:
    """What its supplier asks for, and proposes."""
    wish = Wish(area=Area.EVENT, level=Level.USUAL, can_write=True, reason="To put times right.")
    await ask_for(tx, world.wedding_id, wish)
    change = (Wanted(key="partner1_first_name", value="Clare"),)
    await propose(tx, world.wedding_id, Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.MISTAKE, wanted=change))
