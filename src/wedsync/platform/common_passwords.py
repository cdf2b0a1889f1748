"""Passwords that are tried first: the commonest, what a keyboard's rows spell, one word with a number after it.

Long enough is not enough where everybody has the same long one. Nothing leaves here to be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

FEWEST_CHARACTERS: Final = 5
LEFT_OVER: Final = 8
_SHORTEST_WORD: Final = 3
_LIST: Final = Path(__file__).with_name("common_passwords.txt")
_ROWS: Final = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_STEPS: Final = frozenset(pair for row in (*_ROWS, *(row[::-1] for row in _ROWS)) for pair in pairwise(row))
_LETTERS: Final = str.maketrans("@0134$5!7", "aoieassit")
_AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ALL_BUT_WORDS: Final = re.compile(r"[\W\d_]+")


def is_common(password: str) -> bool:
    """Whether it is one that somebody else would try early."""
    plain = password.casefold()
    bare = _AROUND.sub("", plain)
    words = {plain, *(_ALL_BUT_WORDS.sub("", each) for each in (plain, bare.translate(_LETTERS)))}
    return (
        len(set(plain)) < FEWEST_CHARACTERS
        or _is_run(plain)
        or not _listed().isdisjoint({*words, *map(_unrepeated, words)})
    )


def is_own(password: str, own: Iterable[str]) -> bool:
    """Whether next to nothing is left of it without one's own address and name."""
    plain = password.casefold()
    words = {word for each in own for word in _ALL_BUT_WORDS.split(each.casefold()) if len(word) >= _SHORTEST_WORD}
    left = plain
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != plain and len(_ALL_BUT_WORDS.sub("", left)) < LEFT_OVER


def _is_run(plain: str) -> bool:
    """Whether nearly every key lies beside the one before: qwertyuiop12, abcdefg12345."""
    steps = list(pairwise(plain))
    beside = sum(pair in _STEPS or pair[0] == pair[1] for pair in steps)
    return beside * 5 >= len(steps) * 4


def _unrepeated(word: str) -> str:
    """What a word is that is written several times over."""
    found = re.fullmatch(r"(.+?)\1+", word)
    return found[1] if found else word


@cache
def _listed() -> frozenset[str]:
    return frozenset(_LIST.read_text("utf-8").split("\n")) - {""}
