"""Every write is an action: it says what it asks for, whose thing it changes and what kind of row it writes.

REST, pages, jobs, imports and the command line call the same action. What you cannot see is 404, what you see but may
not do is 403, and what a locked wedding refuses is 423 before anything is tried; the database would refuse it too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, Final, Generic, ParamSpec, TypeVar
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId, SupplierId, WeddingId
from wedsync.kernel.permissions import Permission, Standing, WriteClass, allows, operators_who
from wedsync.kernel.problems import Forbidden, LockedWedding, NotFound, SignedOut
from wedsync.platform.database.query import Query
from wedsync.platform.database.reads import Reader
from wedsync.platform.database.writes import Tx

P = ParamSpec("P")
R = TypeVar("R")
IdT = TypeVar("IdT", bound=UUID)


NOT_BY_KEY: Final = "This key does not open that, or whoever made it may not do it."


class ById(msgspec.Struct, frozen=True):
    """One thing, by its id."""

    id: UUID


class StandingRow(Standing, frozen=True, kw_only=True):
    """What the actor is towards a wedding, a supplier or the installation; of a wedding, what its shield says now."""

    date_set_at: datetime | None = None
    unlocks_at: datetime | None = None
    asks: int = 0


class Found(msgspec.Struct, frozen=True):
    """Null when the actor may not know that the thing exists."""

    standing: StandingRow | None


WEDDING_STANDING: Final = Query(ById, Found, "select app.wedding_standing(%(id)s) as standing")
SUPPLIER_STANDING: Final = Query(ById, Found, "select app.supplier_standing(%(id)s) as standing")
OPERATOR_STANDING: Final = Query(ById, Found, "select app.operator_standing(%(id)s) as standing")


class Target(Generic[IdT]):
    """What an action is done to: its id comes first, and the permission is asked for there."""

    def __init__(self, name: str, standing: Query[ById, Found] | None) -> None:
        """`standing` None: the person themselves."""
        self.name: Final = name
        self.standing: Final = standing


WEDDING: Final[Target[WeddingId]] = Target("wedding", WEDDING_STANDING)
SUPPLIER: Final[Target[SupplierId]] = Target("supplier", SUPPLIER_STANDING)
SELF: Final[Target[PersonId]] = Target("self", None)
# The installation itself. It is the only one that its database knows; the id is the operator's who acts on it.
CELL: Final[Target[PersonId]] = Target("cell", OPERATOR_STANDING)


class Declared(msgspec.Struct, frozen=True):
    """An action as the tests see it. `requires` None: open to who holds a password, link or code."""

    name: str
    requires: Permission | None
    target: str
    write_class: WriteClass


ACTIONS: Final[list[Declared]] = []


def action(
    *, requires: Permission, on: Target[IdT], write_class: WriteClass
) -> Callable[[Callable[Concatenate[Tx, IdT, P], Awaitable[R]]], Callable[Concatenate[Tx, IdT, P], Awaitable[R]]]:
    """Declare an action on one wedding, supplier or person, or on the installation.

    Raises SignedOut, NotFound, Forbidden or LockedWedding before the action's own first line.
    """

    def declare(
        act: Callable[Concatenate[Tx, IdT, P], Awaitable[R]],
    ) -> Callable[Concatenate[Tx, IdT, P], Awaitable[R]]:
        ACTIONS.append(Declared(f"{act.__module__}.{act.__qualname__}", requires, on.name, write_class))

        @wraps(act)
        async def guarded(tx: Tx, target: IdT, /, *args: P.args, **kwargs: P.kwargs) -> R:
            await _admit(tx, target, on.standing, requires=requires, write_class=write_class)
            return await act(tx, target, *args, **kwargs)

        return guarded

    return declare


def open_action(*, write_class: WriteClass) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Declare an action for which a password, a link or a code is enough: the doors check for themselves."""

    def declare(act: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        ACTIONS.append(Declared(f"{act.__module__}.{act.__qualname__}", None, "open", write_class))
        return act

    return declare


async def refuse_hidden(reader: Reader, on: Target[IdT], target: IdT, *, requires: Permission | None = None) -> None:
    """For a list, which row security leaves empty: raises NotFound when its reader may not see whose it is, and
    Forbidden when they may but lack the permission.
    """
    if on.standing is None:
        return
    found = (await reader.one(on.standing, ById(target))).standing
    if found is None:
        raise NotFound
    if requires is not None and not allows(found, requires):
        raise _not_enough(found, requires)


async def _admit(
    tx: Tx, target: UUID, standing: Query[ById, Found] | None, *, requires: Permission, write_class: WriteClass
) -> None:
    if tx.actor.person_id is None:
        raise SignedOut
    if standing is None:
        if target != tx.actor.person_id:
            raise NotFound
        if tx.actor.key_id is not None:
            raise Forbidden(NOT_BY_KEY)
        return
    found = (await tx.one(standing, ById(target))).standing
    if found is None:
        raise NotFound
    if not allows(found, requires):
        raise _not_enough(found, requires)
    if found.unlocks_at is not None and write_class.is_structural:
        raise LockedWedding(code="WS001", unlocks_at=found.unlocks_at.isoformat(), amend_url=f"/w/{target}/amendments")
    tx.standing = found


def _not_enough(found: Standing, requires: Permission) -> Forbidden:
    """A program is told that it comes by key. An operator is told which role it takes, and how one comes by it; who has
    it stands on the operators' page.
    """
    if found.scopes is not None:
        return Forbidden(NOT_BY_KEY)
    if found.operator_role is None:
        return Forbidden()
    roles = " or ".join(role.label for role in operators_who(requires))
    return Forbidden(
        f"You are {found.operator_role.label}, and this takes {roles}. Operators shows who that is; whoever has the "
        "server's own command appoints: `wedsync operator add EMAIL --role …`."
    )
