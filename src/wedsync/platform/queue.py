"""The queue at work: takes jobs, gives each its time, tries again later what failed, and leaves nothing that is done.

A worker that falls over leaves its job marked as being done; the next one notices by its silence and does it again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final, Protocol

import msgspec
import procrastinate
from procrastinate.jobs import Job as QueuedJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from wedsync.kernel.ids import WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import LockedWedding, Unavailable
from wedsync.platform.deferral import NewDeferral, lock_of, opens_at, record, times_refused
from wedsync.platform.error_reports import AlreadyTold
from wedsync.platform.jobs import Envelope, Workshop
from wedsync.platform.mail import NotNow
from wedsync.platform.metrics import observe_job
from wedsync.platform.telemetry import Log, request_id
from wedsync.platform.tracer import Tracer
from wedsync.platform.tracing import kind_of

AT_ONCE: Final = 4
FIRST_WAIT_S: Final = 60
SILENT_S: Final = 30
LOOKED_EVERY_S: Final = 15
_log = Log("jobs")


class Work(Protocol):
    """A kind of job, whatever its arguments."""

    @property
    def name(self) -> str:
        """Under which it is queued: area.verb."""

    @property
    def timeout_s(self) -> float:
        """What one attempt may take."""

    @property
    def retries(self) -> int:
        """How often it is tried again."""

    @property
    def write_class(self) -> WriteClass:
        """What kind of rows it writes."""

    async def perform(self, workshop: Workshop, envelope: Envelope) -> None:
        """One attempt."""

    def wedding_in(self, envelope: Envelope) -> WeddingId | None:
        """Whose wedding has to be open for it."""


class Chore(msgspec.Struct, frozen=True, kw_only=True):
    """Housekeeping by the clock: `cron` in UTC. One that was missed is done once, not as often as it was missed.

    It comes to many weddings: where one is on, it leaves that one for its next turn.
    """

    name: str
    cron: str
    run: Callable[[Workshop], Awaitable[None]]
    write_class: WriteClass
    timeout_s: float = 300


class Undone(AlreadyTold):
    """An attempt that failed, and what follows from it; `outcome` is failed, retried or deferred."""

    def __init__(self, outcome: str, decision: RetryDecision | None = None) -> None:
        """Without a decision it is given up."""
        super().__init__(outcome)
        self.outcome: Final = outcome
        self.decision: Final = decision


class AsDecided(BaseRetryStrategy):
    """The attempt knew best."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        """None when it is given up."""
        _ = job
        return exception.decision if isinstance(exception, Undone) else None


async def work_through(
    url: str,
    workshop: Workshop,
    jobs: Iterable[Work],
    *,
    chores: Iterable[Chore] = (),
    tracer: Tracer | None = None,
    until_empty: bool = False,
) -> None:
    """Work until SIGTERM, or until nothing is left to do. `url` is the worker's role."""
    app = procrastinate.App(connector=_connector(url))
    for chore in chores:
        attempt = _chore(chore, workshop, tracer)
        app.periodic(cron=chore.cron)(app.task(name=chore.name, queueing_lock=chore.name)(attempt))
    for job in jobs:
        app.task(name=job.name, retry=AsDecided(), pass_context=True)(_task(job, workshop, tracer))
    async with app.open_async():
        await _take_over(app)
        looking = asyncio.create_task(_keep_looking(app))
        try:
            await app.run_worker_async(
                concurrency=AT_ONCE,
                wait=not until_empty,
                delete_jobs="successful",
                listen_notify=not until_empty,
                install_signal_handlers=not until_empty,
            )
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)


def _connector(url: str) -> procrastinate.PsycopgConnector:
    options = {"options": "-c search_path=jobs,pg_catalog -c timezone=UTC", "application_name": "wedsync-worker"}
    return procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=AT_ONCE + 2, kwargs=options)


