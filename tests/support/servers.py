"""Real servers for tests: PostgreSQL and Valkey for a session, or the whole house as people run it."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from wedsync.platform.addresses import Addresses, addresses
from wedsync.platform.embedded.home import Home
from wedsync.platform.embedded.postgres import EmbeddedPostgres
from wedsync.platform.embedded.shelf import remove_outside
from wedsync.platform.embedded.valkey import EmbeddedValkey
from wedsync.platform.supervisor import Supervisor

SECRET = "for tests only, forty bytes of it at least"
PATIENCE_S = 60.0


@contextlib.contextmanager
def running_servers(folder: Path) -> Iterator[Addresses]:
    """PostgreSQL and Valkey, empty, for as long as this lasts; DATABASE_URL and VALKEY_URL name others.

    The servers live in a thread of their own, so tests of any kind can use them.
    """
    admin, valkey = os.environ.get("DATABASE_URL"), os.environ.get("VALKEY_URL")
    if admin and valkey:
        yield addresses(admin, valkey, SECRET)
        return
    found: list[Addresses | BaseException] = []
    is_up, is_over = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(folder, found, (is_up, is_over))))
    thread.start()
    try:
        is_up.wait(PATIENCE_S)
        match found:
            case [Addresses() as up]:
                yield up
            case [BaseException() as problem]:
                raise problem
            case _:
                raise TimeoutError("the servers did not come up")
    finally:
        is_over.set()
        thread.join()
        remove_outside(folder)


async def _serve(folder: Path, found: list[Addresses | BaseException], steps: tuple[threading.Event, ...]) -> None:
    is_up, is_over = steps
    supervisor = Supervisor(lambda _line: None)
    plain = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
    try:
        home = Home(folder)
        home.open()
        postgres, valkey = EmbeddedPostgres(home, ""), EmbeddedValkey(home)
        await postgres.prepare(plain, lambda _line: None)
        valkey.prepare()
        await supervisor.add(postgres.child(plain))
        await postgres.ensure_database()
        await supervisor.add(valkey.child(plain))
        found.append(addresses(postgres.url, valkey.url, SECRET))
    except BaseException as problem:  # noqa: BLE001 - handed to the thread that waits
        found.append(problem)
    is_up.set()
    await asyncio.to_thread(is_over.wait)
    await supervisor.stop()


class RunningHouse:
    """`wedsync up` as a process of its own, with everything it printed."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.output = ""
        self._is_ready = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "wedsync", "up"],
            env=_clean()
            | {"WEDSYNC_HOME": str(home), "WEDSYNC_PORT": str(self.port), "WEDSYNC_DEMO": "0", "WEDSYNC_BACKUPS": "off"}
            | {"WEDSYNC_METRICS": "off"}
            | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.output += line
            if "WedSync is open at" in line:
                self._is_ready.set()
        self._process.stdout.close()
        self._is_ready.set()

    def wait_open(self) -> "RunningHouse":
        self._is_ready.wait(PATIENCE_S)
        assert "WedSync is open at" in self.output, self.output
        return self

    def child(self, name: str) -> psutil.Process | None:
        """The child that runs now: postgres, valkey, web or worker."""
        marks = {
            "postgres": "bin/postgres",
            "valkey": "valkey-server",
            "web": "--fd",
            "worker": "worker",
            "stream": "stream",
        }
        for process in self._children():
            with contextlib.suppress(psutil.Error):
                command = process.cmdline()
                if any(marks[name] in word for word in command) and not any("launcher.py" in word for word in command):
                    return process
        return None

    def descendants(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.pid).children(recursive=True)
        return found

    def _children(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.pid).children() if psutil.pid_exists(self.pid) else []
        return found

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as server:
                server.sendall(b"GET /health/live HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                return b" 200 " in server.recv(64)
        except OSError:
            return False

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> int:
        """Ctrl-C, and the exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        code = self._process.wait(PATIENCE_S)
        self._reader.join(5)
        return code


@contextlib.contextmanager
def running_house(home: Path, **environment: str) -> Iterator[RunningHouse]:
    """A house that is ended, and cleaned up after, however the test ends."""
    house = RunningHouse(home, **environment)
    try:
        yield house
    finally:
        house.end()
        remove_outside(home)


def eventually(what: Callable[[], bool], within_s: float = 15.0) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _clean() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("WEDSYNC_", "DATABASE_", "VALKEY_"))
    }
