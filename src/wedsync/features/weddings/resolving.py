"""Puts right what local times resolve to: after new zone data, and where somebody claimed instants of another zone.

The guard takes a writer's word within what any zone could be. Here the one resolver looks at every wedding to come,
once an hour, and changes only what is wrong. When that moves a window, the people of that wedding are told.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.weddings import queries as q
from wedsync.features.weddings.model import Resolution, StoredTimes, resolve_wedding
from wedsync.features.weddings.notices import TELL, About
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import Problem, RevisionConflict, Unavailable
from wedsync.kernel.zones import TimeProblem
from wedsync.platform.database import NOBODY, Event
from wedsync.platform.jobs import Workshop, defer
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

AT_ONCE: Final = 100
_log = Log("weddings")


async def resolve_anew(workshop: Workshop) -> None:
    """Look at all of them. Safe to run at any time, and twice."""
    after = UUID(int=0)
    while True:
        found = await workshop.database.reader(NOBODY).all(q.TIMES_TO_CHECK, q.TimesPage(after=after, most=AT_ONCE))
        for times in found:
            await _put_right(workshop, times)
        if len(found) < AT_ONCE:
            return
        after = found[-1].wedding_id


async def _put_right(workshop: Workshop, times: q.TimesOfWedding) -> None:
    try:
        resolution = resolve_wedding(times.events)
    except TimeProblem as problem:  # a date that new zone data skips: only the couple can say another
        _log.warning("unresolvable", wedding=str(times.wedding_id), reason=problem.detail)
        return
    if _stands(times.events, resolution):
        return
    instants = q.NewInstants(id=times.wedding_id, instants=msgspec.json.encode(resolution.events).decode())
    try:
        async with workshop.database.transaction(NOBODY) as tx:
            notice = (await tx.one(q.CORRECT_INSTANTS, instants)).notice
            if notice is not None:
                await defer(tx, TELL, About(notice))
            tx.emit(Event(kind="facts", id=str(times.wedding_id), scope=str(times.wedding_id)))
    except RevisionConflict:  # somebody moves a time just now, and resolves it
        return
    except Unavailable:
        raise
    except Problem as problem:  # one wedding that cannot be put right must not keep the others wrong
        _log.error("instants_refused", problem, wedding=str(times.wedding_id))
        return
    _log.warning("instants_corrected", wedding=str(times.wedding_id))


def _stands(events: tuple[StoredTimes, ...], resolution: Resolution) -> bool:
    return all(
        (stored.day_starts_at, stored.day_ends_at, stored.starts_at, stored.ends_at)
        == (right.day_starts_at, right.day_ends_at, right.starts_at, right.ends_at)
        for stored, right in zip(events, resolution.events, strict=True)
    )


RESOLVE_ANEW: Final = Chore(
    name="weddings.resolve_anew", cron="41 * * * *", run=resolve_anew, write_class=WriteClass.SYSTEM
)
