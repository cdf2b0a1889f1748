"""Attacks on signing in, with figures: guessing from many places, stuffing, telling who has an account, planted sessions.

What is measured has a control beside it: the same with the protection taken away, where the attack succeeds.
"""

import asyncio
import itertools
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeAlias

import httpx
import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.web import BASE_URL, HOST, client_of, settings_for, standing
from tests.support.world import Somebody, owner, person

from wedsync.entrypoints.web import ROUTES
from wedsync.features.people import actions
from wedsync.features.people.lockouts import account_of
from wedsync.kernel.ids import new_id
from wedsync.platform.database import Database
from wedsync.platform.http import Services, build_app
from wedsync.platform.http.answers import PLAIN_COOKIE
from wedsync.platform.http.app import WebApp
from wedsync.platform.passwords import hash_password
from wedsync.platform.rate_limits import SIGN_IN_PLACE, RateLimits, Rule

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
PASSWORD: Final = "tea lights and a brass band"
GUESS: Final = "a guess that is long enough"
AT_ONCE: Final = 50
LATER: Final = """
update guard.password_tries
set failed_at = (select array_agg(f - interval '31 minutes' order by f) from unnest(failed_at) f),
    locked_until = locked_until - interval '31 minutes'"""


class Unlimited(RateLimits):
    """What remains when no limit by place or address is there: the lockouts alone."""

    async def take(self, rule: Rule, who: str, *, times: int = 1) -> None:
        """Allowed."""


