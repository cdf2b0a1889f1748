"""One contestant for a few seconds: our web over HTTP, or the same statement in a bare loop. Prints one JSON object."""

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

import msgspec
import uvloop

from wedsync.features.connections import queries as connections
from wedsync.features.connections.lists import weddings_of
from wedsync.features.weddings import queries as weddings
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.platform.database import Actor, ById
from wedsync.platform.database.actor import SET_ACTOR
from wedsync.platform.database.reads import Reader, ReadLane

AT_ONCE = 16
SUPPLIER = UUID("00000000-0000-0000-0000-000000000000")
Work = Callable[[int], Awaitable[bool]]


async def main(job: str, plan: dict) -> None:
    kind, letter = job.split()
    maker = {"http": http, "lane": lane, "asyncpg": asyncpg_loop, "psycopg": psycopg_loop}[kind]
    print(json.dumps(await take_turn(await maker(letter, plan), plan["seconds"])))


async def take_turn(works: list[Work], seconds: float, turn: int = 0) -> dict[str, float]:
    """How many were done in all and a second, how many wrongly, and how long they took in ms; other couples each turn."""
    took: list[float] = []
    wrong = 0
    ends = time.perf_counter() + seconds

    async def loop(work: Work, seed: int) -> None:
        nonlocal wrong
        rand = random.Random(seed + AT_ONCE * turn)
        while time.perf_counter() < ends:
            began = time.perf_counter()
            if not await work(rand.randrange(200)):
                wrong += 1
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(loop(work, number) for number, work in enumerate(works)))
    elapsed = time.perf_counter() - began
    took.sort()
    return {
        "done": len(took),
        "rate": len(took) / elapsed,
        "p50": statistics.median(took) * 1e3,
        "p95": took[int(len(took) * 0.95)] * 1e3,
        "wrong": wrong,
    }


