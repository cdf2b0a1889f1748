"""A client as the boxes of a form: filled from what stands, read as typed, given back with what was wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from wedsync.features.clients.filtering import NO_STAGE
from wedsync.features.clients.model import ClientChange, ClientSaid, Stage, members
from wedsync.features.clients.views import ClientBoxes
from wedsync.features.clients.words import STAGES
from wedsync.kernel.money import typed_pounds
from wedsync.kernel.problems import Invalid
from wedsync.kernel.reading.dates import read_date
from wedsync.kernel.reading.numbers import Amount, Currency, read_money
from wedsync.platform.forms import Form, chosen, faults, filled

# What cannot be read is a value that is refused, with a sentence of its own.
NO_DAY: Final = date.min
NO_COUNT: Final = 0
NO_AMOUNT: Final = -1
NOTHING: Final = ClientSaid(name="")
_WHOLE: Final = re.compile(r"\d{1,6}", re.ASCII)


class ClientForm(Form, frozen=True, kw_only=True):
    """A client as it was typed."""

    name: str
    first_name: str = ""
    last_name: str = ""
    partner_first_name: str = ""
    partner_last_name: str = ""
    email: str = ""
    partner_email: str = ""
    phone: str = ""
    partner_phone: str = ""
    company: str = ""
    event_date: str = ""
    venue: str = ""
    guests: str = ""
    package: str = ""
    total: str = ""
    total_currency: Currency = Currency.GBP
    paid: str = ""
    paid_currency: Currency = Currency.GBP
    stage: str = NO_STAGE
    tags: str = ""

    @property
    def said(self) -> ClientSaid:
        """What the boxes say."""
        total, paid = _money(self.total, self.total_currency), _money(self.paid, self.paid_currency)
        return ClientSaid(
            name=self.name,
            first_name=self.first_name,
            last_name=self.last_name,
            partner_first_name=self.partner_first_name,
            partner_last_name=self.partner_last_name,
            email=self.email,
            partner_email=self.partner_email,
            phone=self.phone,
            partner_phone=self.partner_phone,
            company=self.company,
            event_date=_day(self.event_date),
            venue=self.venue,
            guests=_count(self.guests),
            package=self.package,
            total_pence=None if total is None else total.pence,
            total_currency=None if total is None else total.currency,
            paid_pence=None if paid is None else paid.pence,
            paid_currency=None if paid is None else paid.currency,
            stage=next((stage for stage in Stage if stage.value == self.stage), None),
            tags=tuple(tag for each in self.tags.split(",") if (tag := each.strip())),
        )

    def change(self, stands: ClientSaid) -> ClientChange:
        """What the boxes say anew. A name's parts that nobody touched follow a new name."""
        said, was = members(self.said), members(stands)
        new = {name: said[name] for name in ClientChange.__struct_fields__ if said[name] != was[name]}
        return msgspec.json.decode(msgspec.json.encode(new), type=ClientChange)


def as_it_stands(client: ClientSaid) -> ClientBoxes:
    """The boxes of a client that is kept."""
    return _boxes(
        ClientForm(
            name=client.name,
            first_name=client.first_name,
            last_name=client.last_name,
            partner_first_name=client.partner_first_name,
            partner_last_name=client.partner_last_name,
            email=client.email,
            partner_email=client.partner_email,
            phone=client.phone,
            partner_phone=client.partner_phone,
            company=client.company,
            event_date="" if client.event_date is None else client.event_date.isoformat(),
            venue=client.venue,
            guests="" if client.guests is None else str(client.guests),
            package=client.package,
            total="" if client.total_pence is None else typed_pounds(client.total_pence),
            total_currency=client.total_currency or Currency.GBP,
            paid="" if client.paid_pence is None else typed_pounds(client.paid_pence),
            paid_currency=client.paid_currency or Currency.GBP,
            stage=NO_STAGE if client.stage is None else client.stage.value,
            tags=", ".join(client.tags),
        ),
        {},
    )


def as_typed(form: ClientForm, refusal: Invalid) -> ClientBoxes:
    """The boxes as they were sent, each with what was wrong with it."""
    wrong = faults(refusal)
    wrong |= {box: wrong[field] for box, field in (("total", "total_pence"), ("paid", "paid_pence")) if field in wrong}
    said = form.said
    if said.event_date == NO_DAY:
        wrong["event_date"] = "We cannot read this as one day. Write it as 8 May 2027."
    for box, pence in (("total", said.total_pence), ("paid", said.paid_pence)):
        if pence == NO_AMOUNT:
            wrong[box] = "We cannot read this as one amount. Write it as 1,800 or 1,800.50."
    return _boxes(form, wrong)


def _boxes(form: ClientForm, wrong: Mapping[str, str]) -> ClientBoxes:
    currencies = tuple((each.value, each.value) for each in Currency)
    return ClientBoxes(
        name=filled(form.name, wrong, "name"),
        first_name=filled(form.first_name, wrong, "first_name"),
        last_name=filled(form.last_name, wrong, "last_name"),
        partner_first_name=filled(form.partner_first_name, wrong, "partner_first_name"),
        partner_last_name=filled(form.partner_last_name, wrong, "partner_last_name"),
        email=filled(form.email, wrong, "email"),
        partner_email=filled(form.partner_email, wrong, "partner_email"),
        phone=filled(form.phone, wrong, "phone"),
        partner_phone=filled(form.partner_phone, wrong, "partner_phone"),
        company=filled(form.company, wrong, "company"),
        event_date=filled(form.event_date, wrong, "event_date"),
        venue=filled(form.venue, wrong, "venue"),
        guests=filled(form.guests, wrong, "guests"),
        package=filled(form.package, wrong, "package"),
        total=filled(form.total, wrong, "total"),
        total_currency=chosen(currencies, form.total_currency.value),
        paid=filled(form.paid, wrong, "paid"),
        paid_currency=chosen(currencies, form.paid_currency.value),
        stage=chosen(STAGES, form.stage),
        tags=filled(form.tags, wrong, "tags"),
    )


def _day(typed: str) -> date | None:
    return (read_date(typed).value or NO_DAY) if typed.strip() else None


def _count(typed: str) -> int | None:
    written = typed.strip().replace(",", "")
    if not written:
        return None
    return int(written) if _WHOLE.fullmatch(written) else NO_COUNT


def _money(typed: str, currency: Currency) -> Amount | None:
    """In the currency that is chosen, unless the amount says another."""
    if not typed.strip():
        return None
    return read_money(typed, frozenset({currency})).value or Amount(pence=NO_AMOUNT, currency=currency)
