"""What belongs to Anna, or to Clara and Dan, as Eve asks for it: by every address that takes its id, under theirs and her own.

The ids are real. Eve owns another business and marries too, so nothing is refused for want of a role: only because it
is not hers. Nothing of theirs changes.
"""

import re
from typing import Final, LiteralString, TypeAlias, TypeVar
from uuid import UUID

import msgspec
import psycopg
import pytest
from tests.features.furnishing import furnished
from tests.features.staging import shape_of
from tests.features.test_every_page_as_everybody import ASKS as PAGES
from tests.features.test_every_page_as_everybody import Ask as PageAsk
from tests.features.test_every_route_as_everybody import ASKS as ROUTES
from tests.features.test_every_route_as_everybody import Ask as RouteAsk
from tests.support.database import TestDatabase, sealer
from tests.support.web import BASE_URL, client_of
from tests.support.world import Somebody, World, connect, wedding

from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.http.routes import Route, routes_of

Line = TypeVar("Line", PageAsk, RouteAsk)
Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
# What a name in an address stands for, and where one of theirs is found. %s is the business, or the wedding.
OF_THE_BUSINESS: Final[dict[str, LiteralString]] = {
    "client_id": "select client_id from app.client_notes where supplier_id = %s",
    "note_id": "select id from app.client_notes where supplier_id = %s",
    "question_id": "select id from app.client_questions where supplier_id = %s",
    "filter_id": "select id from app.client_filters where supplier_id = %s",
    "bulk_id": "select id from app.client_bulks where supplier_id = %s",
    "round_id": "select id from app.client_rounds where supplier_id = %s",
    "import_id": "select id from app.client_imports where supplier_id = %s",
    "key_id": "select id from app.api_keys where supplier_id = %s",
    "invitation_id": "select id from app.supplier_invitations where supplier_id = %s and accepted_at is null",
    "batch_id": "select id from app.delete_batches where scope_id = %s",
    "person_id": "select person_id from app.supplier_members where supplier_id = %s and role = 'member'",
}
OF_THE_WEDDING: Final[dict[str, LiteralString]] = {
    "amendment_id": "select id from app.amendments where wedding_id = %s",
    "event_id": "select id from app.wedding_events where wedding_id = %s and delete_batch is null",
    "request_id": "select id from app.grant_requests where wedding_id = %s and answer is null",
    "invitation_id": "select id from app.wedding_invitations where wedding_id = %s and accepted_at is null",
    "batch_id": "select id from app.delete_batches where scope_id = %s",
    "person_id": "select person_id from app.wedding_members where wedding_id = %s and role = 'companion'",
    "proposal_id": "select id from app.fact_proposals where wedding_id = %s",
}
# No rows of somebody: a question, an area, a form of file, a row in a list, an entry that its writer numbers.
WORDS: Final = {"key": "start_time", "area": "contacts", "kind": "csv", "row_number": "1", "entry_id": str(UUID(int=1))}
ELSEWHERE: Final = {"venue_id"}  # Anna's business is no venue: tests/database/test_venues.py
FEWEST_CELLS: Final = 200
HISTORY: Final = "select count(*) from app.audit_events where scope_id = any (%s)"


class Place(msgspec.Struct, frozen=True):
    """Under whose business and wedding something is asked for."""

    supplier_id: SupplierId
    wedding_id: WeddingId


class Scene(msgspec.Struct, frozen=True):
    world: World
    theirs: Place
    hers: Place
    of_the_business: dict[str, UUID]
    of_the_wedding: dict[str, UUID]


@pytest.fixture(scope="module")
async def scene(app: WebApp, database: Database, own_database: TestDatabase) -> Scene:
    world = (await furnished(app, database, own_database)).world
    eve = msgspec.structs.replace(world.eve, supplier_id=None)
    her_wedding = await wedding(database, eve)
    await connect(database, eve, her_wedding, world.eve)
    async with await psycopg.AsyncConnection.connect(own_database.admin_url, autocommit=True) as admin:
        await admin.execute(
            "insert into app.fact_proposals (wedding_id, supplier_id, definition_key, value) values (%s, %s, 'adults', '80')",
            [world.wedding_id, world.supplier_id],
        )
        return Scene(
            world=world,
            theirs=Place(world.supplier_id, world.wedding_id),
            hers=Place(world.other_supplier_id, her_wedding),
            of_the_business=await _found(admin, OF_THE_BUSINESS, world.supplier_id),
            of_the_wedding=await _found(admin, OF_THE_WEDDING, world.wedding_id),
        )


