"""One press answers a question: what a list may have meant, read once more as a change of the client. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from wedsync.features.clients.model import ClientChange, Stage
from wedsync.kernel.reading.contacts import read_stage
from wedsync.kernel.reading.dates import read_date
from wedsync.kernel.reading.numbers import read_money

# Of these an offer is the text itself, and is checked as one that was typed.
_TEXTS: Final[Mapping[str, str]] = {
    "names": "name",
    "email": "email",
    "partner_email": "partner_email",
    "phone": "phone",
    "partner_phone": "partner_phone",
    "company": "company",
    "venue": "venue",
    "package": "package",
}


def change_by(target: str, offer: str) -> ClientChange | None:
    """What pressing an offer changes; None for one that does not read one way, and has to be typed."""
    if field := _TEXTS.get(target):
        said: dict[str, str] = {field: offer}
        return msgspec.json.decode(msgspec.json.encode(said), type=ClientChange)
    match target:
        case "date":
            return None if (day := read_date(offer).value) is None else ClientChange(event_date=day)
        case "guests":
            return ClientChange(guests=int(offer)) if offer.isdecimal() else None
        case "stage":
            return None if (stage := read_stage(offer).value) is None else ClientChange(stage=Stage(stage))
        case "total" | "paid":
            return _amount(target, offer)
        case _:
            return None


def _amount(target: str, offer: str) -> ClientChange | None:
    amount = read_money(offer).value
    if amount is None:
        return None
    if target == "total":
        return ClientChange(total_pence=amount.pence, total_currency=amount.currency)
    return ClientChange(paid_pence=amount.pence, paid_currency=amount.currency)
