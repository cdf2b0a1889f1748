"""A supplier with 2,000 weddings that has not seen a change in each: its list, a report, the couple's view, the look of reminders.

The list and the look are measured in turns beside what they would ask if nothing outstanding were kept: every fact of
every wedding against the ledger, without row security. Prints beside limits.

    python benchmarks/acknowledgements.py [--rounds 20]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, LiteralString

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

import psycopg
from benchmarks.world import WEDDINGS, load, named
from tests.database.roles import empty
from tests.support.database import PASSWORDS, sealer, urls
from tests.support.servers import running_servers

from wedsync.features.acknowledgements import actions
from wedsync.features.acknowledgements import queries as q
from wedsync.features.acknowledgements.model import LATEST, NEWEST, Shown
from wedsync.features.weddings.queries import FACTS
from wedsync.kernel.ids import PersonId, SupplierId, WeddingId
from wedsync.platform import migrations
from wedsync.platform.database import NOBODY, Actor, ById, Database

LIMITS: Final = {"list_ms": 30.0, "couple_ms": 25.0, "report_ms": 25.0, "look_ms": 5.0}
PAGE: Final = 26
ME: Final = PersonId(named("person-owner", ""))
US: Final = SupplierId(named("supplier", 0))
# Each wedding's ceremony time is outstanding with everybody who reads it; half of the suppliers have seen the rest.
OUTSTANDING: Final[LiteralString] = """
insert into app.unseen_changes (wedding_id, supplier_id, subject_id, fact_key, revision, changed_at, due_at)
  select f.wedding_id, r.supplier_id, f.subject_id, f.fact_key, f.revision,
    f.written_at - make_interval(secs => hashint4(('x' || substr(f.wedding_id::text, 1, 7))::bit(28)::integer) % 86400), 'infinity'
  from app.core_field_revisions f cross join lateral guard.readers(f.wedding_id) r
  where f.definition_key = 'ceremony_venue_name' and r.audience = f.audience;
insert into app.acknowledgements (wedding_id, supplier_id, subject_id, fact_key, revision, person_id, seen_at)
  select f.wedding_id, r.supplier_id, f.subject_id, f.fact_key, f.revision, %s, now()
  from app.core_field_revisions f
  join app.core_field_definitions d on d.key = f.definition_key and d.is_acknowledged
  cross join lateral guard.readers(f.wedding_id) r
  where f.definition_key <> 'ceremony_venue_name' and r.audience = f.audience and ascii(r.supplier_id::text) %% 2 = 0;
"""
NAIVE_LIST: Final[LiteralString] = """
select f.id from app.connections c
join app.connection_grants g on g.wedding_id = c.wedding_id and g.supplier_id = c.supplier_id and g.revoked_at is null
join app.audiences a on a.area = g.area and (g.level = 'everything' or a.supplier_types && array['any', c.service])
join app.core_field_revisions f on f.wedding_id = c.wedding_id and f.audience = a.audience and f.is_current and f.written_at > c.created_at
join app.core_field_definitions d on d.key = f.definition_key and d.is_acknowledged
where c.supplier_id = %s and c.status = 'connected' and not exists (
  select from app.acknowledgements k where k.wedding_id = f.wedding_id and k.supplier_id = c.supplier_id
    and k.subject_id = f.subject_id and k.fact_key = f.fact_key and k.revision = f.revision)
