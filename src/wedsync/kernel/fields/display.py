"""A stored value in words, for pages, day sheets and messages, and as its own input shows it.

Times always come with their zone when one is given: suppliers and couples are not always in the
same one.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import phonenumbers

from wedsync.kernel.fields.model import Field, FieldType
from wedsync.kernel.fields.texts import PARTNERS, PLAYLISTS
from wedsync.kernel.fields.times import MONTHS, WEEKDAYS
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.money import pounds, typed_pounds

_BY_LINE: Final = frozenset({FieldType.NAMES, FieldType.ADDRESS, FieldType.LONG_TEXT})


def display(field: Field, value: JsonValue, zone: str | None = None) -> str:
    """The value as a sentence would say it; empty when there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return pounds(int(value)) if field.type is FieldType.PENCE else f"{value:,}"
    if isinstance(value, str):
        return _text(field, value, zone)
    if isinstance(value, Mapping):
        return _mapping(field, value)
    return ", ".join(str(entry) for entry in value)


def as_typed(field: Field, value: JsonValue) -> str:
    """The value as its input holds it, which `parse` reads back as the same value.

    Music and pronouns have an input for each part: ask for one part at a time.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and field.type is FieldType.PENCE:
        return typed_pounds(value)
    if isinstance(value, Mapping):
        return "\n".join(lines(part) for part in value.values())
    if isinstance(value, str) or not isinstance(value, Sequence) or field.type in _BY_LINE:
        return lines(value)
    return ", ".join(str(entry) for entry in value)


def lines(value: JsonValue) -> str:
    """A text, or the entries of a list one a line."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Sequence):
        return "\n".join(str(entry) for entry in value)
    return str(value)


def show_date(day: date) -> str:
    """A date in full, such as Saturday 12 June 2027."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def _text(field: Field, value: str, zone: str | None) -> str:
    match field.type:
        case FieldType.DATE:
            return show_date(date.fromisoformat(value))
        case FieldType.LOCAL_TIME:
            return f"{value} {zone}" if zone else value
        case FieldType.ENUM:
            labels = {choice.value: choice.label for choice in field.rules.choices}
            return labels.get(value, value.capitalize())
        case FieldType.PHONE | FieldType.CONTACT:
            return value if "@" in value else _phone(value)
        case FieldType.ADDRESS:
            return value.replace("\n", ", ")
        case _:
            return value


def _phone(value: str) -> str:
    number = phonenumbers.parse(value, None)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _mapping(field: Field, value: Mapping[str, JsonValue]) -> str:
    if field.type is FieldType.PRONOUNS:
        return " · ".join(str(value[who]) for who in PARTNERS if value.get(who))
    wanted, unwanted = (lines(value.get(name)).replace("\n", ", ") for name in PLAYLISTS)
    parts = (("Play: ", wanted), ("Do not play: ", unwanted))
    return ". ".join(f"{label}{songs}" for label, songs in parts if songs)
