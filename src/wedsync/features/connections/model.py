"""Who works at a wedding, and what the couple lets each of them read or change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.kernel.ids import GrantRequestId, InvitationId, PersonId, SupplierId, WeddingId
from wedsync.kernel.permissions import Area, SupplierType, WeddingRole
from wedsync.kernel.shield import Protection, WeddingStatus

USUAL_PAGE: Final = 50
# The areas that hold something today, in a couple's words; the others come with the features that fill them.
AREAS: Final[Mapping[Area, tuple[str, str]]] = {
    Area.COUPLE: ("The two of you", "Your names, pronouns, address, and how you like to be reached."),
    Area.EVENT: ("The day", "Date, clock, places, times and style."),
    Area.HEADCOUNTS: ("Numbers", "How many adults, children and infants come."),
    Area.PEOPLE: ("Your people", "Bridesmaids, best man, parents, who leads the day."),
    Area.WISHES: ("Wishes", "Music and special requests."),
    Area.CONTACTS: ("Contact details", "Your phones and emails, and those of your people and venues."),
}
# The same to whoever works for them.
THEIR_AREAS: Final[Mapping[Area, tuple[str, str]]] = {
    **AREAS,
    Area.COUPLE: ("The couple", "Their names, pronouns, address, and how they like to be reached."),
    Area.PEOPLE: ("Their people", "Bridesmaids, best man, parents, who leads the day."),
    Area.CONTACTS: ("Contact details", "Their phones and emails, and those of their people and venues."),
}


class Level(StrEnum):
    """USUAL: what this kind of supplier reads by default. EVERYTHING: the protected fields too."""

    USUAL = "usual"
    EVERYTHING = "everything"


class Ending(StrEnum):
    """How a couple ends a connection; a blocked supplier is not invited back by accident."""

    DISCONNECTED = "disconnected"
    BLOCKED = "blocked"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What one supplier may do in one area; it holds while `revoked_at` is empty."""

    area: Area
    level: Level
    can_write: bool
    revoked_at: datetime | None = None


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier of a wedding with what it may do; grants are seen by the couple and by the supplier itself."""

    supplier_id: SupplierId
    name: str
    service: SupplierType
    status: str
    created_at: datetime
    grants: tuple[Grant, ...] = ()

    def grant(self, area: Area) -> Grant | None:
        """What holds in an area now."""
        return next((each for each in self.grants if each.area is area and each.revoked_at is None), None)


class GrantRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier asks a couple to share, and why. `answer`: given, declined or withdrawn; None while it waits."""

    id: GrantRequestId
    supplier_id: SupplierId
    area: Area
    level: Level
    can_write: bool
    reason: str
    created_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding in a supplier's list. `held_on` is empty until the couple has a date."""

    wedding_id: WeddingId
    title: str
    status: str
    service: SupplierType
    weight_complete: int
    weight_not_applicable: int
    held_on: date | None = None
    time_zone: str | None = None
    date_set_at: datetime | None = None
    active_from: datetime | None = None
    active_until: datetime | None = None
    opens_at: datetime | None = None
    unlocks_at: datetime | None = None
    lock_lead_hours: int = 0
    guests: int | None = None
    venue: str | None = None

    @property
    def protection(self) -> Protection:
        """What its shield line is made from."""
        return Protection(
            status=WeddingStatus(self.status),
            date_set_at=self.date_set_at,
            span=(self.active_from, self.active_until) if self.active_from and self.active_until else None,
            lead_hours=self.lock_lead_hours,
            ends_at=self.opens_at,
            zone=self.time_zone or "UTC",
        )


class SentInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation from a couple, as they see it; the code is in the letter only."""

    id: InvitationId
    kind: str
    email: str
    name: str
    created_at: datetime
    expires_at: datetime
    declined_at: datetime | None = None
    service: SupplierType | None = None


class WeddingMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who belongs to the wedding."""

    person_id: PersonId
    display_name: str
    role: WeddingRole
    created_at: datetime
