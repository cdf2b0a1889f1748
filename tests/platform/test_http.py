"""The front door: who is let in, what every answer carries, and that nobody is told of what did not happen."""

import json
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from tests.support.database import TestDatabase
from tests.support.rooms import ROOMS
from tests.support.web import BASE_URL, client_of, settings_for, standing
from tests.support.world import Somebody, person

from wedsync.kernel.ids import new_id
from wedsync.platform.database import Database
from wedsync.platform.http import Services, build_app, routes_of
from wedsync.platform.http.app import WebApp

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
COOKIE = "wedsync_session"


@pytest.fixture(scope="module")
async def rooms(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[WebApp]:
    async with standing(build_app(Services(settings_for(own_database, valkey_url)), ROOMS)) as app:
        yield app


@pytest.fixture
async def nobody(rooms: WebApp) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(rooms) as client:
        yield client


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await person(database, "Anna")


@pytest.fixture
async def program(rooms: WebApp, anna: Somebody) -> AsyncIterator[httpx.AsyncClient]:
    """Anna's program, with her token."""
    async with client_of(rooms, **anna.bearer) as client:
        yield client


@pytest.fixture
async def browser(rooms: WebApp, anna: Somebody) -> AsyncIterator[httpx.AsyncClient]:
    """Anna's browser, on our pages."""
    headers = {"cookie": f"{COOKIE}={anna.token}", "origin": BASE_URL, "accept": "text/html"}
    async with client_of(rooms, **headers) as client:
        yield client


async def businesses(admin: Admin, somebody: Somebody) -> int:
    found = await admin.execute("select count(*) from app.supplier_members where person_id = %s", [somebody.person_id])
    row = await found.fetchone()
    assert row is not None
    return int(row[0])


async def test_every_answer_carries_the_security_headers_even_a_refusal(nobody: httpx.AsyncClient) -> None:
    for path in ("/open", "/nowhere", "/broken", "/api/v1/nowhere"):
        headers = (await nobody.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "private, no-store"
        assert "strict-transport-security" not in headers


async def test_behind_tls_the_browser_is_told_to_stay_there(own_database: TestDatabase, valkey_url: str) -> None:
    settings = settings_for(own_database, valkey_url, base_url="https://wedsync.test")
    async with standing(build_app(Services(settings), ROOMS)) as app, client_of(app) as client:
        assert (await client.get("/open")).headers["strict-transport-security"].startswith("max-age=63072000")


async def test_a_well_formed_request_id_is_kept_and_any_other_is_replaced(nobody: httpx.AsyncClient) -> None:
    kept = await nobody.get("/open", headers={"x-request-id": "from-the-proxy-1"})
    replaced = await nobody.get("/open", headers={"x-request-id": "new\tline {evil}"})
    assert kept.headers["x-request-id"] == "from-the-proxy-1"
    assert len(replaced.headers["x-request-id"]) == 24


async def test_a_stranger_sees_what_is_open_and_nothing_else(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/open")).status_code == 200
    refused = await nobody.get("/api/v1/me")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "/problems/signed-out"
    assert refused.json()["instance"] == refused.headers["x-request-id"]


async def test_a_signed_out_reader_of_a_page_is_led_to_the_sign_in_and_back(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/closed", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/closed")


async def test_a_token_and_a_cookie_open_the_same_session(
    program: httpx.AsyncClient, browser: httpx.AsyncClient, anna: Somebody
) -> None:
    assert (await program.get("/api/v1/me")).json()["id"] == str(anna.person_id)
    assert (await browser.get("/closed")).text == str(anna.person_id)


async def test_a_wrong_token_is_nobodys(nobody: httpx.AsyncClient, anna: Somebody) -> None:
    wrong = {"authorization": f"Bearer {anna.token[:-1]}{'A' if anna.token[-1] != 'A' else 'B'}"}
    assert (await nobody.get("/api/v1/me", headers=wrong)).status_code == 401


async def test_the_capacity_stands_in_the_path(browser: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
    supplier, wedding = str(new_id()), str(new_id())
    actor = (await browser.get(f"/s/{supplier}/weddings/{wedding}")).json()
    assert (actor["supplier_id"], actor["wedding_id"]) == (supplier, wedding)
    named = (await program.get(f"/api/v1/weddings/{wedding}", headers={"x-wedsync-supplier": supplier})).json()
    assert (named["supplier_id"], named["wedding_id"]) == (supplier, wedding)
    malformed = (await program.get(f"/api/v1/weddings/{wedding}", headers={"x-wedsync-supplier": "mine"})).json()
    assert malformed["supplier_id"] == "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    "spelling", ["{0.hex}", "{{{0}}}", "urn:uuid:{0}", "uuid:{0}", "0x{0.hex}", "{{{0.hex}}}", "{0}-", "{0}/", "/{0}"]
)
async def test_an_id_that_is_spelt_otherwise_is_nowhere(program: httpx.AsyncClient, spelling: str) -> None:
    """The router would take it, and nobody would read the capacity from it."""
    plain, odd = new_id(), spelling.format(new_id())
    for path in ("/s/{}/weddings/{}", "/api/v1/weddings/{1}", "/api/v1/sessions/{1}"):
        method = "DELETE" if "sessions" in path else "GET"
        answer = await program.request(method, path.format(plain, odd))
        assert answer.status_code == 404, answer.text
    assert (await program.get(f"/api/v1/weddings/{str(plain).upper()}")).json()["wedding_id"] == str(plain)


async def test_every_address_has_one_spelling(program: httpx.AsyncClient) -> None:
    for path in ("/api/v1/sessions/", "/api//v1/sessions", "//api/v1/sessions"):
        assert (await program.delete(BASE_URL + path)).status_code == 404
    assert (await program.get("/api/v1/me")).status_code == 200


async def test_a_write_commits_before_its_answer(program: httpx.AsyncClient, anna: Somebody, admin: Admin) -> None:
    answer = await program.post("/api/v1/suppliers", json={"business": "Alder & Lane"})
    assert answer.status_code == 201, answer.text
    assert await businesses(admin, anna) == 1


@pytest.mark.parametrize("case", [("Refused", 409), ("Broken", 500)])
async def test_a_refusal_or_a_fault_undoes_what_led_to_it(
    program: httpx.AsyncClient, anna: Somebody, admin: Admin, case: tuple[str, int]
) -> None:
    business, status = case
    assert (await program.post("/api/v1/suppliers", json={"business": business})).status_code == status
    assert await businesses(admin, anna) == 0


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ({}, "business", "This is needed."),
        ({"business": 7}, "business", "This must be text."),
        ({"business": "A", "rooms": "2"}, "rooms", "This must be a whole number."),
        ({"business": "A", "colour": "red"}, "colour", "There is no such field here."),
        ({"business": "A", "tags": [1]}, "tags[0]", "This must be text."),
    ],
)
async def test_a_body_that_does_not_fit_is_refused_by_field(
    program: httpx.AsyncClient, body: dict[str, object], field: str, detail: str
) -> None:
    answer = await program.post("/api/v1/suppliers", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"] == [{"field": field, "detail": detail}]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"business": ', "application/json", 400),
        (b'{"business": "\xff"}', "application/json", 400),
        (b"[" * 5000, "application/json", 400),
        (json.dumps({"business": "A", "tags": [["x"] * 3] * 40}).encode(), "application/json", 422),
        (b"business=A", "text/plain", 415),
        (b"business=A", "application/x-www-form-urlencoded", 415),
        (b'{"business": "' + b"A" * 1024 * 1024 + b'"}', "application/json", 413),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    program: httpx.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    answer = await program.post("/api/v1/suppliers", content=content, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_without_an_announced_length_is_measured_too(program: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    answer = await program.post("/api/v1/suppliers", content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


async def test_the_wrong_method_is_told_which_are_right(nobody: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
    answer = await program.put("/api/v1/suppliers", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert (await nobody.get("/api/v1/nothing")).status_code == 404
    assert (await program.get("/api/v1/weddings/not-an-id")).status_code == 404


async def test_a_refused_page_has_a_way_on_and_a_refused_fragment_is_small(nobody: httpx.AsyncClient) -> None:
    page = await nobody.get("/locked", headers={"accept": "text/html"})
    fragment = await nobody.get("/locked", headers={"accept": "text/html", "hx-request": "true"})
    assert page.status_code == fragment.status_code == 423
    assert 'href="/"' in page.text
    assert "<html" in page.text
    assert "<html" not in fragment.text
    problem = (await nobody.get("/locked", headers={"accept": "application/json"})).json()
    assert problem["unlocks_at"] == "2026-05-10T04:00:00+00:00"


async def test_a_fault_tells_nothing_but_its_request(
    nobody: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await nobody.get("/broken", headers={"accept": "application/json"})
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["failed"]


class TestForgery:
    """A form on somebody else's page must not act with Anna's cookie."""

    FORM = "application/x-www-form-urlencoded"

    async def send(self, browser: httpx.AsyncClient, *, token: bool = True, **headers: str) -> int:
        csrf = (await browser.get("/open")).text if token else ""
        body = {"business": "Alder & Lane", "csrf_token": csrf}
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return (await browser.post("/suppliers", data=body, headers=names)).status_code

    async def test_our_own_form_is_taken(self, browser: httpx.AsyncClient, anna: Somebody, admin: Admin) -> None:
        assert await self.send(browser, sec_fetch_site="same-origin") == 303
        assert await businesses(admin, anna) == 1

    async def test_a_form_without_its_token_is_refused(self, browser: httpx.AsyncClient) -> None:
        assert await self.send(browser, token=False) == 403

    @pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://wedsync.test.evil.test"])
    async def test_a_form_from_elsewhere_is_refused_even_with_the_token(
        self, browser: httpx.AsyncClient, origin: str
    ) -> None:
        assert await self.send(browser, origin=origin) == 403

    async def test_what_the_browser_calls_cross_site_is_refused(self, browser: httpx.AsyncClient) -> None:
        assert await self.send(browser, sec_fetch_site="cross-site") == 403

    async def test_a_request_that_shows_no_origin_is_refused(self, browser: httpx.AsyncClient) -> None:
        del browser.headers["origin"]
        assert await self.send(browser) == 403
        assert await self.send(browser, referer=f"{BASE_URL}/open") == 303

    async def test_another_sessions_token_does_not_fit(
        self, browser: httpx.AsyncClient, rooms: WebApp, database: Database
    ) -> None:
        eve = await person(database, "Eve")
        async with client_of(rooms, cookie=f"{COOKIE}={eve.token}") as hers:
            csrf = (await hers.get("/open")).text
        assert csrf
        assert (await browser.post("/suppliers", data={"business": "A", "csrf_token": csrf})).status_code == 403

    async def test_a_program_with_its_token_needs_none_of_this(self, program: httpx.AsyncClient) -> None:
        assert (await program.post("/api/v1/suppliers", json={"business": "Alder"})).status_code == 201


PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


async def heard_from_a_worker(admin: Admin) -> None:
    await admin.execute("insert into jobs.procrastinate_workers default values")


def from_here(app: WebApp) -> httpx.AsyncClient:
    """A program on this machine."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))  # type: ignore[arg-type]  # as client_of
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL)


async def test_health_tells_each_part_on_this_machine_and_a_stranger_only_how_we_are(
    rooms: WebApp, nobody: httpx.AsyncClient, admin: Admin
) -> None:
    await heard_from_a_worker(admin)
    assert (await nobody.get("/health/live")).text == "ok\n"
    assert (await nobody.get("/health/ready")).status_code == 200
    assert (await nobody.get("/api/health")).json() == {"status": "well"}
    async with from_here(rooms) as here:
        health = (await here.get("/api/health")).json()
        for header in PASSED_ON:
            assert (await here.get("/api/health", headers={header: "8.8.8.8"})).json() == {"status": "well"}
    assert health["status"] == "well"
    assert {part["name"] for part in health["parts"]} == {"database", "valkey", "live", "worker", "mail", "backups"}
    assert next(part["version"] for part in health["parts"] if part["name"] == "database").startswith("18")


async def test_figures_are_for_this_machine_only(rooms: WebApp, nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/metrics")).status_code == 404
    async with from_here(rooms) as here:
        assert "wedsync_request_seconds" in (await here.get("/metrics")).text
        for header in PASSED_ON:
            assert (await here.get("/metrics", headers={header: "8.8.8.8"})).status_code == 404


async def test_the_description_of_the_api_is_openapi_3_1(nobody: httpx.AsyncClient) -> None:
    described = (await nobody.get("/api/v1/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/suppliers" in described["paths"]


def test_every_route_stands_in_the_registry(rooms: WebApp) -> None:
    found = {(route.method, route.path): route for route in routes_of(rooms.litestar)}
    assert found["POST", "/api/v1/suppliers"].declaration is None
    open_room = found["GET", "/open"].declaration
    assert open_room is not None
    assert open_room.is_open
    assert found["GET", "/health/live"].surface == "house"
