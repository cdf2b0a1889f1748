"""Having seen what is true: said by a page that somebody looked at, by a button or a program; never by a read.

Its class is ledger: rows are only ever added, so a lock refuses none of it. A revision that is no longer current is
acknowledged as what it is: they have seen the old value, and still work from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from wedsync.features.acknowledgements import queries as q
from wedsync.features.acknowledgements.model import Shown
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.platform.database import WEDDING, Event, Tx, action
from wedsync.platform.realtime import couple_of


@action(requires=Permission.FACTS_ACKNOWLEDGE, on=WEDDING, write_class=WriteClass.LEDGER)
async def acknowledge(tx: Tx, wedding_id: WeddingId, shown: Sequence[Shown]) -> int:
    """Keep that the actor's business has seen these; returns how many it had not said before. Safe to repeat.

    Any member may, a viewer too: they have seen it. A program's key does not say so for them. Raises Forbidden (what
    their business does not read), NotFound (no such revision).
    """
    kept = await tx.all(
        q.ACKNOWLEDGE,
        q.Report(
            wedding_id=wedding_id,
            subjects=tuple(each.subject_id for each in shown),
            fact_keys=tuple(each.fact_key for each in shown),
            revisions=tuple(each.revision for each in shown),
        ),
    )
    if kept:
        tx.emit(Event(kind="seen", id=str(wedding_id), scope=couple_of(wedding_id)))
        tx.emit(Event(kind="seen", id=str(wedding_id), scope=str(tx.actor.supplier_id)))
    return len(kept)
