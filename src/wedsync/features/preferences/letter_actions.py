"""Where somebody chooses which letters they get, and when."""

from __future__ import annotations

from wedsync.features.preferences import letter_queries as q
from wedsync.features.preferences.letter_model import LetterChoices, checked, stopped_by
from wedsync.kernel.ids import PersonId
from wedsync.kernel.letters import Choice, LetterKind
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.platform.database import SELF, Tx, action


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def choose_letters(tx: Tx, person_id: PersonId, said: LetterChoices) -> LetterChoices:
    """Choose all of it anew."""
    kept = checked(said)
    new = q.NewSettings(
        person_id=person_id,
        stopped=tuple(kind.value for kind in kept.kinds(Choice.NONE)),
        daily=tuple(kind.value for kind in kept.kinds(Choice.DAILY)),
        quiet_from=None if kept.quiet is None else kept.quiet.start,
        quiet_until=None if kept.quiet is None else kept.quiet.end,
    )
    await tx.run(q.CHOOSE, new)
    return kept


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def stop_letters(tx: Tx, person_id: PersonId, kind: LetterKind) -> None:
    """Have no more of a kind; what is held of it is not sent either. Stopping twice is no error."""
    kinds = tuple(each.value for each in stopped_by(kind))
    await tx.run(q.STOP, q.Stopped(person_id=person_id, kinds=kinds))
