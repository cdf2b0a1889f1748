"""What the guards cost: the same table with them and without, statement by statement, in one run.

Both tables have the same columns, keys, policies and privileges and are written as the web, for a partner of the wedding;
one is protected as a plan, the other has lost its triggers. They take turns in one transaction, so that the disk counts for
neither. Prints medians and the differences beside their limits.

    python benchmarks/guards.py [--rounds 30] [--rows 300]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

import psycopg
from tests.database.roles import empty
from tests.features.amendments.scene import Confirmed, confirmed
from tests.support.database import PASSWORDS, sealer, urls
from tests.support.servers import running_servers

from wedsync.platform import migrations
from wedsync.platform.database import Database

TABLE = """
create table app.{name} (
  wedding_id uuid not null references app.weddings, id uuid not null default uuidv7(), name text not null, note text,
  created_at timestamptz not null default clock_timestamp(), primary key (wedding_id, id));
comment on table app.{name} is 'A benchmark.';
create index {name}_list on app.{name} (wedding_id, name, id);
call app.protect_table('app.{name}', scope => 'wedding', area => 'event', class => 'plan');"""
BARE = """
drop trigger added on app.without; drop trigger changed on app.without; drop trigger removed on app.without;
drop trigger no_truncate on app.without"""
TABLES = {"guarded": "live", "without": "app"}  # and where each is read from
LIMITS = {"insert": 80.0, "update": 130.0, "bulk": 10.0}
MOST_ON_READS = 1.05
BULK = 1000


class Timed:
    """Microseconds by table and kind, a median for each round."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[float]] = {}

    def add(self, table: str, kind: str, micros: float) -> None:
        self.found.setdefault((table, kind), []).append(micros)

    def median(self, table: str, kind: str) -> float:
        return statistics.median(self.found[table, kind])


def micros_of(connection: psycopg.Connection, text: str, arguments: list[object]) -> float:
    """One statement, prepared."""
    began = time.perf_counter()
    connection.execute(text, arguments, prepare=True)
    return (time.perf_counter() - began) * 1e6


class Bench:
    """One connection of the web, for Clara."""

    def __init__(self, connection: psycopg.Connection, made: Confirmed, rows: int) -> None:
        self.connection, self.made, self.rows = connection, made, rows
        self.timed = Timed()

    def in_turns(self, kind: str, text: str, arguments: dict[str, list[list[object]]]) -> None:
        """Statement by statement the tables take turns, so that a neighbour who is noisy for a second counts for both."""
        texts = {table: text.format(table=table, schema=schema) for table, schema in TABLES.items()}
        taken: dict[str, list[float]] = {table: [] for table in TABLES}
        for turn in zip(*(arguments[table] for table in TABLES), strict=True):
            for table, each in zip(TABLES, turn, strict=True):
                taken[table].append(micros_of(self.connection, texts[table], each))
        for table, found in taken.items():
            self.timed.add(table, kind, statistics.median(found))


def a_round(bench: Bench) -> None:
    """Insert, update, read and bulk, in one transaction that is rolled back."""
    connection, made, rows = bench.connection, bench.made, bench.rows
    with connection.transaction(force_rollback=True):
        who = "select set_config('app.actor_id', %s, true), set_config('app.wedding_id', %s, true)"
        connection.execute(who, [str(made.clara.person_id), str(made.id)])
        names: list[list[object]] = [[made.id, f"n{n:06}"] for n in range(rows)]
        bench.in_turns(
            "insert", "insert into app.{table} (wedding_id, name) values (%s, %s)", dict.fromkeys(TABLES, names)
        )
        kept: dict[str, list[list[object]]] = {}
        for table in TABLES:
            ids = connection.execute(
                f"select id from app.{table} where wedding_id = %s order by id", [made.id]
            ).fetchall()
            kept[table] = [["x", made.id, row[0]] for row in ids]
        bench.in_turns("update", "update app.{table} set note = %s where wedding_id = %s and id = %s", kept)
        read = "select id, name, note from {schema}.{table} where wedding_id = %s order by name, id limit 50"
        whose: list[list[object]] = [[made.id]] * rows
        bench.in_turns("read", read, dict.fromkeys(TABLES, whose))
        for table in TABLES:
            bulk = f"insert into app.{table} (wedding_id, name) select %s, 'b' || g from generate_series(1, {BULK}) g"
            bench.timed.add(table, "bulk", micros_of(connection, bulk, [made.id]) / BULK)


async def prepared(admin_url: str, app_url: str) -> Confirmed:
    await migrations.bootstrap(admin_url, PASSWORDS)
    await migrations.migrate(admin_url, progress=lambda _line: None)
    with psycopg.connect(admin_url) as connection:
        connection.execute("select guard.begin_migration('benchmark', '')")
        connection.execute("set local role wedsync_owner")
        for name in TABLES:
            connection.execute(TABLE.format(name=name))
        connection.execute(BARE)
    async with Database(app_url, sealer()) as database:
        made = await confirmed(database)
    # As in a house that has been lived in: the planner knows the tables, and leads to one row by its key.
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(
                f"insert into app.{table} (wedding_id, name) select %s, 'kept ' || g from generate_series(1, {BULK}) g",
                [made.id],
            )
            connection.execute(f"analyze app.{table}")
    return made


async def measured(rounds: int, rows: int) -> Timed:
    with tempfile.TemporaryDirectory(prefix="wedsync-") as folder, running_servers(Path(folder)) as servers:
        async with empty(servers.admin, "wedsync_guards") as url:
            found = urls(servers.admin, "wedsync_guards")
            made = await prepared(url, found.app_url)
            with psycopg.connect(found.app_url, autocommit=True) as connection:
                bench = Bench(connection, made, rows)
                for number in range(rounds + 2):
                    if number == 2:
                        bench.timed = Timed()  # the first two warm up
                    a_round(bench)
                return bench.timed


def main() -> int:
    """Print, and end with 1 when a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--rows", type=int, default=300)
    asked = parser.parse_args()
    timed = asyncio.run(measured(asked.rounds, asked.rows))
    is_kept = True
    print(f"{'':<10}{'with':>10}{'without':>10}{'cost':>10}{'limit':>10}   microseconds")
    for kind, limit in LIMITS.items():
        guarded, without = timed.median("guarded", kind), timed.median("without", kind)
        is_kept &= guarded - without <= limit
        print(f"{kind:<10}{guarded:>10.1f}{without:>10.1f}{guarded - without:>10.1f}{limit:>10.1f}")
    guarded, without = timed.median("guarded", "read"), timed.median("without", "read")
    is_kept &= guarded / without <= MOST_ON_READS
    print(f"{'read':<10}{guarded:>10.1f}{without:>10.1f}{guarded / without:>10.3f}{MOST_ON_READS:>10.3f}   as a ratio")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
