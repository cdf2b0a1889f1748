"""What a supplier knew before the couple came, as the couple reads it. It is open until it is left, or was said once.

Row security shows it to who belongs to the wedding, and to no supplier.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, LiteralString

import msgspec

from wedsync.features.weddings.model import FactValue
from wedsync.kernel.ids import ProposalId, SupplierId, WeddingId
from wedsync.platform.database import ById, Query


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A value that a supplier knew for the question `key`; `supplier` is the name of who knew it."""

    id: ProposalId
    supplier_id: SupplierId
    supplier: str
    key: str
    created_at: datetime
    value: FactValue = None


class OneProposal(msgspec.Struct, frozen=True, kw_only=True):
    """One proposal to one wedding."""

    wedding_id: WeddingId
    id: ProposalId


class Left(msgspec.Struct, frozen=True):
    """The proposal that was let go."""

    id: ProposalId


OPEN: Final[LiteralString] = """p.id, p.supplier_id, s.name as supplier, p.definition_key as key, p.created_at, p.value
          from live.fact_proposals p
          join live.connections c on c.wedding_id = p.wedding_id and c.supplier_id = p.supplier_id
            and c.status = 'connected'
          join live.suppliers s on s.id = p.supplier_id
          where p.left_at is null
            and not exists (
              select from live.core_field_revisions r
              where r.wedding_id = p.wedding_id and r.definition_key = p.definition_key and r.value = p.value)"""
PROPOSALS: Final = Query(
    ById,
    Proposal,
    f"select {OPEN} and p.wedding_id = %(id)s order by p.id limit 500",
)
PROPOSAL: Final = Query(
    OneProposal,
    Proposal,
    f"select {OPEN} and p.wedding_id = %(wedding_id)s and p.id = %(id)s",
)
LEAVE: Final = Query(
    OneProposal,
    Left,
    """
    update app.fact_proposals set left_at = app.clock()
    where wedding_id = %(wedding_id)s and id = %(id)s and left_at is null
    returning id
    """,
)
