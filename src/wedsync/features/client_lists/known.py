"""Between a row of a list and a client: what a row becomes, and how a client that is here already would read as one.

Pure. Both ways agree, so that a list that is brought twice adds nothing the second time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final, TypeVar

import msgspec

from wedsync.features.client_lists.harmless import BETWEEN
from wedsync.features.client_lists.limits import LONGEST_CELL
from wedsync.features.client_lists.merging import filled
from wedsync.features.client_lists.model import AnyReading, Draft, Known, Question, Target
from wedsync.features.clients.model import (
    LONGEST_TEXT,
    NO_PARTS,
    Client,
    OpenQuestion,
    Stage,
    changed_fields,
    members,
    parts_of,
    read_tags,
)
from wedsync.features.clients.note_model import NoteKind
from wedsync.features.clients.queries import Brought, NewClient, NewNote, NewQuestion
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.ids import ClientId, ImportId, new_id
from wedsync.kernel.reading.dates import read_date
from wedsync.kernel.reading.model import Reading, certain, uncertain
from wedsync.kernel.reading.names import Couple, Partner
from wedsync.kernel.reading.numbers import Amount, Currency

Value = TypeVar("Value")
MOST_OFFERS: Final = 20
LONGEST_OFFER: Final = 200


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """What a row adds to a client that is here: all of it as it stands then, and which fields that fills."""

    brought: Brought
    fields: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        """Whether the row says anything that the client does not."""
        return bool(self.fields or self.brought.questions or self.brought.notes)


def brought(
    draft: Draft, questions: tuple[Question, ...], client_id: ClientId, import_id: ImportId | None = None
) -> Brought:
    """The client that a row becomes. What has to be asked about is asked, and filled in nowhere."""
    parts = NO_PARTS if draft.names.value is None else parts_of(draft.names.value)
    total, paid, stage = _value(draft.total), _value(draft.paid), _value(draft.stage)
    tags, doubts = _tags(draft)
    return Brought(
        client=NewClient(
            id=client_id,
            import_id=import_id,
            name=name_of(draft),
            first_name=parts.first_name,
            last_name=parts.last_name,
            partner_first_name=parts.partner_first_name,
            partner_last_name=parts.partner_last_name,
            email=_value(draft.email) or "",
            partner_email=_value(draft.partner_email) or "",
            phone=_value(draft.phone) or "",
            partner_phone=_value(draft.partner_phone) or "",
            company=_value(draft.company) or "",
            event_date=_value(draft.date),
            venue=_value(draft.venue) or "",
            guests=_value(draft.guests),
            package=_value(draft.package) or "",
            total_pence=None if total is None else total.pence,
            total_currency=None if total is None else total.currency,
            paid_pence=None if paid is None else paid.pence,
            paid_currency=None if paid is None else paid.currency,
            stage=None if stage is None else Stage(stage),
            tags=tags,
            others=draft.others,
        ),
        questions=tuple(_asked(client_id, draft, each) for each in (*questions, *doubts)),
        notes=tuple(_notes(client_id, draft)),
    )


def known(client: Client) -> Known:
    """How a client would read in a list: what is asked about it is uncertain there too."""
    open_questions = {question.target: question for question in client.questions}

    def read(target: Target, value: Value | None) -> Reading[Value] | None:
        return asked(target) if value is None else certain(written(value), value)

    def asked(target: Target) -> Reading[Value] | None:
        question = open_questions.get(target.value)
        return None if question is None else uncertain(question.verbatim, question.detail)

    return Known(
        client_id=client.id,
        draft=Draft(
            names=_names(client),
            email=read(Target.EMAIL, client.email or None),
            partner_email=read(Target.PARTNER_EMAIL, client.partner_email or None),
            phone=read(Target.PHONE, client.phone or None),
            partner_phone=read(Target.PARTNER_PHONE, client.partner_phone or None),
            company=read(Target.COMPANY, client.company or None),
            date=read(Target.DATE, client.event_date),
            venue=read(Target.VENUE, client.venue or None),
            guests=read(Target.GUESTS, client.guests),
            package=read(Target.PACKAGE, client.package or None),
            total=read(Target.TOTAL, _amount(client.total_pence, client.total_currency)),
            paid=read(Target.PAID, _amount(client.paid_pence, client.paid_currency)),
            stage=read(Target.STAGE, None if client.stage is None else client.stage.value),
            tags=certain(", ".join(client.tags), client.tags) if client.tags else asked(Target.TAGS),
            others=client.others,
        ),
    )


def addition(client: Client, draft: Draft, noted: Collection[tuple[ClientId, str]]) -> Addition:
    """What a row that was found to be this client adds to it; `noted` are the notes that are there."""
    whole = filled(known(client).draft, draft)
    asked = {question.target for question in client.questions}
    questions = tuple(each for each in whole.questions() if each.target is None or each.target.value not in asked)
    new = brought(whole, questions, client.id)
    notes = tuple(note for note in new.notes if (client.id, note.body) not in noted)
    return Addition(brought=msgspec.structs.replace(new, notes=notes), fields=changed_fields(client, new.client))


def grown(client: Client, new: Brought) -> Client:
    """The client with what was added to it."""
    asked = tuple(
        OpenQuestion(id=new_id(), target=each.target, verbatim=each.verbatim, detail=each.detail)
        for each in new.questions
    )
    said = {name: value for name, value in members(new.client).items() if name not in {"id", "import_id"}}
    whole = msgspec.json.decode(msgspec.json.encode(members(client) | said), type=Client)
    questions: tuple[OpenQuestion, ...] = client.questions + asked
    return msgspec.structs.replace(whole, questions=questions)


def together(earlier: Brought | None, later: Brought) -> Brought:
    """Two additions to one client, the later of which knows the earlier."""
    if earlier is None:
        return later
    return Brought(
        client=later.client,
        questions=(*earlier.questions, *later.questions),
        notes=(*earlier.notes, *later.notes),
    )


def name_of(draft: Draft) -> str:
    """As the list writes it, on one line."""
    plain = "".join(character if character.isprintable() else " " for character in draft.names.verbatim)
    return " ".join(plain.split())[:LONGEST_TEXT]


def written(value: object) -> str:
    """A value as one would type it."""
    match value:
        case date():
            return value.isoformat()
        case Amount():
            return f"{value.pence / 100:.2f} {value.currency}"
        case Couple():
            people = [each for each in (value.partner1, value.partner2) if each is not None]
            return " & ".join(f"{each.first_name} {each.last_name}" for each in people)
        case _:
            return str(value)


def _value(reading: Reading[Value] | None) -> Value | None:
    return None if reading is None else reading.value


def _tags(draft: Draft) -> tuple[tuple[str, ...], tuple[Question, ...]]:
    """Labels as a client may have them; too many or too long ones are asked about."""
    try:
        return read_tags(() if draft.tags is None or draft.tags.value is None else draft.tags.value), ()
    except FieldError as error:
        verbatim = "" if draft.tags is None else draft.tags.verbatim
        return (), (Question(target=Target.TAGS, verbatim=verbatim, detail=error.detail),)


def _notes(client_id: ClientId, draft: Draft) -> Iterator[NewNote]:
    """Those of each kind, one by one; a reminder without its day is a note like others."""
    for reading, kind in (
        (draft.notes, NoteKind.GENERAL),
        (draft.important_notes, NoteKind.IMPORTANT),
        (draft.team_notes, NoteKind.TEAM),
        (draft.private_notes, NoteKind.PRIVATE),
    ):
        for body in parts_in(_value(reading) or ""):
            yield NewNote(client_id=client_id, body=body, kind=kind)
    for body in parts_in(_value(draft.reminders) or ""):
        first, _, rest = body.partition(" ")
        day = read_date(first).value
        if day is not None and rest:
            yield NewNote(client_id=client_id, body=rest, kind=NoteKind.REMINDER, remind_on=day)
        else:
            yield NewNote(client_id=client_id, body=body)


def parts_in(cell: str) -> tuple[str, ...]:
    """The notes in one cell, as `together_in` wrote them."""
    return tuple(
        part
        for each in cell.split(BETWEEN)
        for start in range(0, len(each), LONGEST_TEXT)
        if (part := each[start : start + LONGEST_TEXT].strip())
    )


def together_in(notes: Sequence[NewNote]) -> str:
    """Notes in one cell; a reminder begins with its day."""
    return BETWEEN.join(_noted(note) for note in notes)


def _noted(note: NewNote) -> str:
    return note.body if note.remind_on is None else f"{note.remind_on.isoformat()} {note.body}"


def _asked(client_id: ClientId, draft: Draft, question: Question) -> NewQuestion:
    readings: dict[Target | None, AnyReading] = dict(draft.readings())
    reading = readings.get(question.target)
    offers = () if reading is None else tuple(written(each)[:LONGEST_OFFER] for each in reading.offers[:MOST_OFFERS])
    target = "" if question.target is None else question.target.value
    return NewQuestion(
        client_id=client_id,
        target=target,
        verbatim=question.verbatim[:LONGEST_CELL],
        detail=question.detail,
        offers=offers,
    )


def _names(client: Client) -> Reading[Couple]:
    """Two names, one, or a name that cannot be taken apart."""
    first = Partner(first_name=client.first_name, last_name=client.last_name)
    second = Partner(first_name=client.partner_first_name, last_name=client.partner_last_name)
    if not (first.first_name or first.last_name):
        return uncertain(client.name, "We cannot tell first and last names apart here. Who is it?")
    has_second = second.first_name or second.last_name
    return certain(client.name, Couple(partner1=first, partner2=second if has_second else None))


def _amount(pence: int | None, currency: Currency | None) -> Amount | None:
    return None if pence is None or currency is None else Amount(pence=pence, currency=currency)
