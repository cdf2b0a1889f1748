"""Every statement about who is told of what waits for them. The database takes each letter once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wedsync.platform.database import ById, Query


class HowOften(msgspec.Struct, frozen=True, kw_only=True):
    """How long after one letter the next one goes, and how many there are."""

    every: timedelta
    most: int


class Taken(msgspec.Struct, frozen=True):
    """A letter that is due."""

    id: UUID


class Summons(msgspec.Struct, frozen=True, kw_only=True):
    """To whom, and what for; about an emergency no more is told than that it waits."""

    email: str
    name: str
    zone: str
    kind: str
    about: UUID
    incident: str | None
    author: str | None
    is_lead: bool | None
    until: datetime | None


SUMMON: Final = Query(HowOften, Taken, "select id from app.summon(%(every)s, %(most)s)")
SUMMONS: Final = Query(
    ById,
    Summons,
    "select email, name, zone, kind, about, incident, author, is_lead, until from app.summons_letter(%(id)s)",
)