def _task(  # type: ignore[explicit-any]  # the library calls with what was queued
    job: Work, workshop: Workshop, tracer: Tracer | None
) -> Callable[..., Awaitable[None]]:
    async def attempt(context: procrastinate.JobContext, *, envelope: JsonValue) -> None:
        packed = msgspec.json.decode(msgspec.json.encode(envelope), type=Envelope)
        marked = request_id.set(packed.actor.request_id)
        trace = None if tracer is None else tracer.job(job.name, packed.traceparent)
        began, outcome, fault = time.perf_counter(), "failed", ""
        try:
            async with asyncio.timeout(job.timeout_s):
                await job.perform(workshop, packed)
            outcome = "done"
        except Exception as error:
            undone = await _decide(job, workshop, packed, queued=context.job, error=error)
            outcome = undone.outcome
            # The library logs below our level; here the line carries the request that asked for the job.
            if undone.outcome == "deferred":
                _log.info("job_deferred", job=job.name)
            else:
                fault = kind_of(error)
                _log.error("job_failed", error, job=job.name, outcome=outcome)
            raise undone from error
        finally:
            observe_job(job.name, outcome, time.perf_counter() - began)
            if trace is not None:
                trace.end({"wedsync.attempt": context.job.attempts + 1, "wedsync.outcome": outcome}, fault=fault)
            request_id.reset(marked)

    return attempt


async def _decide(job: Work, workshop: Workshop, envelope: Envelope, *, queued: QueuedJob, error: Exception) -> Undone:
    """Wait for a wedding or a night to end; else again after 60 s, 120 s, 240 s … for as many retries as it has."""
    until = _waits_until(job, error)
    refused = 0
    with suppress(Unavailable):  # then nothing can be put on record, and it is tried again like any other
        if until is not None and queued.id is not None:
            wedding = job.wedding_in(envelope) if isinstance(error, LockedWedding) else None
            new = NewDeferral(job_id=queued.id, wedding_id=wedding, unlocks_at=until)
            await record(workshop.database, new)
            return Undone("deferred", RetryDecision(retry_at=until, lock=lock_of(wedding)))
        if queued.attempts and queued.id is not None:
            refused = await times_refused(workshop.database, queued.id)
    tries = queued.attempts - refused
    if tries >= job.retries:
        return Undone("failed")
    return Undone("retried", RetryDecision(retry_in={"seconds": FIRST_WAIT_S * 2**tries}))


def _waits_until(job: Work, error: Exception) -> datetime | None:
    if isinstance(error, NotNow):
        return error.until
    return opens_at(error) if isinstance(error, LockedWedding) and job.write_class.is_structural else None


def _chore(chore: Chore, workshop: Workshop, tracer: Tracer | None) -> Callable[[int], Awaitable[None]]:
    async def attempt(timestamp: int) -> None:
        _ = timestamp
        trace = None if tracer is None else tracer.job(chore.name)
        began, outcome, fault = time.perf_counter(), "failed", ""
        try:
            async with asyncio.timeout(chore.timeout_s):
                await chore.run(workshop)
            outcome = "done"
        except Exception as error:
            fault = kind_of(error)
            _log.error("chore_failed", error, job=chore.name)
            raise Undone(outcome) from error
        finally:
            observe_job(chore.name, outcome, time.perf_counter() - began)
            if trace is not None:
                trace.end({"wedsync.outcome": outcome}, fault=fault)

    return attempt


async def _keep_looking(app: procrastinate.App) -> None:
    while True:
        await asyncio.sleep(LOOKED_EVERY_S)
        try:
            await _take_over(app)
        except procrastinate.exceptions.ConnectorException as error:
            _log.warning("queue_not_reached", reason=type(error).__name__)


async def _take_over(app: procrastinate.App) -> None:
    """Queue again what a worker left that has not been heard of for half a minute."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        _log.warning("job_taken_over", job=job.task_name)
        await app.job_manager.retry_job(job)