async def _found(admin: Admin, wanted: dict[str, LiteralString], scope: UUID) -> dict[str, UUID]:
    rows = {name: await (await admin.execute(sql, [scope])).fetchone() for name, sql in wanted.items()}
    assert [name for name, row in rows.items() if row is None] == []
    return {name: row[0] for name, row in rows.items() if row is not None}


def objects_at(route: Route) -> set[str]:
    """The names in an address that stand for something of a business or a wedding."""
    names = set(re.findall(r"\{(\w+)\}", route.path))
    return names - {"supplier_id", "wedding_id"} - set(WORDS) if names & {"supplier_id", "wedding_id"} else set()


def is_for_business(route: Route) -> bool:
    """Whether one asks it for one's business; at a wedding of one's own one asks as oneself."""
    requires = None if route.declaration is None else route.declaration.requires
    return "/suppliers/" in route.path or requires in {Permission.TERMS_ANSWER, Permission.GRANTS_ASK}


def owned(app: WebApp) -> list[Route]:
    found = [each for each in routes_of(app.litestar) if each.surface != "house" and objects_at(each) - ELSEWHERE]
    return [each for each in found if not each.path.startswith(("/operations", "/api/v1/operations"))]


def is_of_wedding(route: Route) -> bool:
    return route.path.startswith(("/w/", "/api/v1/weddings/"))


def at(route: Route, scene: Scene, place: Place) -> str:
    business, theirs = scene.of_the_business, scene.of_the_wedding
    objects = business | theirs if is_of_wedding(route) else theirs | business
    return route.path.format_map(
        {name: str(value) for name, value in objects.items()}
        | WORDS
        | {"supplier_id": place.supplier_id, "wedding_id": place.wedding_id}
    )


async def test_eve_finds_nothing_of_theirs_by_any_address_and_changes_nothing(
    app: WebApp, scene: Scene, admin: Admin
) -> None:
    before = await _history(admin, scene)
    leaks, cells = [], 0
    for route in owned(app):
        for place in (scene.theirs, scene.hers):
            status = await asked(app, route, at(route, scene, place), scene.world.eve)
            cells += 1
            if status != 404 and not (status == 303 and route.method == "GET"):
                leaks.append(f"{route.method} {route.path} {'theirs' if place is scene.theirs else 'hers'}: {status}")
    assert "\n".join(leaks) == ""
    assert await _history(admin, scene) == before
    assert cells >= FEWEST_CELLS


async def test_they_find_it_themselves(app: WebApp, scene: Scene) -> None:
    """The control: the ids are real, and the addresses right."""
    lost = []
    for route in (each for each in owned(app) if each.method == "GET"):
        who = scene.world.clara if is_of_wedding(route) else scene.world.anna
        status = await asked(app, route, at(route, scene, scene.theirs), who)
        if status not in {200, 303}:
            lost.append(f"{route.path}: {status}")
    assert lost == []


async def _history(admin: Admin, scene: Scene) -> int:
    found = await (await admin.execute(HISTORY, [[scene.theirs.supplier_id, scene.theirs.wedding_id]])).fetchone()
    assert found is not None
    return int(found[0])


async def asked(app: WebApp, route: Route, path: str, who: Somebody) -> int:
    """With what the tables of pages and routes send, so that nothing is refused for its form."""
    if route.surface == "page":
        return await _by_browser(app, route.method, path, _line(PAGES, route).form, who)
    ask = _line(ROUTES, route)
    query = f"?{ask.route.partition('?')[2]}"
    headers = who.bearer if is_for_business(route) else {"authorization": f"Bearer {who.token}"}
    headers |= {"if-match": ask.if_match} if ask.if_match else {}
    async with client_of(app) as program:
        return (await program.request(route.method, path + query, json=ask.body, headers=headers)).status_code


async def _by_browser(app: WebApp, method: str, path: str, form: dict[str, str], who: Somebody) -> int:
    headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin", "accept": "text/html"}
    headers["cookie"] = f"wedsync_session={who.token}"
    async with client_of(app) as browser:
        if method == "GET":
            return (await browser.get(path, headers=headers)).status_code
        fields = form | {"csrf_token": sealer().sign("csrf", who.session_id.bytes)}
        return (await browser.post(path, data=fields, headers=headers)).status_code


def _line(table: tuple[Line, ...], route: Route) -> Line:
    """What the table says of an address."""
    return next(each for each in table if (each.method, shape_of(each.route)) == (route.method, shape_of(route.path)))
