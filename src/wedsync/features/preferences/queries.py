"""Every statement about settings of people and of businesses."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.people.model import Supplier
from wedsync.kernel.ids import PersonId, SupplierId
from wedsync.platform.database import ById, Nothing, Query


class NewSelf(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of themselves."""

    id: PersonId
    name: str
    zone: str
    locale: str


class EarlierName(msgspec.Struct, frozen=True):
    """What they were called until now."""

    name: str


class NewCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a business says of itself."""

    id: SupplierId
    name: str
    supplier_types: tuple[str, ...]
    zone: str


class Published(msgspec.Struct, frozen=True):
    """Whether it has a place in the directory of venues."""

    has_venues: bool


CHANGE_SELF: Final = Query(
    NewSelf,
    Nothing,
    "update app.people set name = %(name)s, zone = %(zone)s, locale = %(locale)s where id = %(id)s",
)
CARRY_NAME: Final = Query(EarlierName, Nothing, "select app.carry_my_name(%(name)s)")
CHANGE_CARD: Final = Query(
    NewCard,
    Supplier,
    """
    update app.suppliers set name = %(name)s, supplier_types = %(supplier_types)s, zone = %(zone)s
    where id = %(id)s
    returning id, name, supplier_types, zone
    """,
)
PUBLISHED: Final = Query(
    ById, Published, "select exists (select from live.venues where supplier_id = %(id)s) as has_venues"
)
