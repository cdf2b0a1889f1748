"""A PostgreSQL on data that was restored: on a socket in a closed folder, for this process alone, until it stops."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote
from uuid import UUID

import psycopg
from psycopg import sql

from wedsync.platform.backups.programs import end, start
from wedsync.platform.backups.source import COUNTED
from wedsync.platform.embedded.child import Identity

ASKED_EVERY_S: Final = 0.02
STOPS_WITHIN_S: Final = 120.0
TARGET_NOT_REACHED: Final = "recovery ended before configured recovery target was reached"
_NEWEST_PARTNER: Final = """
select m.person_id, m.wedding_id from app.wedding_members m
where m.role = 'partner' and m.left_at is null and exists (select from live.weddings w where w.id = m.wedding_id)
order by m.created_at desc limit 1"""
_LAST_COMMIT: Final = "select pg_last_xact_replay_timestamp()"
_OPTIONS: Final = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "archive_mode": "off",
    "restore_command": "exit 1",  # all that is needed lies in pg_wal already
    "hot_standby": "on",
    "shared_buffers": "128MB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}


class ServerFails(Exception):  # noqa: N818 - it reads as the sentence it carries
    """It did not come up; the sentence is its last complaint."""


class TargetNotReached(ServerFails):
    """The log ends before the instant that was asked for."""


class PrivateServer:
    """One server at a time on one folder of data. Use it in `with`: its own folder goes with it."""

    def __init__(self, postgres: Path, data: Path, identity: Identity | None, needs: Mapping[str, str]) -> None:
        """`needs` are settings that must be at least what they were where the data comes from."""
        self._postgres: Final = postgres
        self._data: Final = data
        self.identity: Final = identity
        self._needs: Final = dict(needs)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Final = Path(tempfile.mkdtemp(prefix="wedsync-"))

    def __enter__(self) -> Self:
        """Who this process is may come in as anybody."""
        me = pwd.getpwuid(os.geteuid()).pw_name
        (self._folder / "hba").write_text("local all all peer map=us\n")
        (self._folder / "ident").write_text(f'us "{me}" all\n')
        (self._folder / "conf").write_text("")
        if self.identity:
            for path in (self._folder, *self._folder.iterdir()):
                os.chown(path, self.identity.uid, self.identity.gid)
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever happened."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, user: str, database: str) -> str:
        """For psycopg and for PostgreSQL's own programs."""
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self._folder), safe='')}&port=5432"

    def recover(self, target: Mapping[str, str], url: str, *, until: str) -> None:
        """Start, and wait until the query `until` answers true. Raises ServerFails, TargetNotReached."""
        (self._data / "recovery.signal").touch()
        self._start(target)
        self._wait(url, until)

    def open(self, url: str) -> None:
        """Start it on data that is whole. Raises ServerFails."""
        self._start({})
        self._wait(url, "select true")

    def _wait(self, url: str, until: str) -> None:
        while not self._is_true(url, until):
            if self._process is None or self._process.poll() is not None:
                raise self._why()
            time.sleep(ASKED_EVERY_S)

    def counted(self, url: str) -> dict[str, int]:
        """How many rows each table holds, as a backup counted them."""
        with psycopg.connect(url, autocommit=True) as connection:
            return {str(name): int(rows) for name, rows in connection.execute(COUNTED).fetchall()}

    def last_commit_at(self, url: str) -> datetime | None:
        """Of what was replayed since it was started; None where nothing was committed in it."""
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(_LAST_COMMIT).fetchone()
        return row[0] if row and isinstance(row[0], datetime) else None

    def newest_partner(self, url: str) -> tuple[UUID, UUID] | None:
        """A person and their wedding, to look at it as they do; None where there is no wedding."""
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(_NEWEST_PARTNER).fetchone()
        return None if row is None else (UUID(str(row[0])), UUID(str(row[1])))

    def set_password(self, url: str, role: str, password: str) -> None:
        """What a role signs in with from now on."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password)))

    def stop(self) -> None:
        """In order."""
        if self._process is not None:
            end(self._process, signal.SIGINT, STOPS_WITHIN_S)
            self._process = None

    def _start(self, target: Mapping[str, str]) -> None:
        options = (
            _OPTIONS
            | self._needs
            | dict(target)
            | {
                "unix_socket_directories": str(self._folder),
                "config_file": str(self._folder / "conf"),
                "hba_file": str(self._folder / "hba"),
                "ident_file": str(self._folder / "ident"),
            }
        )
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("wb") as log:
            self._process = start(
                self._postgres, "-D", str(self._data), *words,
                identity=self.identity, stderr=log, death_signal=signal.SIGQUIT,
            )  # fmt: skip

    def _is_true(self, url: str, query: str) -> bool:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                row = connection.execute(query.encode()).fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and row[0] is True

    def _why(self) -> ServerFails:
        text = (self._folder / "log").read_text("utf-8", errors="replace")
        if TARGET_NOT_REACHED in text:
            return TargetNotReached("The log ends before that instant.")
        lines = [line for line in text.splitlines() if any(word in line for word in ("FATAL", "PANIC", "ERROR"))]
        return ServerFails(f"PostgreSQL did not start from the copy: {lines[0] if lines else text[-300:] or 'no word'}")
