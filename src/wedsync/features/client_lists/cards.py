"""Contacts that were exported as vCards (versions 2.1 to 4), one row each.

Only what a client is made of is taken; pictures and the rest stay behind.
"""

import quopri
import re
from collections.abc import Iterator
from typing import Final

from wedsync.kernel.problems import Invalid
from wedsync.kernel.reading.model import unique

_HEADER: Final = ("Name", "Email", "Phone", "Company", "Notes", "Tags")
_PROPERTIES: Final = ("FN", "EMAIL", "TEL", "ORG", "NOTE", "CATEGORIES")
NAMED: Final = dict(zip(_HEADER, _PROPERTIES, strict=True))
_FURTHER: Final = {"TEL": "Further numbers", "EMAIL": "Further addresses"}
# What no telephone has a name for, in files of our own: a column of this title.
COLUMN: Final = "X-WEDSYNC-COLUMN"
_TITLE: Final = re.compile(r'TITLE="((?:[^"])*)"')
_IN_TITLE: Final = {"^^": "^", "^'": '"'}
_CARET: Final = re.compile(r"\^[\^']")
_FOLD: Final = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK: Final = re.compile(r"=\r?\n")
_ESCAPED: Final = re.compile(r"\\([nN,;\\:])")


def read_cards(text: str) -> tuple[tuple[str, ...], ...]:
    """A header and one row for each card. Raises Invalid where a card does not end."""
    cards = tuple(_cards(text))
    own = unique(name for card in cards for name in card if name not in {*_PROPERTIES, "N"})
    header = (*_HEADER, *own)
    return (header, *((*_row(card), *(card.get(title, "") for title in own)) for card in cards))


def _cards(text: str) -> Iterator[dict[str, str]]:
    card: dict[str, str] | None = None
    # By these alone: what Python takes for the end of a line as well may stand in a text.
    # Lines of quoted-printable go on after "="; that of others, after a space.
    for line in _FOLD.sub("", _joined(text)).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        match line.strip().casefold():
            case "begin:vcard":
                card = {}
            case "end:vcard" if card is not None:
                yield card
                card = None
            case _ if card is not None:
                _keep(card, line)
            case _:
                continue
    if card is not None:
        raise Invalid("The last card in this file does not end. Export your contacts again.")


def _joined(text: str) -> str:
    return _SOFT_BREAK.sub("", text) if "QUOTED-PRINTABLE" in text.upper() else text


def _keep(card: dict[str, str], line: str) -> None:
    """The first of each property; further numbers and addresses stand beside it, under a title of their own."""
    if line.startswith(f"{COLUMN};") and (title := _TITLE.search(line)):
        name = _CARET.sub(_in_title, str(title.group(1)))
        card.setdefault(name, _plain(line[title.end() :].removeprefix(":")))
        return
    head, _, value = line.partition(":")
    name, *parameters = head.upper().split(";")
    name = name.rpartition(".")[2]
    if any(parameter.endswith("QUOTED-PRINTABLE") for parameter in parameters):
        value = quopri.decodestring(value.encode()).decode("utf-8", errors="replace")
    if name == "N":
        family, _, rest = value.partition(";")
        given = rest.partition(";")[0]
        card.setdefault("N", _plain(f"{given.strip()} {family.strip()}".strip()))
    elif name in _PROPERTIES:
        text = _plain(value.rstrip(";") if name == "ORG" else value.removeprefix("tel:"))
        further = _FURTHER.get(name)
        if further and card.get(name, text) != text:
            card[further] = ", ".join(filter(None, (card.get(further), text)))
        else:
            card.setdefault(name, text)


def _in_title(match: re.Match[str]) -> str:
    return _IN_TITLE[str(match.group(0))]


def _plain(value: str) -> str:
    return _ESCAPED.sub(_unescaped, value)


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if str(match.group(1)) in "nN" else str(match.group(1))


def _row(card: dict[str, str]) -> tuple[str, ...]:
    name = card.get("FN") or card.get("N", "")
    rest = [card.get(each, "") for each in _PROPERTIES if each != "FN"]
    return (name, *rest)
