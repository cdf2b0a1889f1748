"""Clients as their pages show them: rows, questions, what happened. Words only; nothing is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wedsync.features.clients.answers import change_by
from wedsync.features.clients.filter_queries import SavedFilter
from wedsync.features.clients.filtering import Asked, Filter, Order
from wedsync.features.clients.model import ClientSaid, Happened, OpenQuestion, Stage
from wedsync.features.clients.page_queries import ClientRow, Due, Entry
from wedsync.features.clients.views import (
    ClientView,
    EntryView,
    Fact,
    FilterView,
    OfferView,
    QuestionView,
    ReminderView,
    SavingView,
)
from wedsync.features.clients.words import STAGES, TARGETS, TONES, day_text, happened, questions_text
from wedsync.features.people.words import moment
from wedsync.kernel.money import typed_pounds
from wedsync.kernel.reading.numbers import Currency
from wedsync.platform.formats import short_date
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Filled, Option

_LOOKS: Final = (("List", ""), ("Board", "/board"), ("Calendar", "/calendar"))
_ORDERS: Final = ((Order.NAME.value, "By name"), (Order.DATE.value, "By date"))


def ways_of_looking(base: str, current: str) -> tuple[Option, ...]:
    """The other ways to look at the same clients."""
    return tuple(Option(value=f"{base}{path}", label=label, is_chosen=label == current) for label, path in _LOOKS)


def client_view(row: ClientRow, base: str) -> ClientView:
    """A client in a list."""
    return ClientView(
        id=str(row.id),
        name=row.name,
        href=f"{base}/{row.id}",
        date_text=day_text(row.event_date),
        venue=row.venue,
        stage=stage_text(row.stage),
        tone=stage_tone(row.stage),
        tags=row.tags,
        questions=questions_text(row.asks),
        is_connected=row.is_connected,
    )


def stage_text(stage: Stage | None) -> str:
    """Booked; empty where nobody said."""
    return "" if stage is None else stage.value.capitalize()


def stage_tone(stage: Stage | None) -> str:
    """What a tag with the stage means."""
    return "" if stage is None else TONES[stage]


def filter_view(asked: Asked, tags: tuple[str, ...]) -> FilterView:
    """The boxes of the filter, as the address fills them."""
    words = asked.words()
    return FilterView(
        every=words["all"],
        some=words["any"],
        without=words["without"],
        since=words["from"],
        until=words["to"],
        stages=chosen((("", "Any stage"), *STAGES), asked.filter.stage),
        orders=chosen(_ORDERS, asked.order.value),
        asks=asked.filter.asks,
        alone=asked.filter.alone,
        is_set=asked.filter != Filter(),
        known_tags=tags,
    )


def saving_view(asked: Asked, saved: Sequence[SavedFilter], base: str, name: Filled, *, may_write: bool) -> SavingView:
    """The filters that the team keeps, and what may be done with the one that is set."""
    query = asked.address().removeprefix("?")
    this = next((each for each in saved if each.query == query), None)
    may_save = may_write and this is None and asked.filter != Filter()
    return SavingView(
        filters=tuple(Option(value=f"{base}?{each.query}", label=each.name, is_chosen=each is this) for each in saved),
        query=query,
        name=name,
        save_url=f"{base}/filters" if may_save else "",
        remove_url=f"{base}/filters/{this.id}/end" if may_write and this is not None else "",
    )


def reminder_view(due: Due, base: str, *, may_write: bool) -> ReminderView:
    """A reminder whose day has come; done with by who may write."""
    return ReminderView(
        name=due.name,
        href=f"{base}/{due.client_id}#notes",
        body=due.body,
        date_text=short_date(due.remind_on),
        done_url=f"{base}/{due.client_id}/notes/{due.id}/end?to=clients" if may_write else "",
    )


def question_view(question: OpenQuestion, base: str) -> QuestionView:
    """An open question, and what answers it."""
    address = f"{base}/questions/{question.id}"
    return QuestionView(
        element_id=f"q-{question.id}",
        label=TARGETS.get(question.target, question.target),
        verbatim=question.verbatim,
        detail=question.detail,
        offers=tuple(
            OfferView(text=offer, can_press=change_by(question.target, offer) is not None) for offer in question.offers
        ),
        answer_url=f"{address}/answer",
        leave_url=f"{address}/leave",
    )


def entry_view(entry: Entry, zone: str) -> EntryView:
    """Something that happened."""
    return EntryView(
        title=happened(entry.what, entry.detail, entry.fields),
        said_by=entry.by or ("the couple" if entry.detail == Happened.CONNECTED else "somebody who has left"),
        when=moment(entry.happened_at, zone),
        text=entry.text,
    )


def facts(client: ClientSaid) -> tuple[Fact, ...]:
    """What is known, for who may only look."""
    found: Sequence[tuple[str, str]] = (
        ("Date", "" if client.event_date is None else short_date(client.event_date)),
        ("Venue", client.venue),
        ("Email", client.email),
        ("The other's email", client.partner_email),
        ("Telephone", client.phone),
        ("The other's telephone", client.partner_phone),
        ("Company", client.company),
        ("Guests", "" if client.guests is None else f"{client.guests:,}"),
        ("Package", client.package),
        ("Total", _money(client.total_pence, client.total_currency)),
        ("Paid", _money(client.paid_pence, client.paid_currency)),
        ("Tags", ", ".join(client.tags)),
    )
    return tuple(Fact(label=label, value=value) for label, value in found if value)


def _money(pence: int | None, currency: Currency | None) -> str:
    return "" if pence is None or currency is None else f"{currency.value} {typed_pounds(pence)}"
