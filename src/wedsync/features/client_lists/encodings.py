"""Bytes become text. UTF-8 proves itself; any other encoding is the likeliest one, and is said, so that you can look.

A NUL byte means that this is no text: nothing is cut at it.
"""

import codecs
import re
from typing import Final

from charset_normalizer import CharsetMatch, from_bytes

from wedsync.kernel.problems import Invalid, UnsupportedMediaType
from wedsync.kernel.reading.model import unique

_WIDE: Final = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LIKELY: Final = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman")
_NAMES: Final = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp1250": "Windows-1250", "cp1251": "Windows-1251"}
# Enough to know by, and soon done.
_SAMPLE_BYTES: Final = 200_000
_SHOWN: Final = 5
# Never two ways to match one text: a list is searched once, however long a word in it is.
_WORD: Final = re.compile(r"[^\s,;|\"]+")
_LONGEST_WORD: Final = 40


def decode(raw: bytes) -> tuple[str, str, tuple[str, ...]]:
    """The text, its encoding's name, and what to ask about it. Raises Invalid or UnsupportedMediaType."""
    if not raw.strip():
        raise Invalid("The file is empty. Send the one that has your clients in it.")
    for mark, name in _WIDE:
        if raw.startswith(mark):
            return _strictly(raw, name), name.upper(), ()
    if b"\x00" in raw:
        raise UnsupportedMediaType("This file is not text, whatever it is called. Save the list as CSV or .xlsx.")
    try:
        return raw.decode("utf-8-sig"), "UTF-8", ()
    except UnicodeDecodeError:
        return _guess(raw)


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise UnsupportedMediaType("The file is damaged: its text ends in the middle. Save it again as CSV.") from None
    if "\x00" in text:
        raise UnsupportedMediaType("This file is not text, whatever it is called. Save the list as CSV or .xlsx.")
    return text


def _guess(raw: bytes) -> tuple[str, str, tuple[str, ...]]:
    """The likeliest encoding that reads every byte, and some words by which to see whether it is right."""
    matches = list(from_bytes(raw[:_SAMPLE_BYTES], cp_isolation=list(_LIKELY)))
    # Where two look equally well, it is the one that Windows writes in the west of Europe.
    likely = [match.encoding for match in sorted(matches, key=_doubt)]
    for encoding in unique((*likely, "cp1252")):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        name = _NAMES.get(encoding, encoding)
        words = ", ".join(_words_with_each_letter(text[:_SAMPLE_BYTES])[:_SHOWN])
        return text, name, (f"We read this as {name}. Are these words right: {words}?",) if words else ()
    raise UnsupportedMediaType("We cannot tell which letters these are. Save the list as CSV in UTF-8.")


def _words_with_each_letter(text: str) -> tuple[str, ...]:
    """For each letter that encodings write differently, the first word that has it."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = str(match.group())
        if not word.isascii() and len(word) <= _LONGEST_WORD and any(letter.isalpha() for letter in word):
            for letter in word:
                if not letter.isascii():
                    found.setdefault(letter, word)
    return unique(found.values())


def _doubt(match: CharsetMatch) -> tuple[float, bool]:
    return match.chaos, match.encoding != _LIKELY[0]
