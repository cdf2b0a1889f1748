"""Clients that a demo business has already, as a list would have brought them: one with something left open."""

from __future__ import annotations

from datetime import date, timedelta

from wedsync.features.clients.model import Stage
from wedsync.features.clients.note_model import NoteKind
from wedsync.features.clients.queries import Brought, NewClient, NewNote, NewQuestion
from wedsync.kernel.ids import ClientId, new_id
from wedsync.kernel.reading.dates import shown
from wedsync.kernel.reading.numbers import Currency


def demo_clients(today: date) -> tuple[Brought, ...]:
    """Days are counted from the day the world is built, so that a reminder is always due."""
    return (_booked(today), _asked(today), *_others(today))


def _booked(today: date) -> Brought:
    client = NewClient(
        id=ClientId(new_id()),
        name="Nora & Piet Lindqvist",
        first_name="Nora",
        last_name="Lindqvist",
        partner_first_name="Piet",
        partner_last_name="Lindqvist",
        email="nora@example.org",
        phone="+447700900141",
        event_date=today + timedelta(days=120),
        venue="The Fennel Barn",
        guests=58,
        package="Whole day, two photographers",
        total_pence=240_000,
        total_currency=Currency.GBP,
        paid_pence=60_000,
        paid_currency=Currency.GBP,
        stage=Stage.BOOKED,
        tags=("VIP", "Two photographers"),
    )
    notes = (
        NewNote(client_id=client.id, body="Ring about the second instalment", kind=NoteKind.REMINDER, remind_on=today),
        NewNote(client_id=client.id, body="Piet does not like flash.", kind=NoteKind.IMPORTANT),
    )
    return Brought(client=client, notes=notes)


def _asked(today: date) -> Brought:
    """In one order a day in June, in the other one in July."""
    client = NewClient(id=ClientId(new_id()), name="Ivy Sato & Kim Hale", stage=Stage.ENQUIRY, tags=("Local",))
    days = (shown(date(today.year + 1, 7, 6)), shown(date(today.year + 1, 6, 7)))
    question = NewQuestion(
        client_id=client.id,
        target="date",
        verbatim=f"06/07/{today.year + 1}",
        detail=f"Is this {' or '.join(days)}?",
        offers=days,
    )
    return Brought(client=client, questions=(question,))


def _others(today: date) -> tuple[Brought, ...]:
    stages = (("Rosa Whitlock", None, 0), ("Leo & Max Arden", Stage.LEAD, 200), ("Una Frost", Stage.COMPLETED, -90))
    return tuple(
        Brought(
            client=NewClient(
                id=ClientId(new_id()),
                name=name,
                stage=stage,
                event_date=today + timedelta(days=days) if days else None,
                tags=("Local",) if days > 0 else (),
            )
        )
        for name, stage, days in stages
    )