order by f.written_at desc, f.id desc limit 26"""
NAIVE_LOOK: Final[LiteralString] = NAIVE_LIST.replace("c.supplier_id = %s and ", "").replace(
    "order by", "and f.written_at <= now() - interval '2 hours' order by"
)
Work = Callable[[], Awaitable[object]]


def prepare(admin_url: str) -> None:
    load(admin_url)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        # Past the guards, as the world itself.
        connection.execute("set event_triggers = off")
        connection.execute("alter table app.acknowledgements disable trigger seen")
        for statement in OUTSTANDING.split(";\n"):
            if statement.strip():
                connection.execute(statement, [ME] if "%s" in statement else None)
        connection.execute("alter table app.acknowledgements enable always trigger seen")
        connection.execute("update app.connections set created_at = created_at - interval '1 year'")
        connection.execute("vacuum analyze")


async def measured(rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="wedsync-") as folder, running_servers(Path(folder)) as servers:
        async with empty(servers.admin, "wedsync_acknowledgements") as url:
            found = urls(servers.admin, "wedsync_acknowledgements")
            await migrations.bootstrap(url, PASSWORDS)
            await migrations.migrate(url, progress=lambda _line: None)
            await asyncio.to_thread(prepare, url)
            async with (
                Database(found.app_url, sealer()) as database,
                Database(found.worker_url, sealer()) as worker,
                await psycopg.AsyncConnection.connect(url, autocommit=True) as admin,
            ):
                return await _figures(database, worker, admin, rounds)


async def _figures(  # noqa: C901 - the works, side by side
    database: Database, worker: Database, admin: psycopg.AsyncConnection[psycopg.rows.TupleRow], rounds: int
) -> dict[str, float]:
    reader, numbers = database.reader(Actor(person_id=ME, supplier_id=US)), iter(range(1, WEDDINGS))

    async def listed() -> None:
        page = q.ChangesPage(supplier_id=US, before=LATEST, before_id=NEWEST, limit=PAGE)
        places = await reader.all(q.CHANGES, page)
        among = reader.among([each.wedding_id for each in places])
        found = await among.all(q.CHANGES_OF, q.SomeChanges(supplier_id=US, ids=tuple(each.id for each in places)))
        if len(found) != PAGE:
            raise SystemExit(f"{len(found)} changes are listed.")

    async def couple() -> None:
        number = next(numbers)
        wedding = WeddingId(named("wedding", number))
        actor = Actor(person_id=PersonId(named("person", number * 2 - 1)), among=(wedding,))
        seen = await database.reader(actor).one(q.SEEN_WITH_SIGHTINGS, ById(wedding))
        if not seen.sightings:
            raise SystemExit("The couple sees nothing.")

    async def reported() -> None:
        wedding = WeddingId(named("wedding", next(numbers)))
        actor = Actor(person_id=ME, supplier_id=US, among=(wedding,))
        facts = await reader.among([wedding]).all(FACTS, ById(wedding))
        shown = [
            Shown(subject_id=f.event_id or wedding, fact_key=f.fact_key, revision=1) for f in facts if f.key in KEPT
        ]
        async with database.transaction(actor) as tx:
            began = time.perf_counter()
            await actions.acknowledge(tx, wedding, shown)
            taken["report_ms"].append((time.perf_counter() - began) * 1000)

    async def looked() -> None:
        async with worker.transaction(NOBODY) as tx:
            await tx.one(q.CHASE, q.Most(500))

    async def naive(statement: LiteralString) -> None:
        await (await admin.execute(statement, [US] if "%s" in statement else None)).fetchall()

    taken: dict[str, list[float]] = {name: [] for name in (*LIMITS, "naive_list_ms", "naive_look_ms")}
    works: dict[str, Work] = {
        "list_ms": listed, "naive_list_ms": lambda: naive(NAIVE_LIST), "couple_ms": couple, "look_ms": looked,
        "naive_look_ms": lambda: naive(NAIVE_LOOK), "": reported,
    }  # fmt: skip
    for turn in range(rounds + 1):
        for name, work in works.items():
            began = time.perf_counter()
            await work()
            if turn and name:  # the first warms up
                taken[name].append((time.perf_counter() - began) * 1000)
    figures = {name: statistics.quantiles(each, n=20)[-1] for name, each in taken.items()}
    for name in ("list", "look"):
        ratio = statistics.median(taken[f"naive_{name}_ms"]) / statistics.median(taken[f"{name}_ms"])
        figures[f"naive_over_{name}"] = ratio
    return figures


KEPT: Final = frozenset(
    {"ceremony_time", "ceremony_venue_name", "ceremony_venue_address", "partner1_first_name", "partner1_last_name",
     "partner2_first_name", "partner2_last_name", "wedding_date", "time_zone"}
)  # fmt: skip


def main() -> int:
    """Print, and end with 1 when a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    figures = asyncio.run(measured(parser.parse_args().rounds))
    print(json.dumps({name: round(figure, 2) for name, figure in figures.items()}))
    is_kept = all(figures[name] <= limit for name, limit in LIMITS.items())
    print(f"limits: {json.dumps(LIMITS)}: {'kept' if is_kept else 'NOT kept'}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
