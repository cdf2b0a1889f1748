"""Where the embedded database's files lie, and as whom it runs.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`, so its files must lie where
`nobody` can reach them: inside the home when the way there is open, else in a folder outside that
the home points to. An ordinary user's database always lies in the home.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from wedsync.platform.embedded.child import Identity
from wedsync.platform.embedded.home import Home, write_private
from wedsync.platform.embedded.refusals import CannotStart, ExitCode

POINTER = "postgres.location"


class Shelf:
    """The folder with `data`, the access rules and, if it must be, a copy of the programs."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.identity = self._whom()
        self.folder = self._place()
        self.data = self.folder / "data"
        self._claim()

    def lend(self, path: Path) -> None:
        """Give a file or folder to the user the database runs as."""
        if self.identity:
            os.chown(path, self.identity.uid, self.identity.gid)

    def refuse_foreign_data(self, major_version: str) -> None:
        """Only a database of this version, made by this home, for this user, is started."""
        if not self.data.exists():
            return
        version_file = self.data / "PG_VERSION"
        version = version_file.read_text().strip() if version_file.exists() else ""
        if not version:
            raise self._foreign("is no PostgreSQL data directory")
        if version != major_version:
            raise self._foreign(f"was made by PostgreSQL {version}, and this is {major_version}")
        if self.data.stat().st_uid != (self.identity.uid if self.identity else os.geteuid()):
            raise self._foreign("belongs to another user")

    def _whom(self) -> Identity | None:
        if os.geteuid() != 0:
            return None
        # A home made by an ordinary user keeps its owner when root starts it.
        data = self._home.path / "postgres" / "data"
        if data.exists() and data.stat().st_uid != 0:
            return Identity(data.stat().st_uid, data.stat().st_gid)
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError as error:
            raise CannotStart(
                ExitCode.HOME_UNUSABLE,
                "PostgreSQL may not run as root, and this machine has no user `nobody`. Start WedSync as an "
                "ordinary user, or name a server with DATABASE_URL.",
            ) from error
        return Identity(nobody.pw_uid, nobody.pw_gid)

    def _place(self) -> Path:
        pointer = self._home.path / POINTER
        if pointer.exists():
            outside = Path(pointer.read_text().strip())
            if not outside.is_dir():
                raise CannotStart(
                    ExitCode.FOREIGN_DATA,
                    f"The database of this home was in {outside} and is not there any more. Bring it back, or "
                    f"delete {pointer} to start with an empty one.",
                )
            return outside
        inside = self._home.path / "postgres"
        inside.mkdir(mode=0o711, exist_ok=True)
        if self._can_reach(inside):
            return inside
        try:
            inside.rmdir()
        except OSError as error:
            self.data = inside / "data"
            raise self._foreign("lies where the user the database runs as cannot reach it") from error
        outside = Path(tempfile.mkdtemp(prefix="wedsync-", dir=_machine_folder()))
        outside.chmod(0o711)
        write_private(pointer, f"{outside}\n")
        return outside

    def _can_reach(self, folder: Path) -> bool:
        """Asked of the kernel, not computed: access lists and mount options count too."""
        if self.identity is None:
            return True
        answer = subprocess.run(  # noqa: S603 - our own words, the path is an argument
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", folder],
            check=False,
            capture_output=True,
            cwd="/",
            user=self.identity.uid,
            group=self.identity.gid,
            extra_groups=[],
        )
        return answer.returncode == 0

    def _claim(self) -> None:
        """Whoever finds data here knows whose it is: a mark, the same in the home and beside the data."""
        mark = self.folder / "belongs-to"
        ours = self._home.secret("instance")[:16]
        if not mark.exists():
            if self.data.exists():
                raise self._foreign("was not made by this home")
            write_private(mark, ours)
        if mark.read_text().strip() != ours:
            raise self._foreign("was made by another home")
        self._home.refuse_full_disk(self.folder)

    def _foreign(self, why: str) -> CannotStart:
        return CannotStart(
            ExitCode.FOREIGN_DATA,
            f"{self.data} {why}. Nothing was touched. Name another folder with WEDSYNC_HOME, or a server "
            "with DATABASE_URL.",
        )


def remove_outside(home: Path) -> None:
    """Delete what a home keeps outside itself; for those who delete the home."""
    pointer = home / POINTER
    if pointer.exists():
        shutil.rmtree(pointer.read_text().strip(), ignore_errors=True)
        pointer.unlink()


def _machine_folder() -> Path:
    for folder in (Path("/var/lib"), Path("/var/tmp")):  # noqa: S108 - mkdtemp makes a folder of its own in it
        if folder.is_dir() and os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.gettempdir())
