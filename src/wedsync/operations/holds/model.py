"""A legal hold: who or what is held, in which matter, and who set it and let it go."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId, WeddingId
from wedsync.kernel.problems import Invalid

SHORTEST_REASON: Final = 10
LONGEST_REASON: Final = 1000


class State(StrEnum):
    """How a hold stands. It holds from `in_force` until it is `released`."""

    REQUESTED = "requested"
    IN_FORCE = "in_force"
    RELEASE_REQUESTED = "release_requested"
    RELEASED = "released"


class Step(StrEnum):
    """What is done about a hold."""

    APPROVE = "approve"
    ASK_RELEASE = "ask release"
    RELEASE = "release"


class NewHold(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a wedding to hold, and the matter by its file."""

    reason: str
    subject_id: PersonId | None = None
    wedding_id: WeddingId | None = None


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold as its keepers see it. It names ids only: it lets nobody read what it holds."""

    id: UUID
    state: State
    reason: str
    asked_by: str
    asked_by_id: PersonId
    created_at: datetime
    subject_id: PersonId | None = None
    wedding_id: WeddingId | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    release_asked_by: str | None = None
    release_asked_by_id: PersonId | None = None
    release_asked_at: datetime | None = None
    released_by: str | None = None
    released_at: datetime | None = None

    def next_step(self, reader: PersonId) -> Step | None:
        """What this operator may do about it now: never the second half of what they began."""
        match self.state:
            case State.REQUESTED:
                return None if self.asked_by_id == reader else Step.APPROVE
            case State.IN_FORCE:
                return Step.ASK_RELEASE
            case State.RELEASE_REQUESTED:
                return None if self.release_asked_by_id == reader else Step.RELEASE
            case State.RELEASED:
                return None


def read_hold(new: NewHold) -> NewHold:
    """Raises Invalid naming what needs another look."""
    reason = " ".join(new.reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        told = f"Name the matter in {SHORTEST_REASON} to {LONGEST_REASON:,} characters, by its file."
        raise Invalid(errors=[{"field": "reason", "detail": told}])
    if (new.subject_id is None) == (new.wedding_id is None):
        raise Invalid(errors=[{"field": "subject_id", "detail": "Name a person or a wedding, and not both."}])
    return msgspec.structs.replace(new, reason=reason)
