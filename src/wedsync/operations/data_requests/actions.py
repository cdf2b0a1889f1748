"""Answering a correction: it is put right, or it is said why not. A letter tells them."""

from __future__ import annotations

import msgspec

from wedsync.features.people.jobs import ForRow
from wedsync.features.privacy.jobs import SEND_ANSWER
from wedsync.features.privacy.model import read_words
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import NotFound
from wedsync.operations.data_requests import queries as q
from wedsync.platform.database import CELL, Tx, action
from wedsync.platform.jobs import defer


@action(requires=Permission.SUPPORT, on=CELL, write_class=WriteClass.SECURITY)
async def answer_correction(tx: Tx, _operator: PersonId, answer: q.Answer) -> None:
    """Once. Raises Invalid, NotFound, and Conflict where it was answered or taken back."""
    words = read_words("answer", answer.answer)
    done = await tx.one(q.ANSWER, msgspec.structs.replace(answer, answer=words))
    if done.id is None:
        raise NotFound
    await defer(tx, SEND_ANSWER, ForRow(done.id))