class Http:
    """A keep-alive HTTP/1.1 connection with the least of a client around it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, head: str, body: bytes = b"") -> tuple[int, bytes, bytes]:
        self.writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        top = await self.reader.readuntil(b"\r\n\r\n")
        length = int(top.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return int(top[9:12]), top, await self.reader.readexactly(length)


async def http(letter: str, plan: dict) -> list[Work]:
    couples, staff = plan["couple_tokens"], plan["staff_tokens"]
    supplier = _md5("supplier0")

    async def one(number: int) -> Work:
        link = Http(*await asyncio.open_connection("127.0.0.1", plan["port"], limit=2**20))
        base = f"host: 127.0.0.1:{plan['port']}\r\n"
        revisions: dict[str, int] = {}

        async def work(i: int) -> bool:
            wedding, token, _ = couples[i]
            if letter == "a":
                status, _, body = await link.ask(
                    f"GET /api/v1/weddings/{wedding} HTTP/1.1\r\n{base}authorization: Bearer {token}\r\n"
                )
                return status == 200 and wedding.encode() in body[:60]
            if letter == "b":
                status, _, body = await link.ask(
                    f"GET /api/v1/suppliers/{supplier}/weddings?limit=50 HTTP/1.1\r\n{base}authorization: Bearer {staff[i]}\r\n"
                )
                return status == 200 and body.count(b"wedding_id") == 50
            if letter == "d":
                status, _, body = await link.ask(
                    f"GET /s/{supplier}/weddings/{wedding} HTTP/1.1\r\n{base}cookie: wedsync_session={staff[i]}; wedsync_hat=s.{supplier}\r\n"
                )
                return status == 200 and b"</html>" in body
            # Each connection writes its own couples' facts, so that nobody meets a conflict.
            wedding, token, _ = couples[number + AT_ONCE * (i % (200 // AT_ONCE))]
            if wedding not in revisions:
                _, top, _ = await link.ask(
                    f"GET /api/v1/weddings/{wedding}/facts/special_requests HTTP/1.1\r\n{base}authorization: Bearer {token}\r\n"
                )
                revisions[wedding] = _etag(top)
            payload = json.dumps({"value": f"words {time.perf_counter_ns()}"}).encode()
            status, top, body = await link.ask(
                f"PATCH /api/v1/weddings/{wedding}/facts/special_requests HTTP/1.1\r\n{base}authorization: Bearer {token}\r\n"
                f'content-type: application/json\r\nif-match: "{revisions[wedding]}"\r\n',
                payload,
            )
            revisions[wedding] = _etag(top) if status == 200 else revisions[wedding]
            return status == 200

        return work

    return [await one(number) for number in range(AT_ONCE)]


def _etag(top: bytes) -> int:
    return int(top.lower().split(b'etag: "')[1].split(b'"')[0]) if b'etag: "' in top.lower() else 0


async def lane(letter: str, plan: dict) -> list[Work]:
    reads = ReadLane(plan["app"], connections=2)
    query, pick = _statement(letter, plan)

    async def work(i: int) -> bool:
        actor, params = pick(i)
        if letter == "a":
            return await reads.ask(actor, query.single, query.values(params)) is not None
        return len(await weddings_of(Reader(reads, actor), params)) == 50

    return [work] * AT_ONCE


async def asyncpg_loop(letter: str, plan: dict) -> list[Work]:
    import asyncpg

    pool = await asyncpg.create_pool(plan["app"], min_size=4, max_size=4)
    query, pick = _statement(letter, plan)
    sql = (query.single if letter == "a" else query.many).decode()

    async def work(i: int) -> bool:
        actor, params = pick(i)
        async with pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.fetchval(SET_ACTOR.decode(), *(value.decode() for value in actor.settings()))
            found = await connection.fetchval(sql, *(getattr(params, name) for name in query.names))
            if letter == "a":
                return found is not None
            weddings = tuple(place["wedding_id"] for place in json.loads(found))
            narrowed = msgspec.structs.replace(actor, among=weddings)
            await connection.fetchval(SET_ACTOR.decode(), *(value.decode() for value in narrowed.settings()))
            listed = connections.LISTED
            params = connections.ListedOf(supplier_id=params.supplier_id, weddings=weddings)
            rows = await connection.fetchval(listed.many.decode(), *(getattr(params, name) for name in listed.names))
            return rows.count("wedding_id") == 50

    return [work] * AT_ONCE


async def psycopg_loop(letter: str, plan: dict) -> list[Work]:
    """The bare transaction: the same insert, with its guards, and nothing around it."""
    import psycopg

    couples = plan["couple_tokens"]
    query = weddings.RECORD_FACT
    settings = SET_ACTOR.decode()

    async def one(number: int) -> Work:
        connection = await psycopg.AsyncConnection.connect(
            plan["app"], autocommit=True, cursor_factory=psycopg.AsyncRawCursor
        )
        revisions: dict[str, int] = {}

        async def work(i: int) -> bool:
            wedding, _, person = couples[number + AT_ONCE * (i % (200 // AT_ONCE))]
            actor = Actor(person_id=UUID(person), wedding_id=UUID(wedding))
            if wedding not in revisions:
                async with connection.transaction():
                    await connection.execute(settings, [value.decode() for value in actor.settings()])
                    cursor = await connection.execute(
                        "select revision from live.core_facts where wedding_id = $1 and fact_key = 'special_requests'",
                        [wedding],
                    )
                    row = await cursor.fetchone()
                    revisions[wedding] = row[0] if row else 0
            new = weddings.NewRevision(
                wedding_id=WeddingId(UUID(wedding)),
                event_id=None,
                fact_key="special_requests",
                base_revision=revisions[wedding],
                state="given",
                value=json.dumps(f"words {time.perf_counter_ns()}"),
                reason=None,
                source="person",
                instants=None,
            )
            async with connection.transaction():
                await connection.execute(settings, [value.decode() for value in actor.settings()])
                values = [None if value is None else value.decode() for value in query.values(new)]
                row = await (await connection.execute(query.command, values)).fetchone()
            revisions[wedding] += 1
            return row is not None

        return work

    return [await one(number) for number in range(AT_ONCE)]


def _statement(letter: str, plan: dict):
    couples = plan["couple_tokens"]
    if letter == "a":

        def one(i: int):
            wedding, _, person = couples[i]
            return Actor(person_id=UUID(person), wedding_id=UUID(wedding)), ById(UUID(wedding))

        return weddings.WEDDING, one
    owner = Actor(person_id=_md5("person-owner"), supplier_id=SupplierId(_md5("supplier0")))
    page = connections.WeddingsPage(
        supplier_id=SupplierId(_md5("supplier0")), after_on=date.min, after_id=UUID(int=0), limit=50
    )
    return connections.WEDDINGS_OF_SUPPLIER, lambda _i: (owner, page)


def _md5(name: str) -> UUID:
    from hashlib import md5

    return UUID(md5(name.encode()).hexdigest())


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], json.load(sys.stdin)))
