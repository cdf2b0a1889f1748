"""What the worker does every night, in a freeze as well (F5): it takes a backup, and proves one. Failures are told."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from typing import Final

from wedsync.kernel.permissions import WriteClass
from wedsync.operations.continuity.alarm import BACKUP, RESTORE, alarm_chore, raise_alarm
from wedsync.platform.jobs import Workshop
from wedsync.platform.queue import Chore
from wedsync.platform.settings import Settings, as_environment
from wedsync.platform.telemetry import Log

LONGEST_S: Final = 6 * 3600.0
MOST_TOLD: Final = 1000
_log = Log("continuity")


class NightFails(RuntimeError):  # noqa: N818 - it reads as the sentence it carries
    """A command of the night ended badly; the sentence holds its last words."""


def continuity_chores(settings: Settings) -> tuple[Chore, ...]:
    """The chores, for the worker's own settings; none where backups are off."""
    if not settings.backups_place:
        return ()
    return (
        _nightly(BACKUP, "17 2 * * *", settings, "backup", "run"),
        _nightly(RESTORE, "37 4 * * *", settings, "drill", "restore"),
        alarm_chore(settings),
    )


def _nightly(name: str, cron: str, settings: Settings, *command: str) -> Chore:
    async def run(workshop: Workshop) -> None:
        try:
            await in_a_process_of_its_own(settings, *command)
        except NightFails as error:
            await raise_alarm(workshop, name, str(error))
            raise

    return Chore(
        name=f"operations.{command[0]}", cron=cron, run=run, write_class=WriteClass.SYSTEM, timeout_s=LONGEST_S
    )


async def in_a_process_of_its_own(settings: Settings, *command: str) -> None:
    """As somebody at a terminal would: it keeps no job waiting, and ends with this one."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "wedsync", *command, "--json"),
        env=dict(os.environ) | as_environment(settings),  # where Python finds us stands there too
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    said = output.decode(errors="replace").strip()[-MOST_TOLD:]
    if process.returncode:
        error = NightFails(f"`wedsync {' '.join(command)}` failed: {said}")
        _log.error("nightly_failed", error)
        raise error
    _log.info("done", command=" ".join(command), said=said)
