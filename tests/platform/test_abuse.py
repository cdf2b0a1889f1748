"""What is done to the transport by whoever means no good: headers, cookies, hosts, redirects, letters, bytes and paths."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from tests.support.database import TestDatabase
from tests.support.rooms import ROOMS
from tests.support.web import BASE_URL, client_of, served, settings_for, standing
from tests.support.world import Somebody, person
from uvicorn._types import ASGIApplication

from wedsync.entrypoints.commands.web import config_for
from wedsync.entrypoints.web import create_app
from wedsync.features.people.api import address_in
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.problems import Invalid
from wedsync.platform.database import Database
from wedsync.platform.http import Services, build_app
from wedsync.platform.http.answers import LONGEST_PATH, local_path
from wedsync.platform.http.app import WebApp
from wedsync.platform.http.exchange import LONGEST_COOKIES, counted_as
from wedsync.platform.mail import LONGEST_SUBJECT, Letter, OutboxMailer, one_line
from wedsync.platform.rate_limits import ANONYMOUS

COOKIE: Final = "wedsync_session"
PROXY: Final = "10.200.0.9"
ELSEWHERE: Final = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
    "/\r\nset-cookie: a=b", "/\0", "https:evil.example", "https://evil.example", "javascript:alert(1)", "evil.example",
    "@evil.example", "\t//evil.example", " //evil.example", "/\u2028/evil.example", "/\x85/evil.example", "",
    "/" + "a" * LONGEST_PATH,
)  # fmt: skip


@pytest.fixture(scope="module")
async def rooms(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[WebApp]:
    settings = settings_for(own_database, valkey_url, trusted_proxies=(f"{PROXY}/32",))
    async with standing(build_app(Services(settings), ROOMS)) as app:
        yield app


@pytest.fixture(scope="module")
def behind_proxy(rooms: WebApp) -> ASGIApplication:
    """As the web command serves it."""
    config = config_for(rooms, rooms.services.settings)
    config.load()
    return cast("ASGIApplication", config.loaded_app)


@pytest.fixture
async def nobody(rooms: WebApp) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(rooms) as client:
        yield client


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await person(database, "Anna")


async def asked(app: ASGIApplication, peer: str, times: int, headers: list[tuple[str, str]]) -> list[int]:
    """A program at this address asks so often; `{}` in a header is another number each time."""
    transport = httpx.ASGITransport(app=app, client=(peer, 1))  # type: ignore[arg-type]  # two words for one protocol
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        answers = [
            await client.get("/api/v1/open", headers=[(name, value.format(number)) for name, value in headers])
            for number in range(times)
        ]
    return [each.status_code for each in answers]


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("203.0.113.1", [("x-forwarded-for", "198.51.100.{}")]),
        ("203.0.113.2", [("forwarded", "for=198.51.100.{}"), ("x-real-ip", "198.51.100.{}")]),
        (
            "203.0.113.3",
            [("x-client-ip", "1.1.1.{}"), ("cf-connecting-ip", "1.1.1.{}"), ("true-client-ip", "1.1.1.{}")],
        ),
        # What the proxy itself adds is the last one, in the last line; whatever stands before it was brought along.
        (PROXY, [("x-forwarded-for", "198.51.100.{}, 203.0.113.4")]),
        (PROXY, [("x-forwarded-for", "198.51.100.{}"), ("x-forwarded-for", "203.0.113.5")]),
        (PROXY, [("x-forwarded-for", "10.200.0.9, 198.51.100.{}, 203.0.113.6, 10.200.0.9")]),
        (PROXY, [("forwarded", "for=198.51.100.{}"), ("x-forwarded-for", "203.0.113.7")]),
    ],
)
async def test_nobody_escapes_a_limit_by_saying_that_they_are_somebody_else(
    behind_proxy: ASGIApplication, peer: str, headers: list[tuple[str, str]]
) -> None:
    assert await asked(behind_proxy, peer, ANONYMOUS.most + 1, headers) == [200] * ANONYMOUS.most + [429]


async def test_whom_the_proxy_asks_for_are_counted_one_by_one(behind_proxy: ASGIApplication) -> None:
    """The control: the header is read, where it comes from whom it should."""
    statuses = await asked(behind_proxy, PROXY, ANONYMOUS.most + 1, [("x-forwarded-for", "192.0.2.{}")])
    assert statuses == [200] * (ANONYMOUS.most + 1)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:0DB8:0001:0002:0:0:0:7", True),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("::ffff:cb00:7109", "203.0.113.9", True),
        ("::ffff:203.0.113.9", "::ffff:203.0.113.10", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("203.0.113.9", "203.0.113.10", False),
        ("unix:", "203.0.113.10", False),
    ],
)
def test_an_address_is_counted_by_its_network_however_it_is_written(one: str, other: str, *, is_same: bool) -> None:
    assert (counted_as(one) == counted_as(other)) is is_same


@pytest.mark.parametrize("next_url", ELSEWHERE)
def test_a_way_on_never_leads_elsewhere(next_url: str) -> None:
    assert local_path(next_url) == "/"


@pytest.mark.parametrize(
    "next_url", ["/s/1/today?told=saved#x", "/%2f/evil.example", "/.//evil.example", "/..//evil.example", "/é", "/a:b"]
)
def test_a_way_on_within_the_house_stays_in_it_as_a_browser_reads_it(next_url: str) -> None:
    assert local_path(next_url) == next_url
    assert urlsplit(urljoin(f"{BASE_URL}/sign-in", next_url)).netloc == urlsplit(BASE_URL).netloc


async def test_no_redirect_takes_its_host_from_what_was_sent(app: WebApp) -> None:
    """Every door that takes a way on, and the one that makes it from the address that was asked for."""
    async with client_of(app, accept="text/html") as browser:
        for sent in ELSEWHERE:
            if "\0" not in sent:
                page = await browser.get(f"/sign-in?next={quote(sent)}")
                assert "evil.example" not in page.text, sent
        for path in ("/s//evil.example", "/%5Cevil.example", "//evil.example/s", "/you/%0d%0ax: y"):
            answer = await browser.get(BASE_URL + path)
            where = answer.headers.get("location", "/")
            assert urlsplit(where).netloc == ""
            assert where.startswith("/sign-in?next=/") or where == "/"
            assert not where.partition("next=")[2].startswith(("//", "/\\"))


async def test_who_names_another_host_is_refused_but_for_health(app: WebApp) -> None:
    async with client_of(app, accept="text/html") as browser:
        for host in (
            "evil.example",
            "wedsync.test.evil.example",
            "wedsync.test:81",
            "wedsync.test@evil.example",
            "",
            "evil",
        ):
            answer = await browser.get("/sign-in", headers={"host": host, "x-forwarded-host": "wedsync.test"})
            assert answer.status_code == 421, host
            assert "evil" not in answer.text
            assert (await browser.post("/sign-in", headers={"host": host})).status_code == 421
            assert (await browser.get("/health/live", headers={"host": host})).status_code == 200
        for host in ("wedsync.test", "WedSync.test", "wedsync.test:80"):
            assert (await browser.get("/sign-in", headers={"host": host})).status_code == 200
        told = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-original-url": "/sessions"}
        answer = await browser.get("/sign-in", headers=told)
        assert answer.status_code == 200
        assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    "shown",
    [
        f"{COOKIE}=fixed; {COOKIE}={{token}}",
        f"{COOKIE}={{token}}; {COOKIE}=fixed",
        f"{COOKIE}={{token}}; {COOKIE}=",
        f"{COOKIE.upper()}={{token}}",
        f'{COOKIE}="{{token}}"',
        f"{COOKIE}={{token}}%00",
        f"x={'y' * LONGEST_COOKIES}; {COOKIE}={{token}}",
        f"__Host-{COOKIE}={{token}}",
        f"$Version=1; a{COOKIE}={{token}}",
    ],
)
async def test_a_cookie_that_is_not_ours_alone_opens_nothing(
    nobody: httpx.AsyncClient, anna: Somebody, shown: str
) -> None:
    """Beside a session that somebody fixed there, ours does not count, in whichever order they come; nor does theirs."""
    for header in (shown.replace("{token}", anna.token), shown.replace("{token}", "x").replace("fixed", anna.token)):
        answer = await nobody.get("/closed", headers={"cookie": header, "accept": "text/html"})
        assert answer.status_code == 303, header[:60]


async def test_cookies_of_others_by_the_hundred_and_in_any_bytes_are_passed_over(
    nobody: httpx.AsyncClient, anna: Somebody
) -> None:
    ours = f"{COOKIE}={anna.token}"
    many = "; ".join(f"c{number}={'v' * 16}" for number in range(600))
    for header in (f"{many}; {ours}", f"é=\xff; =; ;;; {ours}", f"{ours}; {ours}", f"a=b=c=d; {ours};"):
        began = time.perf_counter()
        answer = await nobody.get("/closed", headers={b"cookie": header.encode("latin-1"), b"accept": b"text/html"})
        assert answer.text == str(anna.person_id)
        assert time.perf_counter() - began < 5  # what grows with the square would take minutes


@pytest.mark.parametrize(
    "subject",
    [
        "Join Anna\r\nBcc: all@example.org",
        "Join Anna\nBcc: all@example.org",
        "Join Anna\r\n\r\n<script>",
        "Join Anna\0\x0b\x0c\x85\u2028Bcc: all@example.org",
        "=?utf-8?q?Join=0D=0ABcc=3A_all@example.org?=",
        "=?utf-8?b?Sm9pbg0KQmNjOiBhbGxAZXhhbXBsZS5vcmc=?=",
        "J" * 5000,
        "J\u00f6in \u202eAnna",
    ],
)
async def test_no_name_adds_a_header_to_a_letter_or_runs_on(subject: str, tmp_path: Path) -> None:
    await OutboxMailer(tmp_path, "us@example.org").send(
        Letter(kind=LetterKind.SECURITY, to="clara@example.org", subject=subject, body="Hello.")
    )
    (laid,) = tmp_path.glob("*.eml")
    message = message_from_bytes(laid.read_bytes(), policy=default)
    assert sorted(message.keys()) == sorted(
        ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
         "MIME-Version")
    )  # fmt: skip
    assert str(message["To"]) == "clara@example.org"
    said = str(message["Subject"])
    assert said.isprintable()
    assert said == one_line(subject)
    assert len(said) <= LONGEST_SUBJECT
    part = message.get_body(("plain",))
    assert part is not None
    assert part.get_content().strip() == "Hello."


@pytest.mark.parametrize(
    "address",
    [
        "clara@example.org\r\nBcc: all@example.org",
        "clara@example.org,all@example.org",
        "clara@example.org; all@example.org",
        "Clara <clara@example.org>",
        "clara@example.org\0",
        "=?utf-8?q?clara?=@example.org, b@example.org",
        "clara@exam ple.org",
        f"{'c' * 300}@example.org",
    ],
)
def test_an_address_is_one_address(address: str) -> None:
    with pytest.raises(Invalid):
        address_in(address)


@pytest.fixture(scope="module")
async def port(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[int]:
    settings = settings_for(own_database, valkey_url, base_url="")
    async with served(build_app(Services(settings), ROOMS)) as url:
        yield urlsplit(url).port or 0


async def said_to(port: int, raw: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


def smuggled() -> Iterator[tuple[str, bytes]]:
    """A request with another one inside, which only one of two readers would see."""
    inner = b"GET /api/v1/open HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /api/v1/open HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    size = str(len(inner)).encode()
    yield "two lengths", head + b"Content-Length: 0\r\nContent-Length: " + size + b"\r\n\r\n" + inner
    yield "two lengths in one", head + b"Content-Length: 0, " + size + b"\r\n\r\n" + inner
    yield "a length and chunks", head + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner
    yield "chunks, misspelt", head + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner
    yield "a length below nothing", head + b"Content-Length: -1\r\n\r\n" + inner
    yield "a length with a sign", head + b"Content-Length: +0\r\n\r\n" + inner
    yield "a space before the colon", head + b"Content-Length : 0\r\n\r\n" + inner
    yield "a folded header", head + b"X: y\r\n Content-Length: 0\r\n\r\n" + inner


@pytest.mark.parametrize(("what", "raw"), list(smuggled()), ids=[what for what, _ in smuggled()])
async def test_a_request_that_two_readers_would_read_differently_is_refused_whole(
    port: int, what: str, raw: bytes
) -> None:
    answer = await said_to(port, raw)
    assert answer.count(b"HTTP/1.1 ") <= 1, what
    assert b"HTTP/1.1 200" not in answer, (what, answer[:200])


async def test_two_requests_one_after_the_other_are_two(port: int) -> None:
    """The control: over the same connection an honest pair is answered twice."""
    one = b"GET /api/v1/open HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = await said_to(port, one + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert answer.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize(
    "body",
    [
        b'{"business": "Mine", "business": "Yours"}',
        b'{"business": "Mine", "rooms": 1, "rooms": 2}',
        b'{"business": "Mine", "\\u0062usiness": "Yours"}',
    ],
)
async def test_json_that_says_one_thing_twice_is_refused(rooms: WebApp, anna: Somebody, body: bytes) -> None:
    async with client_of(rooms, **anna.bearer) as program:
        headers = {"content-type": "application/json"}
        answer = await program.post("/api/v1/suppliers", content=body, headers=headers)
        assert answer.status_code == 400
        assert "twice" in answer.json()["detail"]
        once = await program.post("/api/v1/suppliers", content=b'{"business": "Mine"}', headers=headers)
        assert once.status_code == 201


async def test_an_address_that_says_one_word_twice_is_refused(nobody: httpx.AsyncClient) -> None:
    for query in ("limit=1&limit=2", "a=&a=", "a=1&%61=2", "&".join(f"a{number}=1" for number in range(51))):
        assert (await nobody.get(f"/api/v1/open?{query}")).status_code == 400, query
    assert (await nobody.get("/api/v1/open?limit=1&after=limit")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc%2fpasswd",
        "/static/%5c..%5c..%5cwindows", "/api/v1/../../closed", "/%2e/closed", "/closed%00", "/closed;x=y", "/closed/.",
        "/CLOSED", "/closed%20", "/api/v1/open%2f..%2fme", "/api/v1/me%3f", "/.git/config", "/%c0%ae%c0%ae/etc/passwd",
    ],
)  # fmt: skip
async def test_no_spelling_of_a_path_leads_round_the_door(port: int, anna: Somebody, path: str) -> None:
    """As it is, over a socket: a client would tidy it up before."""
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {anna.token}\r\nConnection: close\r\n\r\n"
    answer = await said_to(port, head.encode())
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), answer[:200]
    assert b"root:" not in answer


async def test_a_letter_and_a_page_name_the_house_and_nobody_who_asked(
    own_database: TestDatabase, valkey_url: str
) -> None:
    """Behind TLS under its own name, where no port is usual but 443."""
    settings = settings_for(own_database, valkey_url, base_url="https://wedsync.test")
    async with standing(create_app(settings)) as secure, client_of(secure) as browser:
        for host, status in (("wedsync.test", 200), ("wedsync.test:443", 200), ("wedsync.test:80", 421)):
            assert (await browser.get("/sign-in", headers={"host": host})).status_code == status
