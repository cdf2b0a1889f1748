"""Looks every minute whether what protects is what was signed, keeps what it found, and writes to who is on call."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import Problem, Unavailable
from wedsync.operations.attestation import queries as q
from wedsync.platform.attested import Attestor, Difference
from wedsync.platform.database import NOBODY, NoParams
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

EVERY_MINUTE: Final = "* * * * *"
MOST_NAMED: Final = 50
RUNBOOK: Final = "docs/runbooks/changed-protection.md"
_log = Log("attestation")


def attest_chore(secret: str) -> Chore:
    """The chore; `secret` is the installation's, from which the key follows."""
    attestor = Attestor(secret)

    async def attest(workshop: Workshop) -> None:
        await look(workshop, attestor)

    return Chore(name="operations.attest", cron=EVERY_MINUTE, run=attest, write_class=WriteClass.SYSTEM, timeout_s=50)


async def look(workshop: Workshop, attestor: Attestor) -> list[Difference]:
    """Once. What is found anew, or is over, is told to whoever is on call, and is no news only once somebody was."""
    found = await _found(workshop, attestor)
    if found:  # before the database is asked to keep it: that may be what was taken away
        _log.error("protection_differs", RuntimeError(lines_of(found)), differences=len(found))
    text = msgspec.json.encode(found[:MOST_NAMED]).decode()
    async with workshop.database.transaction(NOBODY) as tx:
        is_news = (await tx.one(q.RECORD, q.Findings(found=text))).is_news
        on_call = await tx.all(q.ON_CALL, NoParams()) if is_news else []
        await _tell(workshop, on_call, found)
    return found


async def _tell(workshop: Workshop, on_call: list[q.OnCall], found: list[Difference]) -> None:
    """Where not one letter leaves, the next look has the same news."""
    failed: list[Exception] = []
    for each in on_call:
        try:
            await workshop.mailer.send(letter(each, found))
        except Exception as error:  # noqa: BLE001 - one address that fails keeps nothing from the others
            _log.error("letter_failed", error)
            failed.append(error)
    if failed and len(failed) == len(on_call):
        raise failed[0]


async def _found(workshop: Workshop, attestor: Attestor) -> list[Difference]:
    reader = workshop.database.reader(NOBODY)
    try:
        signed = await reader.maybe(q.LATEST_BASELINE, NoParams())
        now = await reader.all(q.SNAPSHOT, NoParams())
    except Unavailable:
        raise
    except Problem:  # what was taken away may be what we look with
        return [Difference(kind="catalogue", name="snapshot", what="cannot be read")]
    return attestor.examine(tuple(now), signed)


def letter(to: q.OnCall, found: list[Difference]) -> Letter:
    """What whoever is on call reads first."""
    if not found:
        return Letter(
            kind=LetterKind.EMERGENCY,
            to=to.email,
            subject="WedSync: the protection is whole again",
            body=f"Hello {to.name},\n\nwhat protects the weddings is again what was signed.\n",
        )
    body = (
        f"Hello {to.name},\n\nsomething that protects the weddings is not what was signed:\n\n{lines_of(found)}\n\n"
        f"{RUNBOOK} says what to do. Until then treat what was written since as doubtful: `wedsync verify chain`.\n"
    )
    return Letter(kind=LetterKind.EMERGENCY, to=to.email, subject="WedSync: THE PROTECTION WAS CHANGED", body=body)


def lines_of(found: list[Difference]) -> str:
    """One a line, as many as somebody reads."""
    return "\n".join(f"- {each.kind} {each.name}: {each.what}" for each in found[:MOST_NAMED])
