"""Keeps one child alive: started, known to answer, and started again whenever it falls.

Between two starts lies a delay that doubles, so a child that cannot live does not burn a processor.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

from wedsync.platform.embedded.child import Child, start, stop
from wedsync.platform.embedded.refusals import CannotStart, ExitCode

READY_TIMEOUT_S = 120.0
FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 10.0
# One that did answer was probably killed; people are waiting for it.
LONGEST_DELAY_AFTER_UP_S = 1.0
# A child that lived this long did not fall over its own feet: the next delay is the first again.
STEADY_S = 30.0


class Keeper:
    """Keeps one child alive until told to stop."""

    def __init__(self, child: Child, progress: Callable[[str], None]) -> None:
        self.child = child
        self._progress = progress
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._renewal = asyncio.Event()

    async def start(self) -> None:
        """Return once the child answers; CannotStart if it ends before it ever does."""
        self._process = await start(self.child)
        if not await self._comes_up(self._process):
            raise CannotStart(ExitCode.CHILD_FAILED, self._why())
        self._task = asyncio.create_task(self._keep(), name=self.child.name)

    async def stop(self) -> None:
        """End the child for good."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._process:
            await stop(self.child, self._process)

    async def renew(self) -> None:
        """End the child so that it comes back at once, with the code as it is now."""
        self._renewal.set()
        if self._process:
            await stop(self.child, self._process)

    async def _keep(self) -> None:
        delay_s = FIRST_DELAY_S
        was_up = True
        loop = asyncio.get_running_loop()
        while self._process:
            born = loop.time()
            code = await self._process.wait()
            # What it started itself must not go on beside its successor.
            await stop(self.child, self._process)
            longest_s = LONGEST_DELAY_AFTER_UP_S if was_up else LONGEST_DELAY_S
            delay_s = FIRST_DELAY_S if loop.time() - born > STEADY_S else min(delay_s * 2, longest_s)
            if not self._renewal.is_set():
                self._progress(f"{self.child.name} {_ending(code)}; starting it again")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._renewal.wait(), delay_s)
            self._renewal.clear()
            was_up = await self._again()

    async def _again(self) -> bool:
        try:
            self._process = await start(self.child)
            is_up = await self._comes_up(self._process)
        except (CannotStart, OSError) as problem:
            # The next round tries again; giving up would leave the house half standing.
            self._progress(f"{self.child.name}: {problem}")
            return False
        if is_up:
            self._progress(f"{self.child.name} is back")
        return is_up

    async def _comes_up(self, process: asyncio.subprocess.Process) -> bool:
        ready = asyncio.ensure_future(self.child.ready())
        ended = asyncio.ensure_future(process.wait())
        try:
            await asyncio.wait({ready, ended}, timeout=READY_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
            return ready.done() and not ready.cancelled() and ready.exception() is None
        finally:
            ready.cancel()
            ended.cancel()

    def _why(self) -> str:
        last = ""
        if self.child.log and self.child.log.exists():
            lines = self.child.log.read_text(errors="replace").strip().splitlines()
            last = f" Its last words, in {self.child.log}: {lines[-1]}" if lines else ""
        return f"{self.child.name} did not come up.{last}"


def _ending(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
