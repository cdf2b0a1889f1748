"""Live streams: who of the cast hears which kind of event.

One line says of each scope who hears it, and of each kind where it is told; what the code tells and is not in the table
fails the test that reads the code.

An event carries a kind and an id. Whoever hears it asks again under their own rights.
"""

import ast
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, TypeAlias
from uuid import uuid4

import msgspec
import psycopg
import pytest
from tests.features.staging import Stage
from tests.features.test_every_page_as_everybody import CAST
from tests.support.database import TestDatabase
from tests.support.streams import REFRESH, Page, opened
from tests.support.web import served, settings_for

from wedsync.entrypoints.web import create_app
from wedsync.platform.database import OPERATORS, Event
from wedsync.platform.realtime import MOVES, SESSION, couple_of

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
SOURCE: Final = Path(__file__).resolve().parents[2] / "src/wedsync"
# Who hears what is told to whom. A person's own events are told here to Ben.
HEARD_BY: Final = {
    "person": "ben",
    "business": "anna ada mia ben vera",
    "wedding": "anna ada mia ben vera clara colin cora",
    "couple": "clara",
    "operators": "olga",
}
TOLD: Final = {
    "capacity": "person",
    "clients": "business",
    "invitations": "business",
    "keys": "business",
    "team": "business",
    "connection": "business wedding",
    "requests": "business couple",
    "seen": "business couple",
    "sharing": "couple",
    "facts": "wedding couple",
    "amendments": "wedding",
    "day": "wedding",
    "members": "wedding",
    "operations": "operators",
}
CELLS: Final = tuple((kind, scope) for kind, scopes in TOLD.items() for scope in scopes.split())
# How the code names a scope: in another way, and the test that reads it asks for a word here.
NAMED: Final = {
    "person": "str(person) str(person_id) str(tx.person_id) str(begun.person_id)",
    "business": "str(supplier) str(supplier_id) str(accepted.supplier_id) str(declined.supplier_id) "
    "str(tx.actor.supplier_id)",
    "wedding": "str(wedding_id) str(each) str(times.wedding_id) scope",
    "couple": "couple_of(wedding_id) scope",  # `scope` is either, by what was written
    "operators": "OPERATORS",
}


def test_the_table_names_every_event_that_the_code_tells() -> None:
    told = {pair for path in sorted(SOURCE.rglob("*.py")) for pair in events_in(ast.parse(path.read_text("utf-8")))}
    assert told - set(CELLS) == {(SESSION, "person")}  # it ends streams, and is told to nobody
    assert set(CELLS) - told == set()


def events_in(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Each kind of event that a module tells, with each scope it is told to."""
    calls = [each for each in ast.walk(module) if isinstance(each, ast.Call)]
    for call in calls:
        given = {each.arg: each.value for each in call.keywords}
        if ast.unparse(call.func) in {"Event", "Told"} and {"kind", "scope"} <= set(given):
            scopes = [scope for scope, said in NAMED.items() if ast.unparse(given["scope"]) in said.split()]
            assert scopes, ast.unparse(call)
            yield from ((kind, scope) for kind in _kinds(given["kind"], calls) for scope in scopes)


def _kinds(said: ast.expr, calls: list[ast.Call]) -> set[str]:
    """The word, or every word that the module's `_tell` is given."""
    given = [said]
    if not isinstance(said, ast.Constant):
        told = [each for each in calls if ast.unparse(each.func) == "_tell"]
        given = [value for each in told for value in (*each.args, *(word.value for word in each.keywords))]
    return {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}


@pytest.fixture(scope="module")
async def url(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[str]:
    app = create_app(settings_for(own_database, valkey_url, base_url=""))
    async with served(app) as found:
        while not app.services.live.is_listening:  # noqa: ASYNC110 - only tests wait for it
            await asyncio.sleep(0.01)
        yield found


async def test_everybody_hears_what_the_table_says_and_nothing_else(url: str, still: Stage, admin: Admin) -> None:
    world = still.world
    scopes = {
        "person": str(world.ben.person_id),
        "business": str(world.supplier_id),
        "wedding": str(world.wedding_id),
        "couple": couple_of(world.wedding_id),
        "operators": OPERATORS,
    }
    everybody = {name: somebody for name in CAST if (somebody := still.who(name)) is not None}
    async with AsyncExitStack() as stack:
        pages = {name: await stack.enter_async_context(opened(url, each)) for name, each in everybody.items()}
        for kind, scope in CELLS:
            hearing = HEARD_BY[scope].split()
            await tell(admin, kind, scopes[scope])
            for name in hearing:
                assert await heard(pages[name]) == kind, (name, kind, scope)
                if kind in MOVES:  # it may be elsewhere now: it is told to look at everything
                    assert await heard(pages[name]) == REFRESH["kind"]
            for name, somebody in everybody.items():  # nothing came before it
                await tell(admin, "last", str(somebody.person_id))
                assert await heard(pages[name]) == "last", (name, kind, scope)
    assert len(CELLS) * len(everybody) == 198  # cells; Nobody has no stream at all (test_realtime)


async def tell(admin: Admin, kind: str, scope: str) -> None:
    event = Event(kind=kind, id=str(uuid4()), scope=scope)
    await admin.execute("select pg_notify('live', %s)", [msgspec.json.encode(event).decode()])


async def heard(page: Page) -> str:
    """What the page is told next."""
    found = await page.hears()
    assert found is not None
    return found["kind"]
