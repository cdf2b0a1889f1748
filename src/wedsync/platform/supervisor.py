"""`wedsync up`: everything as children of one process, started in order and stopped in reverse.

A child that falls is started again. When the supervisor itself falls, the kernel ends its children,
so nothing is left behind and the next start finds a database that recovers by itself.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress

from wedsync.platform.embedded.child import Child
from wedsync.platform.embedded.keeper import Keeper
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.settings import Settings

# Connections wait here while the web child is started again, instead of being refused.
BACKLOG = 2048


class Supervisor:
    """The children, in the order in which they were started."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self._progress = progress
        self._keepers: list[Keeper] = []

    async def add(self, child: Child) -> None:
        """Start a child and keep it."""
        keeper = Keeper(child, self._progress)
        self._keepers.append(keeper)
        await keeper.start()

    async def renew(self) -> None:
        """Start the children that run our own code again."""
        for keeper in self._keepers:
            if keeper.child.is_our_code:
                await keeper.renew()

    async def stop(self) -> None:
        """Last started, first stopped: nothing loses what it stands on."""
        while self._keepers:
            keeper = self._keepers.pop()
            self._progress(f"Stopping {keeper.child.name}")
            await keeper.stop()


async def until_told(work: Coroutine[None, None, None]) -> None:
    """Run `work` until it ends or Ctrl-C, SIGTERM or a closed terminal cancels it; its cleaning up is waited for."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, _cancel_once, task)
    with suppress(asyncio.CancelledError):
        await task


def _cancel_once(task: "asyncio.Future[None]") -> None:
    # A second Ctrl-C must not interrupt the orderly end.
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, _stay_calm)
    task.cancel()


def _stay_calm() -> None:
    """Already stopping."""


def rest(_supervisor: Supervisor) -> "asyncio.Future[None]":
    """Nothing to do while the children live."""
    return asyncio.get_running_loop().create_future()


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket all web children accept on; held here, it outlives each of them."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        sentence = f"WEDSYNC_HOST is {settings.host!r}, which is no address of this machine."
        raise CannotStart(ExitCode.SETTINGS, sentence) from error
    family, _, _, _, address = found[0]
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(address)
        except OSError as error:
            raise CannotStart(
                ExitCode.PORT_TAKEN,
                f"Port {settings.port} of {settings.host} cannot be used ({error.strerror}). Stop what uses it, or "
                f"choose another: WEDSYNC_PORT={settings.port + 1}.",
            ) from error
        server.listen(BACKLOG)
        yield server
