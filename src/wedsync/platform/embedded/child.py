"""One process under the supervisor's care: how it is started, known to be ready, and ended."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import msgspec

LAUNCHER = Path(__file__).with_name("launcher.py")


class Identity(msgspec.Struct, frozen=True):
    """Whom a child runs as."""

    uid: int
    gid: int


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to know about a child before it runs.

    `death_signal` is what the kernel sends it when the supervisor dies without a word. `before` is
    awaited ahead of every start; `ready` returns once the child answers.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    ready: Callable[[], Awaitable[None]]
    before: Callable[[], Awaitable[None]] | None = None
    folder: Path = Path("/")
    identity: Identity | None = None
    log: Path | None = None
    descriptors: tuple[int, ...] = ()
    is_our_code: bool = False
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    stop_timeout_s: float = 10.0


async def start(child: Child) -> asyncio.subprocess.Process:
    """Start it in a session of its own: Ctrl-C in the terminal reaches the supervisor alone."""
    if child.before:
        await child.before()
    who = child.identity
    log = child.log.open("ab") if child.log else None
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(LAUNCHER)),
            *(str(os.getpid()), str(int(child.death_signal))),
            *((str(who.uid), str(who.gid)) if who else ("-", "-")),
            *child.command,
            cwd=child.folder,
            env=child.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=child.descriptors,
            start_new_session=True,
        )
    finally:
        if log:
            log.close()


async def stop(child: Child, process: asyncio.subprocess.Process) -> None:
    """Ask, wait, insist; and leave nothing of its process group behind."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.send_signal(child.stop_signal)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), child.stop_timeout_s)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
