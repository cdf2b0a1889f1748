"""The whole house and its backups: proven every night, lost and put together again, damaged in a hundred places."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from tests.operations.backing_up import flipped, missing
from tests.support.servers import RunningHouse, eventually, running_house

from wedsync.operations.continuity.checking import Checker
from wedsync.operations.continuity.model import MANIFEST
from wedsync.operations.continuity.standing import vault_to_read
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.addresses import left_in
from wedsync.platform.settings import Settings

pytestmark = pytest.mark.deep


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    home = tmp_path_factory.mktemp("coming back") / "var"
    with running_house(home, WEDSYNC_BACKUPS="", WEDSYNC_DEMO="1") as running:
        running.wait_open()
        (home / "files" / "photos").mkdir(parents=True)
        for number in range(12):
            (home / "files" / "photos" / f"{number}.jpg").write_bytes(random.Random(number).randbytes(200_000))  # noqa: S311
        assert eventually((home / "backups" / "wal" / "head").exists, 30)
        for _ in range(2):
            done(home, "backup", "run")
            write(home, 300)
        yield running


def test_a_nightly_drill_proves_it_and_doctor_knows(house: RunningHouse) -> None:
    drill = done(house.home, "drill", "restore")
    assert (drill["findings"], drill["is_proven"]) == ([], True)
    assert drill["loss_s"] < 60
    assert drill["uploads"] == 12
    found = {each["name"]: each for each in done(house.home, "doctor")["findings"]}
    assert found["backup"]["is_well"]
    assert found["restore"]["seen"].startswith("last proven")
    assert found["stream"]["is_well"]


def test_a_row_that_is_missing_in_the_copy_is_found_by_the_drill(house: RunningHouse) -> None:
    vault = opened(house.home)
    newest = vault.manifests()[-1]
    name = f"backups/{newest.id}/{MANIFEST}"
    assert newest.counted
    rows = newest.counted.rows | {"app.weddings": newest.counted.rows["app.weddings"] + 1}
    vault.put_value(name, msgspec.structs.replace(newest, counted=msgspec.structs.replace(newest.counted, rows=rows)))
    try:
        said = command(house.home, "drill", "restore", "--at", "latest", "--json")
    finally:
        vault.put_value(name, newest)
    assert said.returncode == 1
    assert [each for each in msgspec.json.decode(said.stdout)["findings"] if each.startswith("app.weddings had")]
    assert done(house.home, "drill", "restore")["is_proven"]


def test_a_hundred_altered_and_twenty_five_missing_files_are_each_named(house: RunningHouse) -> None:
    with still(house.home) as place:
        vault = opened(house.home, place)
        everything = sorted(path for path in place.rglob("*") if path.is_file() and ".drafts" not in path.parts)
        kinds = [[path for path in everything if path.parent.parent == place / "backups"]]
        kinds += [[path for path in everything if path.parent == place / kind] for kind in ("wal", "files")]
        assert all(kinds)
        assert damaged(vault) == set()
        chance = random.Random(20270612)  # noqa: S311 - the same places every time
        for number in range(125):
            path = chance.choice(kinds[number % len(kinds)])
            with flipped(path, number) if number < 100 else missing(path):
                assert path.relative_to(place).as_posix() in damaged(vault), f"{number}: {path}"
        assert damaged(vault) == set()


def test_a_lost_house_is_put_together_elsewhere_and_opens(house: RunningHouse, tmp_path: Path) -> None:
    write(house.home, 10)
    before = counted(house.home)
    time.sleep(3)
    into = tmp_path / "again"
    done(house.home, "restore", "--at", "latest", "--into", str(into))
    with running_house(into, WEDSYNC_DEMO="1") as again:
        assert again.wait_open().answers()
        assert "demo world" not in again.output
        assert counted(into) == before
        assert done(into, "attest")["is_whole"]
        assert done(into, "verify", "chain")["is_whole"]
        assert (into / "files" / "photos" / "3.jpg").read_bytes() == (house.home / "files/photos/3.jpg").read_bytes()


def test_what_was_committed_two_seconds_before_everything_was_killed_is_there(tmp_path: Path) -> None:
    home, into = tmp_path / "var", tmp_path / "again"
    with running_house(home, WEDSYNC_BACKUPS=str(tmp_path / "elsewhere")) as lost:
        lost.wait_open()
        done(home, "backup", "run", WEDSYNC_BACKUPS=str(tmp_path / "elsewhere"))
        key = command(home, "backup", "key").stdout.strip()
        found = left_in(home)
        assert found
        writer = threading.Thread(target=write_until_killed, args=(found.admin,))
        writer.start()
        time.sleep(6)
        killed_at = time.time()
        for process in [*lost.descendants()]:
            process.kill()
        lost.send(signal.SIGKILL)
        lost.wait()
        writer.join()
    shutil.rmtree(home)
    elsewhere = {"WEDSYNC_BACKUPS": str(tmp_path / "elsewhere"), "WEDSYNC_BACKUP_KEY": key}
    done(home, "restore", "--at", "latest", "--into", str(into), **elsewhere)
    with running_house(into, WEDSYNC_BACKUPS="off") as again:
        again.wait_open()
        newest = ask(into, "select extract(epoch from max(at))::float8 from probe.writes")
    age_s = killed_at - newest
    assert age_s <= 2.0, f"the newest row was {age_s:.2f} s old"


def command(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("WEDSYNC_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-m", "wedsync", *arguments],
        env=plain | {"WEDSYNC_HOME": str(home)} | environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def done(home: Path, *arguments: str, **environment: str) -> Any:  # noqa: ANN401 - whatever the command prints
    ended = command(home, *arguments, "--json", **environment)
    assert arguments == ("doctor",) or ended.returncode == 0, ended.stderr + ended.stdout
    return msgspec.json.decode(ended.stdout)


def opened(home: Path, place: Path | None = None) -> Vault:
    return vault_to_read(Settings(home=home, backups=str(place or home / "backups")))


def damaged(vault: Vault) -> set[str]:
    return {each.name for each in Checker(vault, lambda _line: None).report().damaged}


@contextmanager
def still(home: Path) -> Iterator[Path]:
    """A copy of the place that no stream writes to."""
    place = home.with_name("still")
    shutil.copytree(home / "backups", place, ignore=shutil.ignore_patterns(".drafts"))
    try:
        yield place
    finally:
        shutil.rmtree(place)


def ask(home: Path, statement: str) -> Any:  # noqa: ANN401 - whatever the column is
    found = left_in(home)
    assert found
    with psycopg.connect(found.admin, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def write(home: Path, rows: int) -> None:
    """Something that the log has to carry."""
    found = left_in(home)
    assert found
    with psycopg.connect(found.admin, autocommit=True) as connection:
        connection.execute(
            "select count(pg_logical_emit_message(true, 'probe', repeat('x', 3000))) from generate_series(1, %s)",
            [rows],
        )


def counted(home: Path) -> dict[str, int]:
    found: dict[str, int] = ask(
        home, "select jsonb_object_agg(name, rows) from app.counted_rows() where name <> 'app.sessions'"
    )
    return found


def write_until_killed(admin_url: str) -> None:
    """A row after another, each committed, until the server is gone."""
    try:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            connection.execute("set event_triggers = off")
            connection.execute("create schema probe")
            connection.execute("create table probe.writes (at timestamptz default clock_timestamp(), words text)")
            while True:
                connection.execute("insert into probe.writes (words) values (repeat('x', 500))")
    except psycopg.OperationalError:
        return
