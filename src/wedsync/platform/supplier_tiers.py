"""Writes which tier a business has a contract for: only whoever has the database's administrator may.

The guard's triggers write each change into the audit.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from wedsync.kernel.tiers import SupplierTier
from wedsync.platform.operators import as_guard

_SET: Final = """
insert into app.supplier_tiers as t (supplier_id, tier)
select s.id, %s from app.suppliers s where s.id = %s
on conflict (supplier_id) do update set tier = excluded.tier"""
_GET: Final = """
select coalesce(t.tier, 'free') from app.suppliers s left join app.supplier_tiers t on t.supplier_id = s.id
where s.id = %s"""


def set_tier(admin_url: str, supplier: UUID, tier: SupplierTier) -> bool:
    """Give a business a tier, from its next request on; False when there is no such business."""
    with as_guard(admin_url) as connection:
        return connection.execute(_SET, [tier.value, supplier]).rowcount == 1


def tier_of_supplier(admin_url: str, supplier: UUID) -> SupplierTier | None:
    """What a business has; None when there is no such business."""
    with as_guard(admin_url) as connection:
        found = connection.execute(_GET, [supplier]).fetchone()
    return None if found is None else SupplierTier(found[0])
