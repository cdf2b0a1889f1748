"""An acknowledged write survives the database's sudden death, again and again."""

import contextlib
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from tests.support.servers import eventually, running_servers

KILLS = 20

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="only our own database may be killed"),
]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wedsync-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "var"


class Ledger:
    """Writes one row after another and remembers those that were acknowledged."""

    def __init__(self, url: str, table: str, commit: str) -> None:
        self._url, self._table, self._commit = url, table, commit
        self.acknowledged: list[int] = []
        self._is_over = threading.Event()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"create table {table} (number bigint primary key)".encode())
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def _write(self) -> None:
        number = 0
        while not self._is_over.is_set():
            with contextlib.suppress(psycopg.Error), psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute(f"set synchronous_commit = {self._commit}".encode())
                while not self._is_over.is_set():
                    number += 1
                    connection.execute(f"insert into {self._table} values ({number})".encode())  # noqa: S608
                    self.acknowledged.append(number)
            time.sleep(0.02)

    def lost(self) -> set[int]:
        self._is_over.set()
        self._thread.join()
        with psycopg.connect(self._url) as connection:
            kept = {int(row[0]) for row in connection.execute(f"table {self._table}".encode())}
        return set(self.acknowledged) - kept


def kill_under_writes(home: Path, ledger: Ledger) -> None:
    killed = 0
    for _ in range(KILLS):
        # A session may outlive its killed server for a moment; what counts is the next server's writes.
        assert eventually(partial(is_another, home, killed))
        assert eventually(partial(has_grown, ledger, len(ledger.acknowledged) + 50))
        killed = server_pid(home)
        os.kill(killed, signal.SIGKILL)


def server_pid(home: Path) -> int:
    lock = home / "postgres" / "data" / "postmaster.pid"
    text = lock.read_text() if lock.exists() else ""
    return int(text.split()[0]) if text.endswith("ready   \n") else 0


def is_another(home: Path, killed: int) -> bool:
    return server_pid(home) not in {0, killed}


def test_no_acknowledged_write_is_lost_in_twenty_kills(home: Path) -> None:
    with running_servers(home) as found:
        ledger = Ledger(found.admin, "ledger", "on")
        kill_under_writes(home, ledger)
        time.sleep(1)
        assert eventually(lambda: can_connect(found.admin))
        assert ledger.lost() == set()
        assert len(ledger.acknowledged) > KILLS * 50


def test_without_waiting_for_the_disk_writes_would_be_lost(home: Path) -> None:
    # The negative control: the same kills, acknowledgements that wait for nothing.
    with running_servers(home) as found:
        ledger = Ledger(found.admin, "careless", "off")
        kill_under_writes(home, ledger)
        time.sleep(1)
        assert eventually(lambda: can_connect(found.admin))
        assert ledger.lost() != set()


def has_grown(ledger: Ledger, beyond: int) -> bool:
    return len(ledger.acknowledged) > beyond


def can_connect(url: str) -> bool:
    with contextlib.suppress(psycopg.Error), psycopg.connect(url, connect_timeout=2):
        return True
    return False
