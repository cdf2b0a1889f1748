"""What couples read of who reads: receipts, newest first, and what is kept from every supplier."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId, SupplierId, WeddingId
from wedsync.kernel.permissions import Area
from wedsync.platform.database import ById, Query


class AccessReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a supplier read what only a grant opens. `read_on` is the day as UTC counts it."""

    id: UUID
    supplier_id: SupplierId
    supplier: str
    person_id: PersonId
    area: Area
    read_on: date
    first_read_at: datetime
    person: str | None = None


class ReceiptsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a wedding's receipts, newest first."""

    wedding_id: WeddingId
    before_at: datetime
    before_id: UUID
    limit: int


class SupplierReceiptsPage(ReceiptsPage, frozen=True, kw_only=True):
    """The same of one supplier."""

    supplier_id: SupplierId


class SupportLook(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of WedSync's support opened pages of the wedding as somebody who may, and why."""

    operator: str
    person: str
    reason: str
    pages: int
    last_at: datetime
    supplier: str | None = None


class OneFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of a wedding, by its stored name."""

    wedding_id: WeddingId
    fact_key: str


class Restricted(msgspec.Struct, frozen=True):
    """Whether a fact is kept from every supplier, because whose it is asked to be forgotten."""

    is_restricted: bool


SUPPORT_LOOKS: Final = Query(
    ById,
    SupportLook,
    "select operator, person, supplier, reason, pages, last_at from app.impersonations_in(%(id)s)",
)
RESTRICTED: Final = Query(
    OneFact,
    Restricted,
    """
    select exists (
      select from app.restricted_facts() r
      where r.wedding_id = %(wedding_id)s and r.fact_key = %(fact_key)s) as is_restricted
    """,
)
_COLUMNS: Final = """
    select r.id, r.supplier_id, s.name as supplier, r.person_id, n.name as person, r.area, r.read_on, r.first_read_at
    from live.access_receipts r
    join live.suppliers s on s.id = r.supplier_id
    left join app.receipt_readers(%(wedding_id)s) n on n.supplier_id = r.supplier_id and n.person_id = r.person_id
    where r.wedding_id = %(wedding_id)s and (r.first_read_at, r.id) < (%(before_at)s, %(before_id)s)"""
_ORDER: Final = """
    order by r.first_read_at desc, r.id desc
    limit %(limit)s"""
RECEIPTS: Final = Query(ReceiptsPage, AccessReceipt, _COLUMNS + _ORDER)
RECEIPTS_OF: Final = Query(
    SupplierReceiptsPage, AccessReceipt, _COLUMNS + " and r.supplier_id = %(supplier_id)s" + _ORDER
)
