"""A page offers its reader what they may do, and nothing that is refused: each link is followed, each form looked up.

Each of the cast begins where they work and goes where they are shown, in a world that has something of most things. A
link has to lead somewhere; a form's address stands in the table of pages, with an answer that is no refusal to them.
"""

import re
from html.parser import HTMLParser
from typing import Final

import msgspec
import pytest
from tests.features.staging import Stage, stage
from tests.features.test_every_page_as_everybody import ASKS, CAST, Ask
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase
from tests.support.world import World, key

from wedsync.features.amendments.actions import propose
from wedsync.features.amendments.model import Kind, Proposal, ReasonCode, Wanted
from wedsync.features.clients import actions as clients
from wedsync.features.clients.model import ClientSaid
from wedsync.features.clients.note_actions import write_note
from wedsync.features.clients.note_model import NoteSaid
from wedsync.features.connections.model import Level
from wedsync.features.connections.requests import Ask as Wish
from wedsync.features.connections.requests import ask as ask_for
from wedsync.features.people import actions as people
from wedsync.features.people import ownership_actions
from wedsync.features.weddings import actions as weddings
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.permissions import Area, KeyScope
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MAKERS: Final = {"s": "anna", "w": "clara"}
TEAM: Final = ("anna", "ada", "mia", "ben", "vera")
COUPLE: Final = ("clara", "colin", "cora")
FORMS: Final = tuple(each for each in ASKS if each.method == "POST")
MOST_OF_A_KIND: Final = 1
FEWEST_OFFERED: Final = 70


class Reading(HTMLParser):
    """Where a page's links lead, and what its forms and buttons are sent to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        is_sent = tag != "form" or found.get("method") == "post"
        for name in ("href", "action", "formaction", "hx-get", "hx-post", "data-seen-url"):
            if found.get(name, "").startswith("/") and tag != "link":
                is_link = name in {"href", "hx-get"} or not is_sent
                (self.links if is_link else self.forms).append(found[name].partition("#")[0])


class Walk(msgspec.Struct):
    """Where somebody was led, and what was offered to them, each address of a kind once."""

    dead_links: list[str] = []
    forms: dict[str, str] = {}
    seen: dict[str, int] = {}


async def furnish(app: WebApp, asked: Stage, database: Database, tests: TestDatabase) -> None:
    """Everything that a form of the table makes, and what it takes more for."""
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
    assert (await key(database, tests.admin_url, world.anna, *KeyScope)).token
    other = Wish(area=Area.EVENT, level=Level.USUAL, can_write=True, reason="To put times right.")
    change = (Wanted(key="partner1_first_name", value="Clare"),)
    async with database.transaction(world.anna.actor) as tx:
        said = ClientSaid(name="Kit & Lou", email="kit@example.org")
        kept = await clients.write_client(tx, world.supplier_id, said)
        gone = await clients.write_client(tx, world.supplier_id, ClientSaid(name="Gone & Back"))
        await write_note(tx, world.supplier_id, kept.id, NoteSaid(body="Rang"))
        await clients.remove_clients(tx, world.supplier_id, [gone.id])
        await ownership_actions.offer_ownership(tx, world.supplier_id, world.ben.person_id)
        await ask_for(tx, world.wedding_id, other)
        await propose(tx, world.wedding_id, Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.MISTAKE, wanted=change))
        await people.begin_session(tx, world.anna.person_id, "another test")
    async with database.transaction(world.clara.actor) as tx:
        party = await weddings.add_event(tx, world.wedding_id, weddings.NewEvent(kind=EventKind.PARTY, title="Party"))
        await weddings.remove_event(tx, world.wedding_id, party.id)


@pytest.fixture(scope="module")
async def full(database: Database, own_database: TestDatabase, app: WebApp) -> Stage:
    asked = await stage(database, own_database)
    await furnish(app, asked, database, own_database)
    return asked


async def test_nobody_is_offered_what_they_would_be_refused(app: WebApp, full: Stage) -> None:
    dead, refused, offered = list[str](), list[str](), set[str]()
    for name in CAST:
        walk = await walked(app, full, name)
        dead += [f"{name}: {link}" for link in walk.dead_links]
        for form, page in walk.forms.items():
            ask = asked_by(form)
            offered.add(ask.route)
            if is_refused(ask, form, as_whom(form, name, full.world)):
                refused.append(f"{name}: {form} on {page}")
    assert dead == []
    assert refused == []
    assert len(offered) >= FEWEST_OFFERED


def test_a_button_that_is_refused_would_be_found(full: Stage) -> None:
    invite = f"/s/{full.world.supplier_id}/team/invitations"
    assert Reading(f'<form method="post" action="{invite}"><button formaction="/x">').forms == [invite, "/x"]
    assert [name for name in TEAM if is_refused(asked_by(invite), invite, name)] == ["mia", "ben", "vera"]
    assert is_refused(asked_by(invite), invite, "clara")


async def walked(app: WebApp, asked: Stage, name: str) -> Walk:
    """From where they work and every page that the table gives them, wherever links lead within the house."""
    visitor, walk = Visitor(app, asked.who(name)), Walk()
    ways = [("", "/"), *(("the table", path) for path in pages_of(name, asked.world))]
    while ways:
        came_from, path = ways.pop(0)
        if walk.seen.get(plain(path), 0) >= MOST_OF_A_KIND:
            continue
        walk.seen[plain(path)] = walk.seen.get(plain(path), 0) + 1
        answer = await visitor.get(path)
        if answer.is_redirect:
            ways.append((path, answer.headers["location"]))
        elif not answer.is_success:
            walk.dead_links.append(f"{path} on {came_from}: {answer.status_code}")
        elif "html" in answer.headers["content-type"]:
            page = Reading(answer.text)
            ways += [(path, link) for link in page.links]
            walk.forms |= dict.fromkeys(page.forms, path)
    return walk


def pages_of(name: str, world: World) -> list[str]:
    given = [each.route for each in ASKS if each.method == "GET" and each.expected.split()[CAST.index(name)] == "200"]
    return [
        each.format(supplier_id=world.supplier_id, wedding_id=world.wedding_id, key="wedding_date", token="none")
        for each in given
    ]


def asked_by(form: str) -> Ask:
    """Its line of the table; of two that could be meant, the one that says more of it."""
    found = [each for each in FORMS if re.fullmatch(pattern(each.route), form.partition("?")[0])]
    assert found, form
    return min(found, key=lambda each: each.route.count("{"))


def is_refused(ask: Ask, form: str, name: str) -> bool:
    """By the table. What is not there (404) is no refusal to who belongs to the place; what everybody is answered alike
    says nothing of who they are.
    """
    answers = ask.expected.split()
    answer, belongs = answers[CAST.index(name)], {"s": TEAM, "w": COUPLE}.get(form.split("/")[1], CAST)
    is_alike = len(set(answers[: CAST.index("oli")])) == 1 and answer != "401"
    return not is_alike and (answer in {"401", "403"} or (answer == "404" and name not in belongs))


def as_whom(form: str, name: str, world: World) -> str:
    """The owner of another business does there what Anna does in hers."""
    return "anna" if str(world.other_supplier_id) in form and name == "eve" else name


def pattern(route: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route.partition("?")[0]))


def plain(path: str) -> str:
    """What two addresses of a kind have in common: all but whose they are, and what was chosen."""
    place, _, query = path.partition("?")
    return "?".join((ID.sub("*", place), *sorted(each.partition("=")[0] for each in query.split("&"))))
