"""Work for later: put into the queue by the transaction that needs it, both or neither.

A job's arguments are ids, never what a person wrote; its worker acts as the person in the envelope and nobody else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Generic, TypeVar

import msgspec

from wedsync.platform.database import Actor, Database, Query, Tx
from wedsync.platform.mail import Mailer

Args = TypeVar("Args", bound=msgspec.Struct)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What travels: for whom, from which request, and the arguments as JSON."""

    actor: Actor
    arguments: msgspec.Raw


class Workshop(msgspec.Struct, frozen=True, kw_only=True):
    """What a job may use."""

    database: Database
    mailer: Mailer
    base_url: str


class Job(Generic[Args]):
    """A named kind of work. `retries` with doubling waits from 60 s; `timeout_s` bounds one attempt."""

    def __init__(
        self,
        name: str,
        arguments: type[Args],
        run: Callable[[Workshop, Actor, Args], Awaitable[None]],
        *,
        timeout_s: float = 60,
        retries: int = 3,
    ) -> None:
        """Declared once in a feature's jobs.py, and listed in `entrypoints.worker`."""
        self.name: Final = name
        self.arguments: Final = arguments
        self.run: Final = run
        self.timeout_s: Final = timeout_s
        self.retries: Final = retries

    async def perform(self, workshop: Workshop, envelope: Envelope) -> None:
        """One attempt, from the envelope."""
        await self.run(workshop, envelope.actor, msgspec.json.decode(envelope.arguments, type=self.arguments))


class _NewJob(msgspec.Struct, frozen=True, kw_only=True):
    task: str
    arguments: str
    scheduled_at: datetime | None


class _Queued(msgspec.Struct, frozen=True):
    ids: list[int]


_DEFER: Final = Query(
    _NewJob,
    _Queued,
    """
    select jobs.procrastinate_defer_jobs_v1(array[row(
      'default', %(task)s, 0, null, null, %(arguments)s::jsonb,
      %(scheduled_at)s)]::jobs.procrastinate_job_to_defer_v1[]) as ids
    """,
)


async def defer(tx: Tx, job: Job[Args], arguments: Args, *, at: datetime | None = None) -> None:
    """Queue a job in this transaction; `at` None means as soon as it commits."""
    envelope = Envelope(actor=tx.actor, arguments=msgspec.Raw(msgspec.json.encode(arguments)))
    packed = msgspec.json.encode({"envelope": envelope}).decode()
    await tx.run(_DEFER, _NewJob(task=job.name, arguments=packed, scheduled_at=at))
