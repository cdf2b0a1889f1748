"""PostgreSQL's own programs for backups: each ends with this process, and says in its last line why it could not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from wedsync.platform.embedded.binaries import find_binaries
from wedsync.platform.embedded.child import LAUNCHER, Identity
from wedsync.platform.embedded.refusals import CannotStart, ExitCode

READ_BYTES: Final = 1024 * 1024
PROGRAMS: Final = (
    "pg_basebackup",
    "pg_receivewal",
    "pg_combinebackup",
    "pg_verifybackup",
    "pg_amcheck",
)


class ProgramFails(Exception):  # noqa: N818 - it reads as the sentence it carries
    """A program ended with an error; the sentence is its last line."""


class Connection:
    """How a program reaches the server: the password goes by the environment, which is not public."""

    def __init__(self, url: str) -> None:
        found = conninfo_to_dict(url)
        self._password: Final = str(found.pop("password", ""))
        self.words: Final = make_conninfo("", **found)

    @property
    def environment(self) -> dict[str, str]:
        """For the program."""
        return {"PGPASSWORD": self._password} if self._password else {}


class Programs:
    """The folder they lie in."""

    def __init__(self, named_binaries: str) -> None:
        """`named_binaries` as in WEDSYNC_PG_BIN. CannotStart if one is missing."""
        self.folder: Final = find_binaries(named_binaries)
        missing = [name for name in PROGRAMS if not (self.folder / name).is_file()]
        if missing:
            sentence = f"{', '.join(missing)} not in {self.folder}. Name a PostgreSQL 18 with WEDSYNC_PG_BIN."
            raise CannotStart(ExitCode.BINARIES_MISSING, sentence)

    def run(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """Until it ends. Raises ProgramFails."""
        with self.reading(name, *arguments, environment=environment):
            pass

    @contextmanager
    def reading(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[IO[bytes]]:
        """What it prints; what is left unread is thrown away. Raises ProgramFails at the end if it did not end well."""
        with tempfile.TemporaryFile() as complaints:
            process = start(
                self.folder / name, *arguments, environment=environment, stdout=subprocess.PIPE, stderr=complaints
            )
            try:
                if process.stdout is None:  # it was asked for
                    raise AssertionError
                yield process.stdout
                # A full pipe would keep it waiting, and us for it.
                while process.stdout.read(READ_BYTES):
                    pass
                code = process.wait()
            finally:
                end(process)
            if code:
                raise ProgramFails(f"{name}: {_last_line(complaints)}")


def start(
    program: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    identity: Identity | None = None,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
    death_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start it so that it cannot outlive this process; as `identity`, if one is given."""
    who = (str(identity.uid), str(identity.gid)) if identity else ("-", "-")
    return subprocess.Popen(  # noqa: S603 - our own choice of program, no shell
        [
            sys.executable,
            "-I",
            "-S",
            str(LAUNCHER),
            str(os.getpid()),
            str(int(death_signal)),
            *who,
            str(program),
            *arguments,
        ],
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"} | dict(environment or {}),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes], asked: signal.Signals = signal.SIGTERM, within_s: float = 10.0) -> None:
    """Ask, wait, insist."""
    if process.poll() is None:
        process.send_signal(asked)
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout:
        process.stdout.close()


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - 4096))
    lines = [line for line in complaints.read().decode(errors="replace").splitlines() if "hint:" not in line]
    return lines[-1].partition("error: ")[2] or lines[-1] if lines else "ended without a word"
