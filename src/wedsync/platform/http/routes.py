"""Every address of the house and what it asks for. A handler that says nothing is for whoever is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from litestar.routes import HTTPRoute

from wedsync.kernel.permissions import Permission
from wedsync.platform.http.exchange import Surface
from wedsync.platform.http.tiers import HOUSE, Tier, tier_of

if TYPE_CHECKING:
    from litestar import Litestar

LIVE: Final = "/live"
DECLARED: Final = "declared"


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """What a route asks for. `requires` None with `is_open`: a stranger may come; without: any signed-in person.

    `is_dangerous`: they have shown within the last 15 minutes that it is they. `is_setting_up`: an operator without a
    second step comes here too.
    """

    requires: Permission | None = None
    target: str = "self"
    is_open: bool = False
    is_dangerous: bool = False
    is_setting_up: bool = False


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method at one address. `declaration` None: it takes a session, and asks for what its action asks for."""

    method: str
    path: str
    surface: Surface
    declaration: Declaration | None
    handler: str
    tier: Tier


def declares(
    requires: Permission | None = None, *, on: str = "self", is_dangerous: bool = False, is_setting_up: bool = False
) -> dict[str, Declaration]:
    """The `opt` of a handler: the permission that its action or page asks for, on "wedding", "supplier" or "self"."""
    declared = Declaration(requires=requires, target=on, is_dangerous=is_dangerous, is_setting_up=is_setting_up)
    return {DECLARED: declared}


OPEN: Final[dict[str, Declaration]] = {DECLARED: Declaration(target="open", is_open=True)}


def is_open(options: Mapping[str, object]) -> bool:
    """Whether a stranger may come."""
    declared = options.get(DECLARED)
    return isinstance(declared, Declaration) and declared.is_open


def is_setting_up(options: Mapping[str, object]) -> bool:
    """Whether an operator comes here who has no second step yet."""
    declared = options.get(DECLARED)
    return isinstance(declared, Declaration) and (declared.is_setting_up or declared.is_open)


def is_dangerous(options: Mapping[str, object]) -> bool:
    """Whether an open session alone is not enough."""
    declared = options.get(DECLARED)
    return isinstance(declared, Declaration) and declared.is_dangerous


def required(options: Mapping[str, object]) -> Permission | None:
    """The permission that a handler says it asks for, if it says one."""
    declared = options.get(DECLARED)
    return declared.requires if isinstance(declared, Declaration) else None


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
    surface: Surface = "house" if path.startswith(HOUSE) else "api" if path.startswith("/api/") else "page"
    if surface == "house":
        declared = Declaration(target="open", is_open=True)
    if not isinstance(declared, Declaration):
        declared = None
    return Route(method=method, path=path, surface=surface, declaration=declared, handler=handler, tier=tier_of(path))


def _place(route: Route) -> tuple[str, str]:
    return route.path, route.method
