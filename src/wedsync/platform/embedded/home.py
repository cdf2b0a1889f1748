"""The one folder where `wedsync up` keeps what it must not forget: secrets, ports, data, logs.

One supervisor at a time works in a home; the lock goes with the process, however it ends.
"""

import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from wedsync.platform.embedded.refusals import CannotStart, ExitCode

FREE_BYTES_NEEDED = 200 * 1024 * 1024
LOG_KEPT_BYTES = 10 * 1024 * 1024
# Who can sign in to the demo world. None is built where this lies, be it empty.
SIGN_INS = "sign-ins.json"


class Home:
    """A folder and the few questions asked of it."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def open(self) -> None:
        """Create what is missing, or refuse: no permission, no space."""
        try:
            # As root the database runs as somebody else, who has to be able to pass through.
            mode = 0o711 if os.geteuid() == 0 else 0o700
            if not self.path.exists():
                self.path.mkdir(parents=True)
                self.path.chmod(mode)
            for name in ("secrets", "logs"):
                (self.path / name).mkdir(mode=0o700, exist_ok=True)
            next((self.path / "secrets").iterdir(), None)
        except OSError as error:
            raise CannotStart(
                ExitCode.HOME_UNUSABLE,
                f"{self.path} cannot be used as the home folder ({error.strerror}). Start as the "
                "user it belongs to, or name another folder with WEDSYNC_HOME.",
            ) from error
        self.refuse_full_disk(self.path)

    def refuse_full_disk(self, folder: Path) -> None:
        """A database that runs out of disk stops in the middle; better not to start."""
        free = shutil.disk_usage(folder).free
        if free < FREE_BYTES_NEEDED:
            raise CannotStart(
                ExitCode.DISK_FULL,
                f"The disk that holds {folder} has {free // 2**20} MB free; WedSync needs "
                f"{FREE_BYTES_NEEDED // 2**20} MB to start. Make room, or name another folder with "
                "WEDSYNC_HOME.",
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this home, or refuse at once when another supervisor does."""
        with (self.path / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                raise CannotStart(
                    ExitCode.ALREADY_RUNNING,
                    f"WedSync already runs in {self.path} (process {file.read().strip() or '?'}). "
                    "Stop it first, or name another folder with WEDSYNC_HOME.",
                ) from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def secret(self, name: str) -> str:
        """A text made by chance, the same at every start, readable by this user only."""
        file = self.path / "secrets" / name
        if not file.exists():
            write_private(file, secrets.token_hex(32))
        return file.read_text().strip()

    def port(self, name: str) -> int:
        """A free port of 127.0.0.1 for `name`: the one of last time unless somebody took it."""
        file = self.path / "ports.json"
        ports = msgspec.json.decode(file.read_bytes(), type=dict[str, int]) if file.exists() else {}
        if name not in ports or not _is_free(ports[name]):
            ports[name] = _free_port()
            write_private(file, msgspec.json.encode(ports).decode())
        return ports[name]

    def log(self, name: str) -> Path:
        """The log of one child; the one before it is kept once it has grown."""
        file = self.path / "logs" / f"{name}.log"
        if file.exists() and file.stat().st_size > LOG_KEPT_BYTES:
            file.replace(file.with_suffix(".log.1"))
        return file


def write_private(file: Path, text: str) -> None:
    """Write all of it or nothing, readable by this user only from its first byte on."""
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as open_file:
        open_file.write(text)
        open_file.flush()
        os.fsync(descriptor)
    draft.replace(file)


def processes_in(folder: Path, title: str = "") -> list[int]:
    """The processes at work in a folder: how a server that should be gone is noticed.

    A container may hide another user's working folder even from root, but not the command: a
    process also counts whose command names the folder or starts with `title`.
    """
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (_works_in(entry, folder) or _is_called(entry, folder, title))
    ]


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False  # gone meanwhile, or another user's


def _is_called(process: Path, folder: Path, title: str) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(folder) in words or bool(title and words[0].startswith(title.encode()))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address: tuple[str, int] = probe.getsockname()
        return address[1]
