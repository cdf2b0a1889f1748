"""`wedsync up` as people run it: it opens, survives what falls, says why it cannot start, and leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import psutil
import pytest
from tests.support import commands
from tests.support.servers import RunningHouse, eventually, free_port, running_house

from wedsync.platform.embedded.refusals import ExitCode
from wedsync.platform.embedded.shelf import remove_outside

ROOT: Final = Path(__file__).resolve().parents[2]
CHILDREN = ("postgres", "valkey", "web", "worker", "stream")


class Again(msgspec.Struct, frozen=True):
    """A house in the home of one whose supervisor was killed, and what was left of that one."""

    orphans: list[psutil.Process]
    house: RunningHouse


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    closed = tmp_path_factory.mktemp("a path with spaces")
    closed.chmod(0o700)
    with running_house(closed / "var", WEDSYNC_BACKUPS="") as running:
        yield running.wait_open()


@pytest.fixture(scope="module")
def again(house: RunningHouse) -> Iterator[Again]:
    """Its next start, after its supervisor was killed: who asks for it stands below all who ask for the house."""
    everyone = house.descendants()
    house.send(signal.SIGKILL)
    house.wait()
    eventually(lambda: not still_running(everyone))
    with running_house(house.home, WEDSYNC_BACKUPS="") as running:
        yield Again(orphans=still_running(everyone), house=running.wait_open())


@pytest.mark.deep
def test_it_opens_and_answers_from_a_path_with_spaces(house: RunningHouse) -> None:
    assert house.answers()
    assert f"http://127.0.0.1:{house.port}" in house.output


def test_every_part_is_a_child_of_its_own(house: RunningHouse) -> None:
    assert eventually(lambda: all(house.child(name) for name in CHILDREN))


def test_postgresql_never_runs_as_root(house: RunningHouse) -> None:
    server = house.child("postgres")
    assert server
    assert server.uids().effective != 0


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_child_is_started_again(house: RunningHouse, name: str) -> None:
    before = house.child(name)
    assert before
    before.kill()
    assert eventually(lambda: (after := house.child(name)) is not None and after.pid != before.pid)
    assert eventually(lambda: f"{name} is back" in house.output)
    assert eventually(house.answers)


def test_the_runbooks_shell_opens_psql_and_finds_the_ports(house: RunningHouse, tmp_path: Path) -> None:
    page = (ROOT / "docs/runbooks/at-hand.md").read_text("utf-8")
    shell = page.partition("```sh\n")[2].partition("```")[0]
    (tmp_path / "var").symlink_to(house.home)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    ask = 'psql -Atc "select current_user, count(*) > 0 from guard.migrations" && echo "$PORT" && command -v wedsync'
    said = subprocess.run(["sh", "-ec", shell + ask], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert said.stdout.split("\n")[:2] == ["wedsync_admin|t", str(house.port)]


@pytest.mark.deep
def test_a_second_start_in_the_same_home_is_refused(house: RunningHouse) -> None:
    second = RunningHouse(house.home)
    assert second.wait() == ExitCode.ALREADY_RUNNING
    assert f"process {house.pid}" in second.output
    assert house.answers()


def test_no_password_is_to_be_seen_in_any_command(house: RunningHouse) -> None:
    secrets = [file.read_text().strip() for file in (house.home / "secrets").iterdir() if file.suffix != ".json"]
    commands = " ".join(word for process in house.descendants() for word in process.cmdline())
    assert len(secrets) >= 3
    assert not any(secret in commands for secret in secrets)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step aside for the database")
def test_root_in_a_closed_folder_keeps_the_data_where_the_database_can_reach_it(house: RunningHouse) -> None:
    outside = Path((house.home / "postgres.location").read_text().strip())
    assert (outside / "data" / "PG_VERSION").exists()
    assert not (house.home / "postgres").exists()


def test_a_killed_supervisor_leaves_no_orphan_and_the_next_start_works(again: Again) -> None:
    assert again.orphans == []
    assert again.house.answers()


def test_ctrl_c_stops_everything_in_order_and_leaves_no_process(again: Again) -> None:
    house = again.house
    everyone = house.descendants()
    assert len(everyone) >= len(CHILDREN)
    assert house.end() == 0
    order = [house.output.index(f"Stopping {name}") for name in reversed(CHILDREN)]
    assert order == sorted(order)
    assert still_running(everyone) == []
    assert not (house.home / "secrets" / "addresses.json").exists()


def test_without_the_death_signal_a_child_would_outlive_its_parent() -> None:
    # The negative control of the test above: the same kill, a child that was started plainly.
    parent = psutil.Popen(["/bin/sh", "-c", "sleep 30 & echo $!; wait"], stdout=-1, text=True)
    orphan = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert orphan.is_running()
    orphan.kill()


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]
        refused(tmp_path, ExitCode.PORT_TAKEN, f"Port {port}", WEDSYNC_PORT=str(port))


def test_missing_programs_are_one_sentence(tmp_path: Path) -> None:
    refused(tmp_path, ExitCode.BINARIES_MISSING, "WEDSYNC_PG_BIN", WEDSYNC_PG_BIN="/nowhere")


def test_a_misspelt_setting_is_one_sentence(tmp_path: Path) -> None:
    refused(tmp_path, ExitCode.SETTINGS, "Did you mean WEDSYNC_PORT?", WEDSYNC_PROT="1")


def test_a_folder_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    letters = tmp_path / "var" / "postgres" / "data" / "letters.txt"
    letters.parent.mkdir(parents=True)
    letters.write_text("dear Clara")
    refused(tmp_path, ExitCode.FOREIGN_DATA, "Nothing was touched")
    assert letters.read_text() == "dear Clara"


def still_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if process.is_running()]


def refused(folder: Path, code: ExitCode, words: str, **environment: str) -> None:
    """It ends at once with that number and one sentence, and leaves nothing running."""
    here = {"WEDSYNC_HOME": str(folder / "var"), "WEDSYNC_PORT": str(free_port()), "WEDSYNC_METRICS": "off"}
    try:
        ended = commands.wedsync("up", environment=commands.ambient(**here | environment))
    finally:
        remove_outside(folder / "var")
    assert ended.returncode == code
    said = [line for line in ended.stderr.splitlines() if line.startswith("wedsync: ")]
    assert len(said) == 1
    assert words in said[0]
    assert "Traceback" not in ended.stderr
