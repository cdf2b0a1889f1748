"""Looks every minute whether what protects is what was signed, keeps what it found, and writes to who is on call."""

from __future__ import annotations

from typing import Final

import msgspec

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
_log = Log("attestation")


def attest_chore(secret: str) -> Chore:
    """The chore; `secret` is the installation's, from which the key follows."""
    attestor = Attestor(secret)

    async def attest(workshop: Workshop) -> None:
        await look(workshop, attestor)

    return Chore(name="operations.attest", cron=EVERY_MINUTE, run=attest, write_class=WriteClass.SYSTEM, timeout_s=50)


async def look(workshop: Workshop, attestor: Attestor) -> list[Difference]:
    """Once. What is found anew, or is over, is told to whoever is on call."""
    found = await _found(workshop, attestor)
    text = msgspec.json.encode(found[:MOST_NAMED]).decode()
    async with workshop.database.transaction(NOBODY) as tx:
        is_news = (await tx.one(q.RECORD, q.Findings(found=text))).is_news
        on_call = await tx.all(q.ON_CALL, NoParams()) if is_news else []
    if found:
        _log.error("protection_differs", RuntimeError(lines_of(found)), differences=len(found))
    for each in on_call:
        await workshop.mailer.send(letter(each, found))
    return found


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
            to=to.email,
            subject="WedSync: the protection is whole again",
            body=f"Hello {to.name},\n\nwhat protects the weddings is again what was signed.\n",
        )
    body = (
        f"Hello {to.name},\n\nsomething that protects the weddings is not what was signed:\n\n{lines_of(found)}\n\n"
        "docs/runbooks says what to do. Until then treat what was written since as doubtful: `wedsync verify chain`.\n"
    )
    return Letter(to=to.email, subject="WedSync: THE PROTECTION WAS CHANGED", body=body)


def lines_of(found: list[Difference]) -> str:
    """One a line, as many as somebody reads."""
    return "\n".join(f"- {each.kind} {each.name}: {each.what}" for each in found[:MOST_NAMED])
