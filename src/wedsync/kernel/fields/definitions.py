"""All 75 questions about a wedding, and the five that are asked of any other event.

The database is filled from this list, so there is nowhere else to look for a field.
"""

from typing import Final

import msgspec

from wedsync.kernel.fields.company import BUDGET, GUESTS, MOMENTS, PEOPLE, TEAM, WISHES
from wedsync.kernel.fields.couple import COUPLE
from wedsync.kernel.fields.event import ANY_EVENT, EVENT
from wedsync.kernel.fields.model import EventKind, Field, Subject
from wedsync.kernel.problems import NotFound

CORE_FIELDS: Final[tuple[Field, ...]] = (
    *COUPLE,
    *EVENT,
    *GUESTS,
    *PEOPLE,
    *TEAM,
    *MOMENTS,
    *WISHES,
    *BUDGET,
)
FIELDS: Final[tuple[Field, ...]] = (*CORE_FIELDS, *ANY_EVENT)
FIELD_BY_KEY: Final = {field.key: field for field in FIELDS}
_BY_PLACE: Final = {(field.subject, field.fact_key): field for field in FIELDS if not field.is_derived}


class FieldDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A row of core_field_definitions, with the columns of the table and in their order."""

    key: str
    fact_key: str
    subject: str
    area: str
    audience: str
    field_class: str
    is_essential: bool
    weight: int
    is_derived: bool
    is_core: bool
    label: str
    is_acknowledged: bool


def field_named(key: str) -> Field:
    """The field of this key; NotFound when there is none."""
    if key not in FIELD_BY_KEY:
        raise NotFound("There is no field of that name.", key=key)
    return FIELD_BY_KEY[key]


def wedding_field(fact_key: str) -> Field | None:
    """The question whose answer is stored on the wedding under this name."""
    return _BY_PLACE.get((Subject.WEDDING, fact_key))


def event_field(kind: EventKind, fact_key: str) -> Field | None:
    """The question whose answer is stored on an event of this kind under this name.

    Its own kind's question comes first, then the one about every event's date and zone, then
    the general one.
    """
    places = [Subject.FIRST, Subject.EVENT]
    if kind in {EventKind.CEREMONY, EventKind.RECEPTION}:
        places.insert(0, Subject(kind.value))
    found = (_BY_PLACE.get((place, fact_key)) for place in places)
    return next((field for field in found if field is not None), None)


def sql_definitions() -> tuple[FieldDefinition, ...]:
    """The rows of core_field_definitions, in the order of the questions."""
    return tuple(
        FieldDefinition(
            key=field.key,
            fact_key=field.fact_key,
            subject=field.subject.value,
            area=field.area.value,
            audience=f"{field.area.value}:{field.readers.codes}",
            field_class=field.field_class.value,
            is_essential=field.is_essential,
            weight=field.weight,
            is_derived=field.is_derived,
            is_core=field.is_core,
            label=field.name,
            is_acknowledged=field.is_acknowledged,
        )
        for field in FIELDS
    )
