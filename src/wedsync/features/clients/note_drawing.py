"""Notes as a page shows them, and the boxes of one. Words only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wedsync.features.clients.note_model import NoteKind
from wedsync.features.clients.note_queries import Note
from wedsync.features.clients.views import NoteBoxes, NoteView
from wedsync.features.clients.words import NOTE_KINDS, NOTE_TONES
from wedsync.features.people.words import moment
from wedsync.platform.formats import short_date
from wedsync.platform.forms import chosen, filled


def note_view(note: Note, zone: str, base: str) -> NoteView:
    """A note; `base` is its client's address, or "" for who may only look."""
    return NoteView(
        kind=note.kind.value.capitalize(),
        tone=NOTE_TONES[note.kind],
        body=note.body,
        said_by=note.author or "somebody who has left",
        when=moment(note.created_at, zone),
        day="" if note.remind_on is None else short_date(note.remind_on),
        change_url=f"{base}?change={note.id}#note" if base else "",
        remove_url=f"{base}/notes/{note.id}/end" if base else "",
    )


def as_it_stands(note: Note) -> NoteBoxes:
    """The boxes of a note that is to be changed."""
    return as_typed(note.body, note.kind, "" if note.remind_on is None else note.remind_on.isoformat(), {})


def as_typed(body: str, kind: NoteKind, remind_on: str, wrong: Mapping[str, str]) -> NoteBoxes:
    """The boxes as they were sent, each with what was wrong with it."""
    return NoteBoxes(
        body=filled(body, wrong, "body"),
        kind=chosen(NOTE_KINDS, kind.value),
        remind_on=filled(remind_on, wrong, "remind_on"),
    )


NEW_NOTE: Final = as_typed("", NoteKind.GENERAL, "", {})