@pytest.fixture(scope="module")
async def bare(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[WebApp]:
    """The application without limits by place."""
    services = Services(settings_for(own_database, valkey_url), Unlimited(valkey_url))
    async with standing(build_app(services, ROUTES)) as opened:
        yield opened


async def with_password(database: Database, name: str = "Clara") -> Somebody:
    somebody = await person(database, name)
    async with database.transaction(somebody.actor) as tx:
        await actions.set_password(tx, somebody.person_id, await hash_password(PASSWORD))
    return somebody


def nobody() -> str:
    return f"{new_id().hex}@example.org"


async def told(app: WebApp, place: str, email: str, password: str = GUESS) -> str:
    """One try from one network address: the status and all that was said, but for the number of the request."""
    transport = httpx.ASGITransport(app=app, client=(place, 40_000))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        answer = await client.post("/api/v1/sessions", json={"email": email, "password": password})
    return f"{answer.status_code} {msgspec.json.encode(answer.json() | {'instance': ''}).decode()}"


async def wave(app: WebApp, tries: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    """Many tries, so many at once; what was said to each address."""
    free, said = asyncio.Semaphore(AT_ONCE), dict[str, Counter[str]]()

    async def one(place: str, email: str) -> None:
        async with free:
            answer = await told(app, place, email)
        said.setdefault(email, Counter())[answer] += 1

    await asyncio.gather(*(one(place, email) for place, email in tries))
    return said


def looked_at(said: Counter[str]) -> int:
    """How many guesses got as far as being compared with the password."""
    return sum(count for answer, count in said.items() if "/problems/forbidden" in answer)


def places(many: int) -> list[str]:
    return [f"10.200.{number >> 8}.{number & 255}" for number in range(many)]


async def half_an_hour_later(admin: Admin) -> None:
    await admin.execute("set role wedsync_guard")
    await admin.execute(LATER)
    await admin.execute("reset role")


async def guessed(app: WebApp, admin: Admin, emails: list[str], *, each: int, many_places: int) -> list[Counter[str]]:
    """Three waves within 62 minutes; of every account all that was said."""
    found = {email: Counter[str]() for email in emails}
    for _ in range(3):
        somewhere = itertools.cycle(places(many_places))
        said = await wave(app, [(next(somewhere), email) for _ in range(each) for email in emails])
        for email, counts in said.items():
            found[email].update(counts)
        await half_an_hour_later(admin)
    return list(found.values())


async def test_from_however_many_places_ten_guesses_an_hour_are_looked_at_and_all_accounts_hear_the_same(
    bare: WebApp, database: Database, admin: Admin
) -> None:
    emails = [(await with_password(database)).email, nobody()]
    said = await guessed(bare, admin, emails, each=12, many_places=24)
    assert [looked_at(each) for each in said] == [10, 10]
    assert said[0] == said[1]


@pytest.mark.deep
async def test_ten_thousand_guesses_from_a_thousand_places_at_a_hundred_accounts(
    bare: WebApp, database: Database, admin: Admin
) -> None:
    emails = [(await with_password(database)).email for _ in range(50)] + [nobody() for _ in range(50)]
    began = time.perf_counter()
    said = await guessed(bare, admin, emails, each=34, many_places=1000)
    print(f"{sum(each.total() for each in said)} tries in {time.perf_counter() - began:.1f} s")  # noqa: T201
    assert sum(each.total() for each in said) > 10_000
    assert max(looked_at(each) for each in said) <= 10
    assert all(each == said[0] for each in said)


async def test_were_nothing_counted_every_guess_would_be_looked_at(
    bare: WebApp, database: Database, admin: Admin
) -> None:
    """The control of the two before it."""
    clara = await with_password(database)
    account, looked = account_of(sealer(), clara.email).account, Counter[str]()
    await admin.execute("set role wedsync_guard")
    for place in places(12):
        looked[await told(bare, place, clara.email)] += 1
        await admin.execute("delete from guard.password_tries where account = %s", [account])
    await admin.execute("reset role")
    assert looked_at(looked) == 12


async def spent_ms(app: WebApp, email: str) -> float:
    began = time.perf_counter()
    await told(app, "10.201.0.1", email)
    return (time.perf_counter() - began) * 1000


async def medians_ms(bare: WebApp, database: Database, *, many: int) -> tuple[float, float, float]:
    """Of a known address, an unknown one, and one that waits, for which nothing is computed; taken in turn."""
    waits = nobody()
    for _ in range(6):
        await told(bare, "10.201.0.1", waits)
    found: list[tuple[float, float, float]] = []
    for _ in range(many):
        emails = ((await with_password(database)).email, nobody(), waits)
        known, unknown, waiting = [await spent_ms(bare, email) for email in emails]
        found.append((known, unknown, waiting))
    known, unknown, waiting = (statistics.median(each) for each in zip(*found, strict=True))
    print(f"known {known:.1f} ms, unknown {unknown:.1f} ms, not looked at {waiting:.1f} ms")  # noqa: T201
    return known, unknown, waiting


async def test_for_an_unknown_address_a_password_is_computed_as_well(bare: WebApp, database: Database) -> None:
    """An address for which none is computed is told apart at once, which is the control of the next too."""
    known, unknown, waiting = await medians_ms(bare, database, many=7)
    assert min(known, unknown) > 2 * waiting


@pytest.mark.deep
async def test_known_and_unknown_addresses_take_the_same_time(bare: WebApp, database: Database) -> None:
    known, unknown, _ = await medians_ms(bare, database, many=100)
    assert abs(known - unknown) < 10


@pytest.mark.deep
async def test_one_password_for_many_accounts_from_one_place_is_stopped(app: WebApp) -> None:
    said = [await told(app, "10.202.0.1", nobody()) for _ in range(SIGN_IN_PLACE.most + 5)]
    statuses = Counter(each[:3] for each in said)
    assert statuses == {"403": SIGN_IN_PLACE.most, "429": 5}
    assert (await told(app, "10.202.0.2", nobody()))[:3] == "403"  # the control: another place is not stopped


async def test_inviting_somebody_does_not_say_whether_they_have_an_account(
    client: httpx.AsyncClient, database: Database
) -> None:
    anna, clara = await owner(database, "Anna"), await person(database, "Clara")
    said = []
    for email in (clara.email, nobody()):
        body = {"kind": "couple", "email": email, "service": "photographer"}
        path = f"/api/v1/suppliers/{anna.supplier_id}/invitations"
        answer = await client.post(path, json=body, headers=anna.bearer)
        said.append((answer.status_code, {**answer.json(), "id": "", "email": "", "created_at": "", "expires_at": ""}))
    assert said[0] == said[1]


async def test_a_session_that_somebody_planted_is_never_the_one_after_signing_in(
    app: WebApp, database: Database
) -> None:
    """Neither a token that nobody has, nor the attacker's own; the attacker's stays the attacker's."""
    eve, clara = await person(database, "Eve"), await with_password(database)
    for planted in ("planted-by-eve-in-this-browser", eve.token):
        visitor = Visitor(app)
        visitor.client.cookies.set(PLAIN_COOKIE, planted, domain=HOST)
        await visitor.look("/sign-in")
        signed_in = await visitor.send("/sign-in", email=clara.email, password=PASSWORD)
        assert signed_in.status_code == 303
        assert signed_in.cookies[PLAIN_COOKIE] != planted
    async with client_of(app) as client:
        mine = await client.get("/api/v1/me", headers={"authorization": f"Bearer {eve.token}"})
        assert mine.json()["email"] == eve.email
        no_one = {"authorization": "Bearer planted-by-eve-in-this-browser"}
        assert (await client.get("/api/v1/me", headers=no_one)).status_code == 401
