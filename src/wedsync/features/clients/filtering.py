"""Which of a business's clients to look at, as the address of a page says it: whoever gets the address sees the same.

Pure: what cannot be read is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar.params import QueryParameter

from wedsync.features.clients.model import MOST_TAGS, Stage, read_tags
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.problems import BadRequest

NO_STAGE: Final = "none"
LONGEST_WORDS: Final = 600
Words = Annotated[str, QueryParameter(max_length=LONGEST_WORDS)]
ReadT = TypeVar("ReadT")


class Order(StrEnum):
    """What a list of clients goes by."""

    NAME = "name"
    DATE = "date"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Clients that have every tag of `every`, one of `some` and none of `none`, in small letters.

    `stage` "" is any, "none" those without one; of the days, both ends are in. `asks`: with open questions only;
    `alone`: not connected to a wedding.
    """

    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    stage: str = ""
    since: date | None = None
    until: date | None = None
    asks: bool = False
    alone: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an address asks for, and in which order."""

    filter: Filter = Filter()
    order: Order = Order.NAME

    def address(self, **more: str) -> str:
        """The words of an address that asks for the same, with `more`; begins with "?" unless it is empty."""
        found = {word: text for word, text in self.words().items() if text} | {k: v for k, v in more.items() if v}
        return f"?{urlencode(found)}" if found else ""

    def words(self) -> dict[str, str]:
        """What stands in each box of the filter; empty where it asks for nothing."""
        what = self.filter
        return {
            "all": ", ".join(what.every),
            "any": ", ".join(what.some),
            "without": ", ".join(what.none),
            "stage": what.stage,
            "from": "" if what.since is None else what.since.isoformat(),
            "to": "" if what.until is None else what.until.isoformat(),
            "questions": "yes" if what.asks else "",
            "connected": "no" if what.alone else "",
            "order": "" if self.order is Order.NAME else self.order.value,
        }


def read_asked(words: dict[str, str]) -> Asked:
    """What these words of an address ask for. Raises BadRequest for one that cannot be read."""
    if unknown := sorted(set(words) - set(Asked().words())):
        raise BadRequest(f"A list of clients is not filtered by {', '.join(unknown)}.")

    def read(word: str, how: Callable[[str], ReadT]) -> ReadT:
        try:
            return how(words.get(word, "").strip())
        except (FieldError, ValueError) as error:
            why = error.detail if isinstance(error, FieldError) else _WHY[word]
            raise BadRequest(f"{word}: {why}") from None

    return Asked(
        filter=Filter(
            every=read("all", _tags),
            some=read("any", _tags),
            none=read("without", _tags),
            stage=read("stage", _stage),
            since=read("from", _day),
            until=read("to", _day),
            asks=read("questions", lambda text: _is(text, "yes")),
            alone=read("connected", lambda text: _is(text, "no")),
        ),
        order=read("order", lambda text: Order(text) if text else Order.NAME),
    )


async def provide_asked(  # noqa: PLR0913, PLR0917 - the words of an address
    every: Annotated[str, QueryParameter(name="all", max_length=LONGEST_WORDS)] = "",
    some: Annotated[str, QueryParameter(name="any", max_length=LONGEST_WORDS)] = "",
    without: Words = "",
    stage: Words = "",
    since: Annotated[str, QueryParameter(name="from", max_length=LONGEST_WORDS)] = "",
    until: Annotated[str, QueryParameter(name="to", max_length=LONGEST_WORDS)] = "",
    questions: Words = "",
    connected: Words = "",
    order: Words = "",
) -> Asked:
    """Tags, separated by commas: `all` of them, `any` of them, `without` them. Days as 2027-05-08, both ends in.

    `questions=yes`: with open questions; `connected=no`: with no wedding; `order` name or date.
    """
    said = (every, some, without, stage, since, until, questions, connected, order)
    return read_asked(dict(zip(Asked().words(), said, strict=True)))


_WHY: Final = {
    "stage": f"say {', '.join(stage.value for stage in Stage)} or {NO_STAGE}.",
    "from": "write the day as 2027-05-08.",
    "to": "write the day as 2027-05-08.",
    "questions": "say yes, or leave it out.",
    "connected": "say no, or leave it out.",
    "order": "say name or date.",
}


def _tags(text: str) -> tuple[str, ...]:
    parts = text.lower().split(",")
    if len(parts) > MOST_TAGS:
        raise FieldError(f"ask for up to {MOST_TAGS} tags.")
    return read_tags(parts)


def _stage(text: str) -> str:
    return text if text in {"", NO_STAGE} else Stage(text).value


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _is(text: str, word: str) -> bool:
    if text not in {"", word}:
        raise ValueError
    return text == word
