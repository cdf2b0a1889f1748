"""Ways to reach people, and the small lists they keep: email, phone, colours, pronouns, songs."""

import re
from collections.abc import Mapping
from typing import Final

import phonenumbers

from wedsync.kernel.fields.cleaning import FieldError, clean_line, clean_lines, clean_list, fit
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.json_values import JsonValue

HOME_REGION: Final = "GB"
PARTNERS: Final = ("partner1", "partner2")
PLAYLISTS: Final = ("must_play", "do_not_play")
ADDRESS_LINES: Final = 8
_LONG_COLOUR: Final = 6
_LOCAL_PART: Final = re.compile(r"[^\s@\"(),:;<>\[\]\\]{1,64}")
_LABEL: Final = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_COLOUR: Final = re.compile(r"#?(?:[0-9a-f]{6}|[0-9a-f]{3})")


def read_email(raw: JsonValue, rules: Rules) -> str:
    """An address with its domain in lower case; the part before the @ is the owner's to spell."""
    address = fit(clean_line(raw).removeprefix("mailto:"), rules)
    local, _, domain = address.rpartition("@")
    labels = domain.lower().split(".")
    is_domain = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    is_local = _LOCAL_PART.fullmatch(local) and ".." not in local and local.strip(".") == local
    # "=?" begins an encoded word: a letter's To: would read as another address.
    if not is_local or not is_domain or labels[-1].isdigit() or "=?" in local:
        raise FieldError("That is not an email address. It looks like clara@example.com.")
    return f"{local}@{'.'.join(labels)}"


def read_phone(raw: JsonValue, rules: Rules) -> str:
    """A number in E.164; without a country code it is a British one.

    Possible, not assigned: tables of assigned numbers lag behind, and a real number refused is
    a supplier who cannot call.
    """
    text = fit(clean_line(raw), rules)
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise FieldError("That is not a phone number. Write it like 07700 900123 or +33 6 12 34 56 78.")
    if number.extension:
        raise FieldError("Leave the extension out: texts and calls need the plain number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_contact(raw: JsonValue, rules: Rules) -> str:
    """An email address where there is an @, a phone number otherwise."""
    text = fit(clean_line(raw), rules)
    return read_email(text, rules) if "@" in text else read_phone(text, rules)


def read_address(raw: JsonValue, rules: Rules) -> str:
    """An address on up to eight lines."""
    address = fit(clean_lines(raw).replace("\n\n", "\n"), rules)
    if address.count("\n") >= ADDRESS_LINES:
        raise FieldError(f"Keep the address to {ADDRESS_LINES} lines.")
    return address


def read_colours(raw: JsonValue, rules: Rules) -> list[str]:
    """Colours as #rrggbb, in the order given; #rgb is spelt out."""
    colours: list[str] = []
    for entry in clean_list(raw, rules, separators=r",;\n "):
        if not _COLOUR.fullmatch(entry.lower()):
            raise FieldError(f"{entry} is not a colour code. It looks like #8fa68c.")
        colour = _spelt_out(entry.lower().removeprefix("#"))
        if colour not in colours:
            colours.append(colour)
    return colours


def read_pronouns(raw: JsonValue, rules: Rules) -> dict[str, JsonValue] | None:
    """Pronouns of each partner, empty where not said; a text gives one line to each."""
    given: Mapping[str, JsonValue] = raw if isinstance(raw, Mapping) else _a_line_each(raw, rules)
    _refuse_others(given, PARTNERS)
    said = {who: clean_line(given.get(who) or "") for who in PARTNERS}
    for text in said.values():
        if text:
            fit(text, rules)
    return {**said} if any(said.values()) else None


def read_music(raw: JsonValue, rules: Rules) -> dict[str, JsonValue] | None:
    """Songs that must and must not be played; a plain list is of those that must."""
    lists = raw if isinstance(raw, Mapping) else {PLAYLISTS[0]: raw}
    _refuse_others(lists, PLAYLISTS)
    # Not split at commas: song titles have them.
    songs = {name: clean_list(lists.get(name) or [], rules, separators="\n") for name in PLAYLISTS}
    return {**songs} if any(songs.values()) else None


def _spelt_out(digits: str) -> str:
    return "#" + (digits if len(digits) == _LONG_COLOUR else "".join(d * 2 for d in digits))


def _a_line_each(raw: JsonValue, rules: Rules) -> dict[str, JsonValue]:
    if not isinstance(raw, str):
        raise FieldError("Write one line for each of you.")
    lines = [line for line in clean_lines(raw).split("\n") if line]
    if len(lines) > len(PARTNERS):
        raise FieldError("Write one line for each of you.")
    return {who: fit(line, rules) for who, line in zip(PARTNERS, lines, strict=False)}


def _refuse_others(given: Mapping[str, JsonValue], known: tuple[str, ...]) -> None:
    if others := sorted(set(given) - set(known)):
        raise FieldError(f"We do not know {others[0][:40]!r} here. Use {' and '.join(known)}.")
