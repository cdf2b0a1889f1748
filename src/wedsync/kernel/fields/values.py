"""An answer as it arrives (typed in a form or sent as JSON) becomes a value worth keeping.

Everything stored has passed here once, so nobody checks it again. What cannot be kept is refused
with what happened and what to do; an empty answer takes the value back (None).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from wedsync.kernel.fields.cleaning import (
    FieldError,
    clean_line,
    clean_lines,
    clean_list,
    fit,
    text_of,
)
from wedsync.kernel.fields.model import Field, FieldType, Rules
from wedsync.kernel.fields.texts import (
    read_address,
    read_colours,
    read_contact,
    read_email,
    read_music,
    read_phone,
    read_pronouns,
)
from wedsync.kernel.fields.times import read_date, read_time, read_zone
from wedsync.kernel.json_values import JsonValue

__all__ = ["FieldError", "parse"]

_YES: Final = frozenset({"true", "yes", "on", "1"})
_NO: Final = frozenset({"false", "no", "off", "0"})
_WHOLE: Final = re.compile(r"-?\d{1,9}", re.ASCII)
_POUNDS: Final = re.compile(r"£? ?(\d{1,9})(?:\.(\d{2}))?", re.ASCII)


def parse(field: Field, raw: JsonValue, today: date) -> JsonValue:
    """The value to store for this field, or None where the answer was taken back.

    `today` is the date where the wedding is. Raises FieldError.
    """
    if field.is_derived:
        raise FieldError("This is worked out from your other answers. Change those instead.")
    if raw is None or raw in ("", [], {}) or (isinstance(raw, str) and not raw.strip()):
        return None
    if field.type is FieldType.DATE:
        return read_date(raw, field.rules, today)
    value = READERS[field.type](raw, field.rules)
    return None if value in ("", []) else value


def _read_line(raw: JsonValue, rules: Rules) -> str:
    return fit(clean_line(raw), rules)


def _read_lines(raw: JsonValue, rules: Rules) -> str:
    return fit(clean_lines(raw), rules)


def _read_list(raw: JsonValue, rules: Rules) -> list[str]:
    return clean_list(raw, rules)


def _read_choice(raw: JsonValue, rules: Rules) -> str:
    said = fit(clean_line(raw), rules).casefold()
    for choice in rules.choices:
        if said in {choice.value.casefold(), choice.label.casefold()}:
            return choice.value
    options = ", ".join(choice.label for choice in rules.choices)
    raise FieldError(f"Choose one of these: {options}.")


def _read_boolean(raw: JsonValue, _rules: Rules) -> bool:
    if isinstance(raw, bool):
        return raw
    said = clean_line(raw).casefold() if isinstance(raw, str) else ""
    if said in _YES | _NO:
        return said in _YES
    raise FieldError("Say yes or no.")


def _read_integer(raw: JsonValue, rules: Rules) -> int:
    text = text_of(raw).strip().replace(",", "")
    if not _WHOLE.fullmatch(text) or not rules.minimum <= int(text) <= rules.maximum:
        raise FieldError(f"Give a number from {rules.minimum:,} to {rules.maximum:,}.")
    return int(text)


def _read_pence(raw: JsonValue, rules: Rules) -> int:
    """JSON integers are pence; text is pounds, as people write money."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        pence = raw
    else:
        found = _POUNDS.fullmatch(text_of(raw).strip().replace(",", ""))
        if found is None:
            raise FieldError("Write an amount in pounds, like 12,500 or 12,500.50.")
        pence = int(found.group(1)) * 100 + int(found.group(2) or 0)
    if not rules.minimum <= pence <= rules.maximum:
        raise FieldError(f"Give an amount from £0 to £{rules.maximum // 100:,}.")
    return pence


# Every type that is asked; a date is read apart, because it needs to know what day it is.
READERS: Final[Mapping[FieldType, Callable[[JsonValue, Rules], JsonValue]]] = {
    FieldType.TEXT: _read_line,
    FieldType.LONG_TEXT: _read_lines,
    FieldType.EMAIL: read_email,
    FieldType.PHONE: read_phone,
    FieldType.CONTACT: read_contact,
    FieldType.ENUM: _read_choice,
    FieldType.LOCAL_TIME: read_time,
    FieldType.ZONE: read_zone,
    FieldType.BOOLEAN: _read_boolean,
    FieldType.INTEGER: _read_integer,
    FieldType.TAGS: _read_list,
    FieldType.NAMES: _read_list,
    FieldType.COLOURS: read_colours,
    FieldType.ADDRESS: read_address,
    FieldType.PENCE: _read_pence,
    FieldType.PRONOUNS: read_pronouns,
    FieldType.MUSIC: read_music,
}
