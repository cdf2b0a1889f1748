"""What each permission lets somebody do, in words, and what each role may: pages and docs/roles.md say it from here.

Said from the table that decides (`permissions.allows`), so no page promises what a role does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from wedsync.kernel.permissions import (
    GRANTABLE_AREAS,
    OperatorRole,
    Permission,
    Standing,
    SupplierRole,
    WeddingRole,
    allows,
)

MAY: Final[Mapping[Permission, str]] = {
    Permission.SELF: "look after their own account",
    Permission.WEDDING_READ: "read weddings as far as couples share",
    Permission.FACTS_WRITE: "change details where couples let them",
    Permission.FACTS_ACKNOWLEDGE: "say that they have seen a change",
    Permission.EVENTS_WRITE: "change events where couples let them",
    Permission.DATE_CONFIRM: "confirm the date",
    Permission.LEAD_WRITE: "say how long before the day plans are closed",
    Permission.SHARING_WRITE: "decide what each supplier sees and invite",
    Permission.GRANTS_ASK: "ask couples to see more",
    Permission.WEDDING_MEMBERS_WRITE: "decide who belongs to the wedding",
    Permission.AMENDMENTS_PROPOSE: "propose changes to what is fixed",
    Permission.AMENDMENTS_APPROVE: "agree to changes of what is fixed (a coordinator: in an emergency)",
    Permission.TERMS_ANSWER: "answer changed terms",
    Permission.BUDGET_READ: "read the budget",
    Permission.BUDGET_WRITE: "change the budget",
    Permission.DAY_LOG_WRITE: "write into the day log",
    Permission.DAY_CLOSE: "close the day and open it again",
    Permission.SUPPLIER_READ: "see the business",
    Permission.CLIENTS_READ: "read clients",
    Permission.CLIENTS_WRITE: "keep clients",
    Permission.INVITATIONS_WRITE: "invite couples",
    Permission.CONNECTIONS_WRITE: "leave a wedding",
    Permission.TEAM_READ: "see the team",
    Permission.TEAM_WRITE: "change the team",
    Permission.API_KEYS_WRITE: "make keys for programs",
    Permission.VENUES_WRITE: "publish venues",
    Permission.SUPPLIER_WRITE: "change what the business says of itself",
    Permission.SUPPLIER_TRANSFER: "hand the business over",
    Permission.SUPPLIER_CLOSE: "close the business",
    Permission.OPERATE: "see how the installation stands",
    Permission.OVERRIDES_REQUEST: "ask for a release that cannot wait",
    Permission.OVERRIDES_APPROVE: "approve or refuse another's",
    Permission.OVERRIDES_REVIEW: "review what was released so",
    Permission.HOLDS_WRITE: "set and release legal holds",
    Permission.SUPPORT: "answer couples and suppliers",
    Permission.IMPERSONATE: "look as somebody",
}

# Decided, and not to be done anywhere yet: pages do not offer it.
NOT_YET: Final = frozenset({Permission.SUPPLIER_CLOSE})


def of_business(role: SupplierRole) -> frozenset[Permission]:
    """What it may do in its business and at a wedding whose couple shares everything."""
    granted = frozenset(GRANTABLE_AREAS)
    return _held(Standing(supplier_role=role, is_connected=True, readable=granted, writable=granted))


def at_wedding(role: WeddingRole) -> frozenset[Permission]:
    """What it may do at its own wedding; a coordinator as far as the couple shares."""
    granted = frozenset(GRANTABLE_AREAS)
    return _held(Standing(wedding_role=role, readable=granted, writable=granted))


def of_operator(role: OperatorRole) -> frozenset[Permission]:
    """What it may do in running the installation."""
    return _held(Standing(operator_role=role))


def team_help() -> tuple[tuple[SupplierRole, str], ...]:
    """Each role of a business and what it may: all that the next lower one may, and its own. The highest first."""
    roles = tuple(SupplierRole)
    steps = tuple((high, _step(high, low)) for high, low in pairwise(roles))
    return (*steps, (roles[-1], f"May {_listed(of_business(roles[-1]))}."))


def operator_help() -> tuple[tuple[OperatorRole, str], ...]:
    """Each role of an operator and what it may."""
    return tuple((role, f"May {_listed(of_operator(role))}.") for role in OperatorRole)


def _step(high: SupplierRole, low: SupplierRole) -> str:
    return f"As {low.value}, and also: {_listed(of_business(high) - of_business(low))}."


def _held(standing: Standing) -> frozenset[Permission]:
    return frozenset(each for each in Permission if each is not Permission.SELF and allows(standing, each))


def _listed(held: frozenset[Permission]) -> str:
    *others, last = (words for each, words in MAY.items() if each in held - NOT_YET)
    return f"{', '.join(others)} and {last}" if others else last
