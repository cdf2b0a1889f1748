"""Tells who is on call that backups, drills or the stream fail: at once, and once until it goes well again.

A failure that nobody sees is found when the house has to come back. Everybody who runs it gets the letter.
"""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.operations.continuity import queries as q
from wedsync.operations.continuity.findings import continuity_findings
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.health_checks import Finding
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore
from wedsync.platform.settings import Settings
from wedsync.platform.telemetry import without_credentials

BACKUP: Final = "backup"
RESTORE: Final = "restore"
STREAM: Final = "stream"
EVERY_TEN_MINUTES: Final = "*/10 * * * *"
# A house that was off is looked at as it starts, before the stream had its first word.
STREAM_STARTS_WITHIN_S: Final = 20.0
MOST_SAID: Final = 300
_SUBJECTS: Final = {
    BACKUP: "WedSync: no backup was taken",
    RESTORE: "WedSync: a restore was not proven",
    STREAM: "WedSync: the log does not leave the house",
}


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A letter: to which operator, what fails, and what it said."""

    to: UUID
    failing: str
    said: str


async def raise_alarm(workshop: Workshop, failing: str, said: str) -> None:
    """The first time since the last success; nothing after that. A letter carries no password of an address."""
    told = without_credentials(said)[-MOST_SAID:]
    async with workshop.database.transaction(NOBODY) as tx:
        for each in await tx.all(q.RAISE_ALARM, q.Failing(failing=failing)):
            await defer(tx, SEND, Alarm(to=each.id, failing=failing, said=told))


def alarm_chore(settings: Settings) -> Chore:
    """Looks whether the last success is too old, also where no night ran at all."""

    async def look(workshop: Workshop) -> None:
        unwell = await _unwell(settings)
        if any(each.name == STREAM for each in unwell):
            await asyncio.sleep(STREAM_STARTS_WITHIN_S)
            unwell = await _unwell(settings)
        for each in unwell:
            await raise_alarm(workshop, each.name, each.seen)

    return Chore(
        name="operations.backups_watched", cron=EVERY_TEN_MINUTES, run=look, write_class=WriteClass.SYSTEM, timeout_s=50
    )


async def _unwell(settings: Settings) -> list[Finding]:
    return [each for each in await continuity_findings(settings) if each.name in _SUBJECTS and not each.is_well]


async def _send(workshop: Workshop, _actor: Actor, job: Alarm) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(q.ALARM_ADDRESS, ById(job.to))
    if found is not None:
        await workshop.mailer.send(letter(found, job, workshop.base_url))


SEND: Final = Job("operations.send_alarm", Alarm, _send, write_class=WriteClass.EXTERNAL)
JOBS: Final = (SEND,)


def letter(to: q.Address, alarm: Alarm, base_url: str) -> Letter:
    """What fails, what it said, and what to do."""
    body = (
        f"Hello {to.name},\n\n{_SUBJECTS[alarm.failing].removeprefix('WedSync: ').capitalize()}. It said:\n\n"
        f"    {alarm.said}\n\n`wedsync doctor` says more, and what to do. "
        "You are not told again until it went well once.\n\n"
        f"{base_url}/operations\n"
    )
    return Letter(kind=LetterKind.EMERGENCY, to=to.email, subject=_SUBJECTS[alarm.failing], body=body)
