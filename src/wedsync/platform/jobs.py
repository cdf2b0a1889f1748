"""Work for later: put into the queue by the transaction that needs it, both or neither.

A job's arguments are ids, never what a person wrote; its worker acts as the person in the envelope and nobody else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec
import psycopg

from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, Actor, Database, Query, Tx
from wedsync.platform.deferral import lock_of
from wedsync.platform.mail import Mailer
from wedsync.platform.rate_limits import RateLimits
from wedsync.platform.tracing import in_hand

Args = TypeVar("Args", bound=msgspec.Struct)


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What travels: for whom, from which request, and the arguments as JSON; with its trace where one is recorded."""

    actor: Actor
    arguments: msgspec.Raw
    traceparent: str = ""


class Workshop(msgspec.Struct, frozen=True, kw_only=True):
    """What a job may use. Where `limits` is None nothing is counted, and a job that has to count does not go on."""

    database: Database
    mailer: Mailer
    base_url: str
    home: Path = Path("var")
    limits: RateLimits | None = None


class Job(Generic[Args]):
    """A named kind of work. `retries` with doubling waits from 60 s; `timeout_s` bounds one attempt.

    `write_class` says what kind of rows it writes. One that writes plans waits while its wedding is on: `wedding` tells
    which that is, or None for one that is of no wedding, and jobs of one wedding keep their order.
    """

    def __init__(  # noqa: PLR0913 - a declaration, by keyword; two of them are seldom said
        self,
        name: str,
        arguments: type[Args],
        run: Callable[[Workshop, Actor, Args], Awaitable[None]],
        *,
        write_class: WriteClass,
        wedding: Callable[[Args], WeddingId | None] | None = None,
        timeout_s: float = 60,
        retries: int = 3,
    ) -> None:
        """Declared once in a feature's jobs.py, and listed in `entrypoints.worker`."""
        if write_class.is_structural and wedding is None:
            message = f"{name} writes plans, so it says of which wedding"
            raise TypeError(message)
        self._wedding: Final = wedding
        self.write_class: Final = write_class
        self.name: Final = name
        self.arguments: Final = arguments
        self.run: Final = run
        self.timeout_s: Final = timeout_s
        self.retries: Final = retries

    async def perform(self, workshop: Workshop, envelope: Envelope) -> None:
        """One attempt, from the envelope."""
        await self.run(workshop, envelope.actor, self._read(envelope))

    def wedding_in(self, envelope: Envelope) -> WeddingId | None:
        """Whose wedding has to be open for it; None when none has."""
        return self.wedding_of(self._read(envelope))

    def wedding_of(self, arguments: Args) -> WeddingId | None:
        """The same, from the arguments."""
        return None if self._wedding is None else self._wedding(arguments)

    def _read(self, envelope: Envelope) -> Args:
        return msgspec.json.decode(envelope.arguments, type=self.arguments)


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A job as the queue takes it, from where there is no `Tx`."""

    task: str
    arguments: str


class _NewJob(msgspec.Struct, frozen=True, kw_only=True):
    task: str
    arguments: str
    lock: str | None
    scheduled_at: datetime | None


class _Queued(msgspec.Struct, frozen=True):
    ids: list[int]


_DEFER_SQL: Final = """
    select jobs.procrastinate_defer_jobs_v1(array[row(
      'default', %(task)s, 0, %(lock)s, null, %(arguments)s::jsonb,
      %(scheduled_at)s)]::jobs.procrastinate_job_to_defer_v1[]) as ids
    """
_DEFER: Final = Query(_NewJob, _Queued, _DEFER_SQL)


async def defer(tx: Tx, job: Job[Args], arguments: Args, *, at: datetime | None = None) -> None:
    """Queue a job in this transaction; `at` None means as soon as it commits.

    One for a later day holds up nobody: it takes its wedding's lock only if it is refused then.
    """
    packed = _packed(tx.actor, arguments)
    lock = lock_of(job.wedding_of(arguments)) if at is None and job.write_class.is_structural else None
    await tx.run(_DEFER, _NewJob(task=job.name, arguments=packed, lock=lock, scheduled_at=at))


def by_hand(job: Job[Args], arguments: Args) -> Prepared:
    """A job for nobody, for the administrator's commands."""
    return Prepared(task=job.name, arguments=_packed(NOBODY, arguments))


def defer_by_hand(connection: psycopg.Connection, *jobs: Prepared) -> None:
    """Queue them in the transaction of an administrator's command, which is the application from then on."""
    connection.execute("set local role wedsync_app")
    for job in jobs:
        new = {"task": job.task, "arguments": job.arguments, "lock": None, "scheduled_at": None}
        connection.execute(_DEFER_SQL, new)


def _packed(actor: Actor, arguments: msgspec.Struct) -> str:
    envelope = Envelope(actor=actor, arguments=msgspec.Raw(msgspec.json.encode(arguments)), traceparent=in_hand())
    return msgspec.json.encode({"envelope": envelope}).decode()
