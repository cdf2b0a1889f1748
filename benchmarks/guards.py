"""What the guards cost: the same table with them and without, statement by statement, in one run.

Both tables have the same columns, keys, policies and privileges and are written as the web, for a partner of the wedding;
one is protected as a plan, the other has lost its triggers. Rounds alternate, each in one transaction, so that the disk
counts for neither. Prints medians and the differences beside their limits.

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
from tests.support.database import ROLE_PASSWORD, sealer, urls
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


def micros_of(connection: psycopg.Connection, text: str, arguments: list[list[object]]) -> float:
    """The median of one statement, prepared, over many arguments."""
    taken = []
    for each in arguments:
        began = time.perf_counter()
        connection.execute(text, each, prepare=True)
        taken.append((time.perf_counter() - began) * 1e6)
    return statistics.median(taken)


class Bench:
    """One connection of the web, for Clara."""

    def __init__(self, connection: psycopg.Connection, made: Confirmed, rows: int) -> None:
        self.connection, self.made, self.rows = connection, made, rows


def a_round(bench: Bench, table: str, where: str, timed: Timed) -> None:
    """Insert, update, bulk and read, in one transaction that is rolled back; `where` is what is read from."""
    connection, made, rows = bench.connection, bench.made, bench.rows
    with connection.transaction(force_rollback=True):
        who = "select set_config('app.actor_id', %s, true), set_config('app.wedding_id', %s, true)"
        connection.execute(who, [str(made.clara.person_id), str(made.id)])
        insert = f"insert into app.{table} (wedding_id, name) values (%s, %s)"
        timed.add(table, "insert", micros_of(connection, insert, [[made.id, f"n{n:06}"] for n in range(rows)]))
        update = f"update app.{table} set note = %s where wedding_id = %s and id = %s"
        ids = connection.execute(f"select id from app.{table} where wedding_id = %s", [made.id]).fetchall()
        timed.add(table, "update", micros_of(connection, update, [["x", made.id, row[0]] for row in ids[:rows]]))
        read = f"select id, name, note from {where}.{table} where wedding_id = %s order by name, id limit 50"
        timed.add(table, "read", micros_of(connection, read, [[made.id]] * rows))
        began = time.perf_counter()
        bulk = f"insert into app.{table} (wedding_id, name) select %s, 'b' || g from generate_series(1, {BULK}) g"
        connection.execute(bulk, [made.id])
        timed.add(table, "bulk", (time.perf_counter() - began) * 1e6 / BULK)


async def prepared(admin_url: str, app_url: str) -> Confirmed:
    await migrations.bootstrap(admin_url, migrations.RolePasswords(*[ROLE_PASSWORD] * 3))
    await migrations.migrate(admin_url, progress=lambda _line: None)
    with psycopg.connect(admin_url) as connection:
        connection.execute("select guard.begin_migration('benchmark', '')")
        connection.execute("set local role wedsync_owner")
        for name in ("guarded", "without"):
            connection.execute(TABLE.format(name=name))
        connection.execute(BARE)
    async with Database(app_url, sealer()) as database:
        return await confirmed(database)


async def measured(rounds: int, rows: int) -> Timed:
    timed = Timed()
    with tempfile.TemporaryDirectory(prefix="wedsync-") as folder, running_servers(Path(folder)) as servers:
        async with empty(servers.admin, "wedsync_guards") as url:
            found = urls(servers.admin, "wedsync_guards")
            made = await prepared(url, found.app_url)
            with psycopg.connect(found.app_url, autocommit=True) as connection:
                bench = Bench(connection, made, rows)
                for number in range(rounds + 2):
                    timed = Timed() if number == 2 else timed  # the first two warm up
                    a_round(bench, "guarded", "live", timed)
                    a_round(bench, "without", "app", timed)
    return timed


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
