"""Every address of the house and what it asks for. A handler that says nothing is for whoever is signed in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec
from litestar.routes import HTTPRoute

from wedsync.kernel.permissions import Permission
from wedsync.platform.http.exchange import Surface

if TYPE_CHECKING:
    from litestar import Litestar

LIVE: Final = "/live"
DECLARED: Final = "declared"
_HOUSE: Final = ("/static/", "/health/", "/api/health", "/metrics", "/api/v1/openapi")


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
    Tier.HOUSE: "|".join((*_HOUSE, "/outbox$")),
    Tier.DAY_OF: f"{_DAY}|{_DAY_API}",
    Tier.OPERATOR: r"/operations(?:/|$)|/api/v1/operations/",
    Tier.API: r"/api/v1/",
    Tier.COUPLE: r"/w/|/weddings$",
    Tier.SUPPLIER: r"/s/|/businesses$|/venues/",
    Tier.PUBLIC: r"/$|/api$|/sign-|/sessions(?:/|$)|/invitations/|/you/",
}
_TIER: Final = re.compile("|".join(f"(?P<{tier}>{pattern})" for tier, pattern in _TIERS.items()))


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """What a route asks for. `requires` None with `is_open`: a stranger may come; without: any signed-in person."""

    requires: Permission | None = None
    target: str = "self"
    is_open: bool = False


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method at one address. `declaration` None: it takes a session, and asks for what its action asks for."""

    method: str
    path: str
    surface: Surface
    declaration: Declaration | None
    handler: str
    tier: Tier


def declares(requires: Permission | None = None, *, on: str = "self") -> dict[str, Declaration]:
    """The `opt` of a handler: the permission that its action or page asks for, on "wedding", "supplier" or "self"."""
    return {DECLARED: Declaration(requires=requires, target=on)}


OPEN: Final[dict[str, Declaration]] = {DECLARED: Declaration(target="open", is_open=True)}


def is_open(options: Mapping[str, object]) -> bool:
    """Whether a stranger may come."""
    declared = options.get(DECLARED)
    return isinstance(declared, Declaration) and declared.is_open


def tier_of(path: str) -> Tier:
    """Of a path, or of the pattern of one. An address that is none of ours is the house's."""
    found = _TIER.match(path)
    return Tier(found.lastgroup) if found and found.lastgroup else Tier.HOUSE


# As many as there are routes.
tier_of_route: Final = cache(tier_of)


def routes_of(app: Litestar) -> tuple[Route, ...]:
    """All of them, by address."""
    found = [
        _route(method, route.path_format, handler.opt, str(handler))
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if method != "OPTIONS"
    ]
    return tuple(sorted(found, key=_place))


def _route(method: str, path: str, options: Mapping[str, object], handler: str) -> Route:
    declared = options.get(DECLARED)
    surface: Surface = "house" if path.startswith(_HOUSE) else "api" if path.startswith("/api/") else "page"
    if surface == "house":
        declared = Declaration(target="open", is_open=True)
    if not isinstance(declared, Declaration):
        declared = None
    return Route(method=method, path=path, surface=surface, declaration=declared, handler=handler, tier=tier_of(path))


def _place(route: Route) -> tuple[str, str]:
    return route.path, route.method
