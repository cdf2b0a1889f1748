"""How many guests, and how much money, as lists have them.

"approx 120" is not 120 and "80-100" is neither: both are asked about. An amount without a currency takes the one that
its column writes elsewhere, if that is one.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.kernel.reading.model import Certainty, Reading, certain, says_nothing, uncertain, unique


class Currency(StrEnum):
    """The currencies that lists are read in."""

    GBP = "GBP"
    EUR = "EUR"
    USD = "USD"


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """Money in the hundredth part of its currency: pence, cents."""

    pence: int
    currency: Currency


GUESTS: Final = range(2, 601)
MOST_PENCE: Final = 1_000_000_000
_SIGNS: Final = {
    "£": Currency.GBP,
    "gbp": Currency.GBP,
    "€": Currency.EUR,
    "eur": Currency.EUR,
    "$": Currency.USD,
    "us$": Currency.USD,
    "usd": Currency.USD,
}
_SIGN: Final = r"(£|€|\$|us\$|gbp|eur|usd)?"
_AMOUNT: Final = re.compile(rf"{_SIGN} ?([\d][\d.,' ]*){_SIGN}", re.ASCII)
_COUNT: Final = re.compile(r"(\d{1,5})(?: (?:guests?|people|pax|ppl))?", re.ASCII)
_ABOUT: Final = re.compile(
    r"(?:approx(?:imately)?\.?|about|around|circa|ca?\.?|est\.?|estimated|max\.?|up to|~|<|>)? ?"
    r"(\d{1,5})(?: ?(?:\+|ish|\?|approx\.?|max\.?))?(?: (?:guests?|people|pax|ppl))?",
    re.ASCII,
)
_RANGE: Final = re.compile(r"(\d{1,5}) ?(?:-|–|—|to|/) ?(\d{1,5})", re.ASCII)
_GROUPED_BY_COMMA: Final = re.compile(r"(\d{1,3}(?:,\d{3})+)(?:\.(\d{2}))?", re.ASCII)
_GROUPED_BY_POINT: Final = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d{2})", re.ASCII)
_GROUPED_BY_SPACE: Final = re.compile(r"(\d{1,3}(?:[' ]\d{3})+)(?:[.,](\d{2}))?", re.ASCII)
_PLAIN: Final = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)
_POINT_OR_THOUSANDS: Final = re.compile(r"(\d{1,3})\.(\d{3})", re.ASCII)
_HOW_MUCH: Final = "We cannot read this as an amount. How much is it?"
_NO_FIGURE: Final = re.compile(r"[^0-9]")
_YES: Final = frozenset({"yes", "y", "paid", "true", "✓", "x"})


def read_headcount(text: str) -> Reading[int]:
    """A number of guests, if it is one number that could sit down to dinner."""
    if says_nothing(text):
        return Reading(verbatim=text, certainty=Certainty.EMPTY)
    plain = " ".join(text.casefold().split())
    if counted := _COUNT.fullmatch(plain):
        number = int(counted.group(1))
        if number in GUESTS:
            return certain(text, number)
        return uncertain(text, f"We expect {GUESTS[0]} to {GUESTS[-1]} guests. How many are there?")
    if between := _RANGE.fullmatch(plain):
        fewest, most = int(between.group(1)), int(between.group(2))
        return uncertain(text, f"How many guests: {fewest}, {most}, or a number between?", fewest, most)
    if about := _ABOUT.fullmatch(plain):
        return uncertain(text, f"Is {about.group(1)} the number of guests to keep?", int(about.group(1)))
    return uncertain(text, "How many guests is that?")


def currencies_of(column: Iterable[str]) -> frozenset[Currency]:
    """The currencies that a column writes."""
    return frozenset(currency for text in column for currency in _written(text))


def read_money(text: str, written: frozenset[Currency] = frozenset()) -> Reading[Amount]:
    """An amount, if its figures and its currency read one way; `written` is what its column writes elsewhere."""
    if says_nothing(text):
        return Reading(verbatim=text, certainty=Certainty.EMPTY)
    if text.strip().casefold() in _YES:
        return uncertain(text, "This says that something was paid, not how much. How much?")
    match = _AMOUNT.fullmatch(_plain(text))
    if match is None or (match.group(1) and match.group(3)):
        return uncertain(text, _HOW_MUCH)
    currencies = sorted(_written(text)) or sorted(written or Currency)
    amounts = [
        Amount(pence=pence, currency=currency)
        for currency in currencies
        for pence in _pence(str(match.group(2)).strip(), currency)
        if pence <= MOST_PENCE
    ]
    return _chosen(text, amounts)


def _chosen(text: str, amounts: list[Amount]) -> Reading[Amount]:
    currencies = unique(amount.currency for amount in amounts)
    if len(amounts) == 1:
        return certain(text, amounts[0])
    if not amounts:
        return uncertain(text, _HOW_MUCH)
    if len(currencies) > 1:
        return uncertain(text, f"Which currency is this: {', '.join(currencies)}?", *amounts)
    return uncertain(text, "Does the point stand before thousands or before pence?", *amounts)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _written(text: str) -> set[Currency]:
    match = _AMOUNT.fullmatch(_plain(text))
    signs = (str(match.group(1) or ""), str(match.group(3) or "")) if match else ()
    return {_SIGNS[sign] for sign in signs if sign}


def _pence(figures: str, currency: Currency) -> list[int]:
    """What the figures may mean. 1.800 is 1,800 where commas are decimal; elsewhere it may be 1.80."""
    for form in (_GROUPED_BY_COMMA, _GROUPED_BY_POINT, _GROUPED_BY_SPACE, _PLAIN):
        if match := form.fullmatch(figures):
            whole, hundredths = _NO_FIGURE.sub("", str(match.group(1))), match.expand(r"\2")
            return [int(whole) * 100 + int(hundredths.ljust(2, "0"))]
    if match := _POINT_OR_THOUSANDS.fullmatch(figures):
        thousands = int(figures.replace(".", "")) * 100
        if currency is Currency.EUR:
            return [thousands]
        return [thousands, int(match.group(1)) * 100 + int(match.group(2)) // 10]
    return []
