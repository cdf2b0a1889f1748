"""A page offers its reader what they may do, and nothing that is refused: each link is followed, each form looked up.

Each of the cast begins where they work and goes where they are shown, in a world that has something of most things. A
link has to lead somewhere; a form's address stands in the table of pages, with an answer that is no refusal to them.
"""

import re
from html.parser import HTMLParser
from typing import Final

import msgspec
import pytest
from tests.features.furnishing import FORMS, furnished
from tests.features.staging import Stage
from tests.features.test_every_page_as_everybody import ASKS, CAST, Ask
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase
from tests.support.world import World

from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TEAM: Final = ("anna", "ada", "mia", "ben", "vera")
COUPLE: Final = ("clara", "colin", "cora")
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


@pytest.fixture(scope="module")
async def full(database: Database, own_database: TestDatabase, app: WebApp) -> Stage:
    return await furnished(app, database, own_database)


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
