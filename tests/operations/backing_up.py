"""A cluster that is backed up, and the commands that do it, run as people run them."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from tests.support import commands
from tests.support.servers import SECRET, eventually

from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.places import Folder
from wedsync.platform.backups.sealing import BackupKey

KEY: Final = "a key for tests, forty bytes of it at least"


class Backups(msgspec.Struct, frozen=True):
    """A database, the home its commands work in, and the place its backups go to."""

    url: str
    admin_url: str
    home: Path
    place: Path

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return commands.wedsync(*arguments, environment=self.environment | environment)

    def done(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever the command prints
        """What a command printed as JSON, once it ended well."""
        ended = self.command(*arguments, "--json")
        assert ended.returncode == 0, ended.stderr + ended.stdout
        return msgspec.json.decode(ended.stdout)

    @property
    def vault(self) -> Vault:
        return Vault(Folder(self.place), BackupKey(KEY))

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "WEDSYNC_HOME": str(self.home),
            "WEDSYNC_BACKUPS": str(self.place),
            "WEDSYNC_BACKUP_KEY": KEY,
            "WEDSYNC_SECRET": SECRET,
            "DATABASE_URL": self.url,
        }
        return commands.ambient(**ours)

    @contextmanager
    def streaming(self) -> Iterator[subprocess.Popen[bytes]]:
        """The log is carried out for as long as this lasts, and its end with it."""
        with subprocess.Popen([sys.executable, "-m", "wedsync", "backup", "stream"], env=self.environment) as process:
            try:
                assert eventually((self.place / "wal" / "head").exists, 30)
                yield process
            finally:
                process.terminate()
                process.wait(30)

    def say(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - whatever the column is
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            found = connection.execute(statement.encode(), values)
            row = found.fetchone() if found.description else None
            return row[0] if row else None

    def files(self, prefix: str = "") -> list[Path]:
        """Everything that lies there, but for drafts."""
        found = (path for path in self.place.rglob("*") if path.is_file() and ".drafts" not in path.parts)
        return sorted(path for path in found if path.relative_to(self.place).as_posix().startswith(prefix))

    def name(self, path: Path) -> str:
        return path.relative_to(self.place).as_posix()


@contextmanager
def flipped(path: Path, seed: int) -> Iterator[None]:
    """One bit of it is another, for as long as this lasts."""
    whole = path.read_bytes()
    place = random.Random(seed).randrange(len(whole) * 8)  # noqa: S311 - any bit does
    damaged = bytearray(whole)
    damaged[place // 8] ^= 1 << place % 8
    path.write_bytes(damaged)
    try:
        yield
    finally:
        path.write_bytes(whole)


@contextmanager
def missing(path: Path) -> Iterator[None]:
    """It is gone, for as long as this lasts."""
    whole = path.read_bytes()
    path.unlink()
    try:
        yield
    finally:
        path.write_bytes(whole)
