"""Every statement about a business that changes hands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.people.queries import ByHash
from wedsync.kernel.ids import PersonId, SupplierId
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import ById, Nothing, Query


class NewOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A business, and to whom its owner offers it."""

    supplier_id: SupplierId
    id: UUID
    receiver_id: PersonId
    code_hash: bytes
    lasts: timedelta


class Withdrawn(msgspec.Struct, frozen=True):
    """Whether there was an open offer."""

    was_open: bool


class OwnershipInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An offer as its receiver sees it, who holds its code. `outcome`: what became of it; None while it waits."""

    supplier_id: SupplierId
    business: str
    sender: str
    receiver_id: PersonId
    receiver: str
    expires_at: datetime
    outcome: str | None = None

    @property
    def open(self) -> OwnershipInvitation:
        """The same, while it can be taken up. Raises Conflict."""
        if self.outcome is not None:
            raise Conflict(f"This offer {_OVER[self.outcome]}.")
        return self


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The business that changed hands, by which offer, and whose it was."""

    supplier_id: SupplierId
    id: UUID
    person_id: PersonId


class OwnershipLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letters about an offer have to know: both ends, and whether it was taken up."""

    business: str
    owner_email: str
    owner_name: str
    receiver_email: str
    receiver_name: str
    expires_at: datetime
    supplier_id: SupplierId
    outcome: str | None = None


_OVER: Final = {
    "accepted": "was taken up already",
    "withdrawn": "was withdrawn. Ask who sent it why, if you expected it",
    "left": "is over: one of you left the team",
    "over": "is over: it lasted for 7 days. Ask for a new one",
}
OFFER: Final = Query(
    NewOffer,
    Nothing,
    "select app.offer_ownership(%(supplier_id)s, %(id)s, %(receiver_id)s, %(code_hash)s, %(lasts)s::interval)",
)
WITHDRAW: Final = Query(ById, Withdrawn, "select app.withdraw_ownership(%(id)s) as was_open")
READ: Final = Query(
    ByHash,
    OwnershipInvitation,
    """
    select supplier_id, business, sender, receiver_id, receiver, outcome, expires_at
    from app.read_ownership(%(hash)s)
    """,
)
ACCEPT: Final = Query(ByHash, Accepted, "select supplier_id, id, person_id from app.accept_ownership(%(hash)s)")
LETTER: Final = Query(
    ById,
    OwnershipLetter,
    """
    select business, owner_email, owner_name, receiver_email, receiver_name, expires_at, outcome, supplier_id
    from app.ownership_letter(%(id)s)
    """,
)
