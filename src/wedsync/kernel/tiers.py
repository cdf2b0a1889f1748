"""What a business has a contract for: the one place that says what follows from its tier."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class SupplierTier(StrEnum):
    """A business's contract; `label` is its word on a page."""

    FREE = "free"
    STARTER = "starter"
    PROFESSIONAL = "professional"
    SCALE = "scale"
    ENTERPRISE = "enterprise"

    @property
    def label(self) -> str:
        """Its word on a page."""
        return self.value.capitalize()

    @property
    def times(self) -> int:
        """How many times as much as the smallest its programs may ask."""
        return _TIMES[self]

    @property
    def has_api(self) -> bool:
        """Whether its programs may come at all."""
        return self in {SupplierTier.SCALE, SupplierTier.ENTERPRISE}


_TIMES: Final = {
    SupplierTier.FREE: 1,
    SupplierTier.STARTER: 1,
    SupplierTier.PROFESSIONAL: 2,
    SupplierTier.SCALE: 5,
    SupplierTier.ENTERPRISE: 10,
}
