"""A venue in the directory: where it is, how many it seats, and how suppliers get in. Pure: parsing, no I/O.

Its name and address are read as a couple's are, so that what stands here fits into a wedding as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from wedsync.kernel.fields.cleaning import FieldError, clean_line, clean_lines, fit
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.fields.texts import read_address
from wedsync.kernel.ids import EventId, SupplierId, VenueId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.problems import Forbidden, Invalid

LARGEST: Final = 2000
LONGEST_LOAD_IN: Final = 1000
USUAL_PAGE: Final = 50
NORTHMOST: Final = 90
EASTMOST: Final = 180
NAME_RULES: Final = field_named("reception_venue_name").rules
ADDRESS_RULES: Final = field_named("reception_venue_address").rules
FieldT = TypeVar("FieldT")


class VenueChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is said anew of a venue; what is unset stays."""

    name: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    load_in: str | UnsetType = UNSET
    latitude: float | UnsetType | None = UNSET
    longitude: float | UnsetType | None = UNSET

    def onto(self, stands: VenueSaid) -> VenueSaid:
        """The whole of it, once it is changed."""
        return VenueSaid(
            name=stands.name if self.name is UNSET else self.name,
            address=stands.address if self.address is UNSET else self.address,
            capacity=stands.capacity if self.capacity is UNSET else self.capacity,
            load_in=stands.load_in if self.load_in is UNSET else self.load_in,
            latitude=stands.latitude if self.latitude is UNSET else self.latitude,
            longitude=stands.longitude if self.longitude is UNSET else self.longitude,
        )


class VenueSaid(VenueChange, frozen=True, kw_only=True):
    """A venue as its business describes it. Degrees north and east, both or neither."""

    name: str
    address: str
    capacity: int
    load_in: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Venue(VenueSaid, frozen=True, kw_only=True):
    """A venue in the directory; `business` publishes it, by `key` the directory orders, searches and compares it."""

    id: VenueId
    key: str
    supplier_id: SupplierId
    business: str


class VenueThere(msgspec.Struct, frozen=True, kw_only=True):
    """A venue of the directory that has the name a couple wrote for one of their events."""

    event_id: EventId
    business: str
    address: str
    capacity: int
    load_in: str

    @property
    def where(self) -> str:
        """Whose it is and where, in one line."""
        return one_line(self.business, self.address)


def read_venue(raw: VenueSaid) -> VenueSaid:
    """What a business typed, checked at once. Raises Invalid naming each field that needs another look."""
    errors: list[JsonValue] = []

    def read(field: str, how: Callable[[], FieldT], otherwise: FieldT) -> FieldT:
        try:
            return how()
        except FieldError as error:
            errors.append({"field": field, "detail": error.detail})
            return otherwise

    found = VenueSaid(
        name=read("name", lambda: _name(raw.name), ""),
        address=read("address", lambda: read_address(raw.address, ADDRESS_RULES), ""),
        capacity=read("capacity", lambda: _capacity(raw.capacity), 0),
        load_in=read("load_in", lambda: _load_in(raw.load_in), ""),
        latitude=read("latitude", lambda: _degrees(raw.latitude, NORTHMOST), None),
        longitude=read("longitude", lambda: _degrees(raw.longitude, EASTMOST), None),
    )
    if (raw.latitude is None) != (raw.longitude is None):
        missing = "latitude" if raw.latitude is None else "longitude"
        errors.append({"field": missing, "detail": "Give both numbers, or neither."})
    if errors:
        raise Invalid(errors=errors)
    return found


def refuse_other_businesses(supplier_types: Sequence[SupplierType]) -> None:
    """Raises Forbidden for a business that is no venue."""
    if SupplierType.VENUE not in supplier_types:
        raise Forbidden("Only a business that is a venue publishes rooms and places.")


def searched(raw: str) -> str:
    """The beginning of a name as somebody typed it, without what no name has."""
    return "".join(character for character in raw if character.isprintable())


def one_line(business: str, address: str) -> str:
    """Which venue of a name is meant: whose it is, and where."""
    return f"{business}, {' '.join(address.split())}"


def _name(raw: str) -> str:
    name = fit(clean_line(raw), NAME_RULES)
    if not any(character.isalnum() for character in name):
        raise FieldError("Give a name with letters or numbers in it.")
    return name


def _capacity(raw: int) -> int:
    if not 1 <= raw <= LARGEST:
        raise FieldError(f"Give a number from 1 to {LARGEST:,}.")
    return raw


def _load_in(raw: str) -> str:
    return fit(clean_lines(raw), Rules(max_length=LONGEST_LOAD_IN))


def _degrees(raw: float | None, most: int) -> float | None:
    if raw is not None and not -most <= raw <= most:
        example = "51.8312" if most == NORTHMOST else "-2.2876"
        raise FieldError(f"Give degrees from -{most} to {most}, for example {example}.")
    return raw
