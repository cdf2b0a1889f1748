"""Every statement of duty support."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.features.amendments.model import Party
from wedsync.kernel.ids import AmendmentId, PersonId, WeddingId
from wedsync.platform.database import NoParams, Query


class Emergency(msgspec.Struct, frozen=True, kw_only=True):
    """One that waits; `told_at` is when duty support was last written to. `facts` says what it is about; whose it is and what it says stand nowhere here."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    proposed_at: datetime
    party: Party
    facts: tuple[str, ...]
    approvals: int
    told_at: datetime | None


class SupportApproval(msgspec.Struct, frozen=True, kw_only=True):
    """A second yes, and whom support called back on which number."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    called_back: str


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    """Whether that is enough, and in whose name it is carried out."""

    is_approved: bool
    proposer: PersonId


EMERGENCIES: Final = Query(
    NoParams,
    Emergency,
    """
    select e.wedding_id, e.amendment_id, e.proposed_at, e.party, e.facts, e.approvals,
      (select max(s.created_at) from live.summons s where s.about = e.amendment_id) as told_at
    from app.open_emergencies() e
    """,
)
APPROVE: Final = Query(
    SupportApproval,
    Approved,
    "select is_approved, proposer from app.approve_as_support(%(wedding_id)s, %(amendment_id)s, %(called_back)s)",
)
