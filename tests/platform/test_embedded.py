"""The embedded servers: real ones, behind passwords, that come back after every kind of fall."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from tests.support.servers import eventually, running_servers

from wedsync.platform.addresses import Addresses, role_passwords
from wedsync.platform.embedded.child import Child, Identity, start, stop
from wedsync.platform.embedded.home import Home, processes_in
from wedsync.platform.embedded.keeper import Keeper
from wedsync.platform.embedded.postgres import EmbeddedPostgres
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.embedded.shelf import remove_outside
from wedsync.platform.valkey_check import ping_valkey


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    # Not pytest's folder: that one is closed to the user the database runs as when root tests.
    folder = Path(tempfile.mkdtemp(prefix="wedsync home "))
    folder.chmod(0o711)
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def servers(home: Path) -> Iterator[Addresses]:
    with running_servers(home) as found:
        yield found


@pytest.fixture
def ask(servers: Addresses) -> Iterator[Callable[[str], str]]:
    with psycopg.connect(servers.admin) as connection:

        def answer(question: str) -> str:
            row = connection.execute(question.encode()).fetchone()
            return str(row[0]) if row else ""

        yield answer


embedded_only = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the database is somebody else's")


@embedded_only
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("show data_checksums", "on"),
        ("show fsync", "on"),
        ("show synchronous_commit", "on"),
        ("show full_page_writes", "on"),
        ("show server_encoding", "UTF8"),
        ("show timezone", "UTC"),
        ("show listen_addresses", "127.0.0.1"),
        ("select datlocprovider::text || datlocale from pg_database where datname = current_database()", "bC.UTF-8"),
    ],
)
def test_the_database_is_made_as_promised(ask: Callable[[str], str], question: str, answer: str) -> None:
    assert ask(question) == answer


@embedded_only
def test_a_wrong_password_does_not_open_the_database(servers: Addresses) -> None:
    with psycopg.connect(servers.admin):
        pass
    guessed = servers.admin.replace(":", ":x", 2).replace(":x//", "://", 1)
    assert guessed != servers.admin
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(guessed)


def test_valkey_answers_and_a_wrong_password_does_not_open_it(servers: Addresses) -> None:
    assert ping_valkey(servers.valkey)[0].isalpha()
    if "VALKEY_URL" not in os.environ:
        with pytest.raises(ConnectionError, match="WRONGPASS"):
            ping_valkey(servers.valkey.replace("valkey://:", "valkey://:x"))


@embedded_only
@pytest.mark.usefixtures("servers")
def test_a_reachable_home_keeps_everything_inside(home: Path) -> None:
    assert (home / "postgres" / "data" / "PG_VERSION").exists()
    assert not (home / "postgres.location").exists()


@embedded_only
@pytest.mark.usefixtures("servers")
def test_nobody_else_reads_the_secrets(home: Path) -> None:
    assert all(file.stat().st_mode & 0o077 == 0 for file in (home / "secrets").iterdir())
    assert (home / "valkey" / "valkey.conf").stat().st_mode & 0o077 == 0
    assert (home / "postgres" / "data").stat().st_mode & 0o077 == 0


def test_role_passwords_follow_from_the_secret_and_differ() -> None:
    one, same, other = role_passwords("a" * 40), role_passwords("a" * 40), role_passwords("b" * 40)
    assert one == same != other
    assert len({one.app, one.worker, one.migrator}) == 3


class Stopped:
    """A home whose database was made and then stopped."""

    def __init__(self, path: Path) -> None:
        self.home = Home(path)
        with running_for_a_moment(path):
            pass
        found = EmbeddedPostgres(self.home, "")
        self.data = found.folder / "data"


@contextlib.contextmanager
def running_for_a_moment(path: Path) -> Iterator[None]:
    home = Home(path)
    home.open()
    postgres = EmbeddedPostgres(home, "")
    asyncio.run(postgres.prepare({"PATH": os.environ["PATH"], "LC_ALL": "C"}, lambda _line: None))
    yield


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Stopped]:
    yield Stopped(tmp_path / "var")
    remove_outside(tmp_path / "var")


def test_a_database_of_another_version_is_left_alone(stopped: Stopped) -> None:
    EmbeddedPostgres(stopped.home, "")
    (stopped.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(CannotStart, match="made by PostgreSQL 15") as refusal:
        EmbeddedPostgres(stopped.home, "")
    assert refusal.value.code == ExitCode.FOREIGN_DATA


def test_a_database_of_another_home_is_left_alone(stopped: Stopped) -> None:
    (stopped.data.parent / "belongs-to").write_text("somebody else")
    with pytest.raises(CannotStart, match="made by another home"):
        EmbeddedPostgres(stopped.home, "")


def test_a_lock_file_that_names_a_living_stranger_does_not_stop_the_start(stopped: Stopped) -> None:
    # As after a container's restart: the number was ours, and now belongs to another process of the same user.
    owner = stopped.data.stat()
    who = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["/bin/sleep", "60"], cwd="/", **who)  # type: ignore[call-overload]
    lock = stopped.data / "postmaster.pid"
    lock.write_text(f"{stranger.pid}\n{stopped.data}\n1700000000\n5432\n\n127.0.0.1\n\nready\n")
    os.chown(lock, owner.st_uid, owner.st_gid)
    try:
        with running_servers(stopped.home.path) as found, psycopg.connect(found.admin) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_creation_that_was_cut_off_leaves_nothing_behind(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    home.open()
    postgres = EmbeddedPostgres(home, "")
    try:
        (postgres.folder / "data.new").mkdir()
        (postgres.folder / "data.new" / "half").touch()
        asyncio.run(postgres.prepare({"PATH": os.environ["PATH"], "LC_ALL": "C"}, lambda _line: None))
        assert (postgres.folder / "data" / "PG_VERSION").exists()
        assert sorted(path.name for path in postgres.folder.glob("*.new")) == []
    finally:
        remove_outside(home.path)


def test_two_supervisors_cannot_hold_one_home(tmp_path: Path) -> None:
    first, second = Home(tmp_path), Home(tmp_path)
    first.open()
    with first.locked(), pytest.raises(CannotStart, match="already runs"), second.locked():
        pass
    with second.locked():
        pass


def test_a_port_is_kept_until_somebody_takes_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.open()
    port = home.port("postgres")
    assert home.port("postgres") == port
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", port))
        somebody.listen()
        assert home.port("postgres") != port


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk can only be mounted by root")
def test_a_full_disk_is_told_before_anything_is_started(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=50m", "tmpfs", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("this machine mounts nothing")
    try:
        with pytest.raises(CannotStart, match="MB free") as refusal:
            Home(tmp_path / "var").open()
    finally:
        subprocess.run(["umount", tmp_path], check=True)
    assert refusal.value.code == ExitCode.DISK_FULL
    Home(tmp_path / "var").open()


async def at_once() -> None:
    """Ready when started."""


def child_of(*command: str, identity: Identity | None = None) -> Child:
    return Child(name="child", command=command, environment={}, ready=at_once, identity=identity)


async def test_a_child_that_cannot_live_is_tried_again_ever_more_slowly() -> None:
    said: list[str] = []
    keeper = Keeper(child_of("/bin/sh", "-c", "sleep 0.05; exit 3"), said.append)
    await keeper.start()
    await asyncio.sleep(2.0)
    await keeper.stop()
    falls = [line for line in said if "ended with code 3" in line]
    # 0.2 + 0.4 + 0.8 + … seconds apart, not a busy loop.
    assert 2 <= len(falls) <= 5


async def test_a_child_that_does_not_listen_is_ended_all_the_same() -> None:
    deaf = Child(
        name="deaf",
        command=("/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"),
        environment={},
        ready=at_once,
        stop_timeout_s=0.3,
    )
    process = await start(deaf)
    await asyncio.sleep(0.3)
    await stop(deaf, process)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_a_child_that_gave_up_root_still_dies_with_its_parent() -> None:
    # Giving up root clears the death signal; the launcher asks for it afterwards.
    code = (
        "import asyncio, sys\n"
        "from wedsync.platform.embedded.child import Child, Identity, start\n"
        "async def at_once(): ...\n"
        "async def main():\n"
        "    who = Identity(65534, 65534)\n"
        "    child = Child(name='c', command=('/bin/sleep', '60'), environment={}, ready=at_once, identity=who)\n"
        "    print((await start(child)).pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = psutil.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        grandchild = psutil.Process(int(parent.stdout.readline()))
        assert eventually(lambda: grandchild.cmdline() == ["/bin/sleep", "60"])
        assert grandchild.uids().effective == 65534
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    assert eventually(lambda: not grandchild.is_running())


def test_a_process_is_found_by_the_folder_it_works_in(tmp_path: Path) -> None:
    assert processes_in(tmp_path) == []
    worker = subprocess.Popen(["/bin/sleep", "60"], cwd=tmp_path)
    try:
        assert processes_in(tmp_path) == [worker.pid]
    finally:
        worker.kill()
        worker.wait()
