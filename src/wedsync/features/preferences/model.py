"""What somebody says of themselves, and what a business says of itself. Pure: parsing and limits, no I/O.

What is unset stays as it is; what is said is checked as it was when they signed up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from wedsync.features.people.model import Me, Supplier, read_name, read_types
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.problems import Invalid
from wedsync.kernel.zones import ZONE_NAMES

# Only what every page, letter and file can be written in: another one comes with its words.
LOCALES: Final = {"en-GB": "English (United Kingdom)"}
Value = TypeVar("Value")


class SelfChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is said anew of oneself; what is unset stays."""

    name: str | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    locale: str | UnsetType = UNSET


class SelfSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What one is called, the clock one reads, and how dates and numbers are written."""

    name: str
    zone: str
    locale: str


class CardChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is said anew of a business; what is unset stays."""

    name: str | UnsetType = UNSET
    supplier_types: list[SupplierType] | UnsetType = UNSET
    zone: str | UnsetType = UNSET


def changed_self(stands: Me, change: SelfChange) -> SelfSaid:
    """The whole of it, once it is changed. Raises Invalid naming each field that needs another look."""
    errors: list[JsonValue] = []
    name, zone, locale = change.name, change.zone, change.locale
    said = SelfSaid(
        name=stands.name if name is UNSET else _read(errors, "name", lambda: read_name(name), stands.name),
        zone=stands.zone if zone is UNSET else _read(errors, "zone", lambda: read_zone(zone), stands.zone),
        locale=stands.locale if locale is UNSET else _read(errors, "locale", lambda: read_locale(locale), locale),
    )
    if errors:
        raise Invalid(errors=errors)
    return said


def changed_card(stands: Supplier, change: CardChange) -> Supplier:
    """The whole card, once it is changed. Raises Invalid naming each field that needs another look."""
    errors: list[JsonValue] = []
    name, types, zone = change.name, change.supplier_types, change.zone
    said = Supplier(
        id=stands.id,
        name=stands.name if name is UNSET else _read(errors, "name", lambda: read_name(name, shortest=2), stands.name),
        supplier_types=stands.supplier_types
        if types is UNSET
        else _read(errors, "supplier_types", lambda: read_types(types), stands.supplier_types),
        zone=stands.zone if zone is UNSET else _read(errors, "zone", lambda: read_zone(zone), stands.zone),
    )
    if errors:
        raise Invalid(errors=errors)
    return said


def read_zone(raw: str) -> str:
    """A zone of the IANA list. Raises FieldError."""
    if raw not in ZONE_NAMES:
        raise FieldError("Choose a time zone by its IANA name, like Europe/London.")
    return raw


def read_locale(raw: str) -> str:
    """A way of writing that this house has. Raises FieldError."""
    if raw not in LOCALES:
        ours = " or ".join(f"{each} ({label})" for each, label in LOCALES.items())
        raise FieldError(f"So far we write in {ours} only.")
    return raw


def _read(errors: list[JsonValue], field: str, read: Callable[[], Value], otherwise: Value) -> Value:
    try:
        return read()
    except FieldError as error:
        errors.append({"field": field, "detail": error.detail})
        return otherwise
