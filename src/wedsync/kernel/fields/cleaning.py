"""Text as people paste it, made fit to keep: one form of each letter, no invisible surprises.

Whoever reads a stored text may rely on it: NFC, trimmed, within its length, free of control
characters and of marks that make a line read backwards.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from wedsync.kernel.fields.model import Rules
from wedsync.kernel.json_values import JsonValue

# Longer than any field accepts: refused before any work is spent on it.
LONGEST_RAW: Final = 30_000
_LARGEST_NUMBER: Final = 10**15
_SPACES: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\v\f\u0085\u2028\u2029]")
_INVISIBLE: Final = frozenset("\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED: Final = frozenset({"Cc", "Cs", "Co", "Cn"})


class FieldError(Exception):
    """A value that cannot be kept; `detail` says what is wrong and what to do."""

    def __init__(self, detail: str) -> None:
        """Keep the sentence for the reader."""
        super().__init__(detail)
        self.detail = detail


def text_of(raw: JsonValue) -> str:
    """The raw text; numbers are taken as typed, anything else is refused."""
    if isinstance(raw, str):
        if len(raw) > LONGEST_RAW:
            raise FieldError("That is far too long. Shorten it.")
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        # Python refuses to write out integers of thousands of digits.
        return str(raw) if abs(raw) < _LARGEST_NUMBER else "too large"
    raise FieldError("Write this as text.")


def clean_lines(raw: JsonValue) -> str:
    """Text of several lines, each trimmed; never more than one empty line in a row."""
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text_of(raw)))
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    for character in text:
        if character == "\n":
            continue
        if character in _INVISIBLE or unicodedata.category(character) in _REFUSED:
            raise FieldError("There is an invisible character in this. Type it again.")
    return text


def clean_line(raw: JsonValue) -> str:
    """Text of one line; what was pasted over several becomes one."""
    return " ".join(clean_lines(raw).split())


def fit(text: str, rules: Rules) -> str:
    """The text, if its length is within the rules."""
    if len(text) < rules.min_length:
        raise FieldError(f"Write at least {rules.min_length} characters.")
    if len(text) > rules.max_length:
        raise FieldError(f"Keep it to {rules.max_length:,} characters; this has {len(text):,}.")
    return text


def clean_list(raw: JsonValue, rules: Rules, *, separators: str = ",;\n") -> list[str]:
    """The entries of a list, or of a text split at commas and lines; repeated ones count once."""
    parts: list[str] = []
    if isinstance(raw, str):
        parts = re.split(f"[{separators}]", clean_lines(raw))
    elif isinstance(raw, Sequence):
        if len(raw) > LONGEST_RAW:
            raise FieldError("That is far too long. Shorten it.")
        parts = [clean_line(entry) for entry in raw]
    else:
        raise FieldError("Write this as a list, one entry a line.")
    entries = {entry.casefold(): fit(entry, rules) for part in parts if (entry := part.strip())}
    if len(entries) > rules.max_items:
        raise FieldError(f"Keep it to {rules.max_items} entries; there are {len(entries)}.")
    return list(entries.values())
