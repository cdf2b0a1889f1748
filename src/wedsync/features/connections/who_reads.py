"""Who can see one fact, and why: everybody who belongs to the wedding and each of its suppliers, in the couple's words.

Said from the same grants that row security asks; a test compares the two for every question and every kind of supplier.
"""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.connections.model import AREAS
from wedsync.features.connections.words import a_service
from wedsync.features.weddings.model import ConnectedSupplier, Member
from wedsync.features.weddings.sight import Sight
from wedsync.kernel.fields.model import Field
from wedsync.kernel.ids import PersonId, SupplierId
from wedsync.kernel.permissions import Area, SupplierType, WeddingRole

_BUDGET: Final = "The budget stays between the two of you. It can be shared with nobody."
_RESTRICTED: Final = "One of you asked to be forgotten, so no supplier reads it any more."
_WHY: Final = {
    WeddingRole.PARTNER: "It is their wedding. Partners read everything.",
    WeddingRole.COMPANION: "You let them look. Companions read everything but the budget, and change nothing.",
    WeddingRole.COORDINATOR: "You named them to run the day. Coordinators read everything but the budget.",
}


class FactReader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the wedding, or a supplier of it, towards one fact. `role` is partner, caterer or such a word."""

    name: str
    role: str
    reads: bool
    why: str
    person_id: PersonId | None = None
    supplier_id: SupplierId | None = None


def who_reads(sight: Sight, field: Field, *, is_restricted: bool) -> tuple[FactReader, ...]:
    """Everybody, those who read it first."""
    wedding = sight.seen.wedding
    people = tuple(_person(each, field) for each in wedding.members)
    suppliers = tuple(_supplier(sight, each, field, is_restricted=is_restricted) for each in wedding.suppliers)
    everybody = (*people, *suppliers)
    return (*(each for each in everybody if each.reads), *(each for each in everybody if not each.reads))


def _person(member: Member, field: Field) -> FactReader:
    reads = field.area is not Area.BUDGET or member.role is WeddingRole.PARTNER
    return FactReader(
        name=member.display_name,
        role=member.role.value,
        reads=reads,
        why=_WHY[member.role] if reads else _BUDGET,
        person_id=member.person_id,
    )


def _supplier(sight: Sight, supplier: ConnectedSupplier, field: Field, *, is_restricted: bool) -> FactReader:
    reads = sight.is_read_by(supplier, field) and not is_restricted
    return FactReader(
        name=supplier.name,
        role=supplier.service.label if supplier.service is SupplierType.DJ else supplier.service.label.lower(),
        reads=reads,
        why=_RESTRICTED if is_restricted else _because(sight, supplier, field),
        supplier_id=supplier.supplier_id,
    )


def _because(sight: Sight, supplier: ConnectedSupplier, field: Field) -> str:
    if field.area is Area.BUDGET:
        return _BUDGET
    level = sight.levels.get(field.area, {}).get(supplier.supplier_id)
    part = f"“{AREAS[field.area][0]}”"
    if level is None:
        return f"You share nothing of {part} with them."
    if level == "everything":
        return f"You share everything of {part} with them."
    usual = f"You share what {a_service(supplier.service)} usually needs of {part}"
    return f"{usual}, and this is part of it." if sight.is_read_by(supplier, field) else f"{usual}. This is not."
