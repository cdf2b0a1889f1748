"""Whom an address serves, so whose wait it is when it is slow: known from the address alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final

HOUSE: Final = ("/static/", "/health/", "/api/health", "/metrics", "/api/v1/openapi")

# From this status on it was our fault.
FAULT_FROM: Final = 500


class Tier(StrEnum):
    """Whom an address serves, so whose wait it is when it is slow. What belongs to the house is promised to nobody."""

    DAY_OF = "day_of"
    COUPLE = "couple"
    SUPPLIER = "supplier"
    API = "api"
    OPERATOR = "operator"
    PUBLIC = "public"
    HOUSE = "house"


# The first that fits. It reads a path as well as its pattern: a request that is refused at the door has no pattern yet.
_DAY: Final = r"/live$|/s/[^/]+/today$|(?:/w|/s/[^/]+/weddings)/[^/]+/day(?:/|$)"
_DAY_API: Final = r"/api/v1/weddings/[^/]+/(?:day-log|closing|reopening)(?:/|$)"
_TIERS: Final[Mapping[Tier, str]] = {
    Tier.HOUSE: "|".join((*HOUSE, "/outbox$")),
    Tier.DAY_OF: f"{_DAY}|{_DAY_API}",
    Tier.OPERATOR: r"/operations(?:/|$)|/api/v1/operations/",
    Tier.API: r"/api/v1/",
    Tier.COUPLE: r"/w/|/weddings$",
    Tier.SUPPLIER: r"/s/|/businesses$|/venues/",
    Tier.PUBLIC: r"/$|/api$|/sign-|/sessions(?:/|$)|/invitations/|/you(?:/|$)|/(?:letters|address|ownership)/",
}
_TIER: Final = re.compile("|".join(f"(?P<{tier}>{pattern})" for tier, pattern in _TIERS.items()))


def tier_of(path: str) -> Tier:
    """Of a path, or of the pattern of one. An address that is none of ours is the house's."""
    found = _TIER.match(path)
    return Tier(found.lastgroup) if found and found.lastgroup else Tier.HOUSE


# As many as there are routes.
tier_of_route: Final = cache(tier_of)
