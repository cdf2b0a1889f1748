"""Coming back: how fast a house is restored beside a plain copy of its data, and how old its newest row is after a kill.

    make bench-continuity [ARGS="--megabytes 1024 --rounds 3"]

Copy and restore take turns in one run; both end with what they wrote on the disk. The rate is that of the database's files,
all of a restore included: reading, opening what is sealed, joining, verifying, replaying the log.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.servers import RunningHouse, running_house

from wedsync.operations.continuity.rebuilding import clear
from wedsync.platform.addresses import left_in

RATE_LIMIT, AGE_LIMIT_S = 0.5, 2.0
PROBE = (
    "set event_triggers = off; create schema probe; "
    "create table probe.writes (at timestamptz default clock_timestamp(), words text)"
)
FILL = "insert into probe.writes (words) select string_agg(md5(random()::text), '') from generate_series(1, %s) n, generate_series(1, 30) group by n"
BYTES_A_ROW = 1020


def main() -> None:
    """Measure, print, and end with 1 if a limit is not kept."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabytes", type=int, default=1024)
    arguments.add_argument("--rounds", type=int, default=3)
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="wedsync-bench-", dir=os.environ.get("WEDSYNC_TEST_FOLDER")) as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "var"
        with running_house(home, WEDSYNC_BACKUPS="") as house:
            house.wait_open()
            rate = restore_rate(house, wanted.megabytes, wanted.rounds)
            age_s = newest_row_age_s(house)
    print(f"newest row at the kill, under load: {age_s:.2f} s old (limit {AGE_LIMIT_S:.1f} s)")
    sys.exit(0 if rate >= RATE_LIMIT and age_s <= AGE_LIMIT_S else 1)


def restore_rate(house: RunningHouse, megabytes: int, rounds: int) -> float:
    home = house.home
    with psycopg.connect(left_in(home).admin, autocommit=True) as connection:
        connection.execute(PROBE)
        for _ in range(16):
            connection.execute(FILL, [megabytes * 2**20 // BYTES_A_ROW // 16])
        # Nothing is left for later that would write beside one of the two and not the other.
        connection.execute("vacuum (freeze, analyze) probe.writes")
        connection.execute("checkpoint")
    began = time.perf_counter()
    run = json.loads(command(home, "backup", "run", "--full", "--json"))
    print(f"backup: {run['database_bytes'] / 2**20:,.0f} MB in {time.perf_counter() - began:.1f} s")
    data, into, ratios = home / "postgres" / "data", home.with_name("again"), []
    for number in range(rounds):
        copied_s = timed(lambda: copy(data, home / "copied"))
        shutil.rmtree(home / "copied")
        restored_s = timed(lambda: command(home, "restore", "--at", "latest", "--into", str(into)))
        clear(into)
        size = run["database_bytes"] / 2**20
        ratios.append(copied_s / restored_s)
        print(
            f"round {number + 1}: copy {copied_s:.1f} s ({size / copied_s:,.0f} MB/s), "
            f"restore {restored_s:.1f} s ({size / restored_s:,.0f} MB/s), ratio {ratios[-1]:.2f}"
        )
    ratio = statistics.median(ratios)
    print(f"restore at {ratio:.2f} of a plain copy's rate (limit {RATE_LIMIT:.2f})")
    return ratio


def newest_row_age_s(house: RunningHouse) -> float:
    home = house.home
    url = left_in(home).admin
    writer = threading.Thread(target=write_until_killed, args=(url,))
    writer.start()
    time.sleep(10)
    killed_at = time.time()
    for process in house.descendants():
        process.kill()
    house.send(signal.SIGKILL)
    house.wait()
    writer.join()
    into = home.with_name("again")
    command(home, "restore", "--at", "latest", "--into", str(into))
    with running_house(into, WEDSYNC_BACKUPS="off") as again:
        again.wait_open()
        with psycopg.connect(left_in(into).admin) as connection:
            newest = connection.execute("select extract(epoch from max(at))::float8 from probe.writes").fetchone()[0]
    return killed_at - newest


def write_until_killed(url: str) -> None:
    """A row after another, each committed."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            while True:
                connection.execute("insert into probe.writes (words) values (repeat('x', 500))")
    except psycopg.OperationalError:
        return


def copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("pg_wal", "postmaster.pid"))
    os.sync()


def timed(work) -> float:
    os.sync()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def command(home: Path, *arguments: str) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("WEDSYNC_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-m", "wedsync", *arguments], env=plain | {"WEDSYNC_HOME": str(home)}, check=True, capture_output=True, text=True
    ).stdout  # fmt: skip


if __name__ == "__main__":
    main()
