"""A wedding as one reader looks at it: which fact answers which question, who else reads it, and what is shut.

Pure. What a reader may not see is not here at all: the database did not send it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from wedsync.features.weddings.model import ConnectedSupplier, Fact
from wedsync.features.weddings.page_queries import Seen
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.completion import Answer, asked_fields
from wedsync.kernel.fields.definitions import CORE_FIELDS
from wedsync.kernel.fields.derived import TeamMember, derive
from wedsync.kernel.fields.model import Field, FieldClass, Subject
from wedsync.kernel.fields.together import remarks
from wedsync.kernel.ids import EventId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import WeddingRole, may_read
from wedsync.kernel.shield import Shield, ShieldState, shield
from wedsync.kernel.zones import today_in
from wedsync.platform.pages import ShieldLine

WHOLE_WEIGHT: Final = sum(field.weight for field in asked_fields())
Place = tuple[EventId | None, str]


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """`facts` by subject and stored name; `values` by the key of the core field, with what follows from them."""

    seen: Seen
    shield: Shield
    facts: Mapping[Place, Fact]
    values: Mapping[str, JsonValue]
    warnings: Mapping[str, str]

    @property
    def is_partner(self) -> bool:
        """Whether the reader is one of the two."""
        return self.seen.standing.wedding_role is WeddingRole.PARTNER

    @property
    def is_locked(self) -> bool:
        """Whether the wedding is read-only now."""
        return self.shield.state is ShieldState.LOCKED

    @property
    def zone(self) -> str:
        """The clock of the first event."""
        return self.seen.wedding.time_zone or "Europe/London"

    @property
    def percent(self) -> int:
        """How much of what the couple can tell has been told, essentials three times."""
        return percent_told(self.seen.wedding.weight_complete, self.seen.wedding.weight_not_applicable)

    def is_fixed(self, field: Field, fact: Fact | None) -> bool:
        """Whether only an amendment changes it."""
        is_told = fact is not None and fact.value is not None
        return is_told and field.field_class is FieldClass.A and self.seen.wedding.date_set_at is not None

    def fact(self, field: Field, event_id: EventId | None) -> Fact | None:
        """What answers the question on this subject."""
        return self.facts.get((event_id, field.fact_key))

    def readers(self, field: Field) -> tuple[ConnectedSupplier, ...]:
        """The connected suppliers that read it, as far as the reader may know."""
        levels = {grant.supplier_id: grant.level for grant in self.seen.grants if grant.area is field.area}
        return tuple(
            each
            for each in self.seen.wedding.suppliers
            if each.supplier_id in levels
            and (levels[each.supplier_id] == "everything" or field.readers.includes(each.service))
        )


def sight_of(seen: Seen, now: datetime | None = None) -> Sight:
    """Look at a wedding."""
    instant = now or utc_now()
    wedding = seen.wedding
    facts: dict[Place, Fact] = {(fact.event_id, fact.fact_key): fact for fact in wedding.facts}
    values: dict[str, JsonValue] = {}
    for field in CORE_FIELDS:
        place = subject_of(seen, field)
        fact = None if place is None else facts.get(place)
        if fact is not None and fact.value is not None:
            values[field.key] = fact.value
    team = tuple(TeamMember(each.service, each.name) for each in wedding.suppliers)
    found = remarks(values, today_in(wedding.time_zone or "UTC", instant))
    return Sight(
        seen=seen,
        shield=shield(wedding.protection, instant),
        facts=facts,
        values={**values, **derive(values, team)},
        warnings={remark.field: remark.detail for remark in found},
    )


def subject_of(seen: Seen, field: Field) -> Place | None:
    """Where the answer of a core field is kept; None when this wedding has no such event, or nothing is kept."""
    if field.is_derived:
        return None
    events = seen.wedding.events
    match field.subject:
        case Subject.WEDDING:
            return None, field.fact_key
        case Subject.FIRST:
            found = next(iter(events), None)
        case _:
            found = next((event for event in events if event.kind.value == field.subject.value), None)
    return None if found is None else (found.id, field.fact_key)


def answers(sight: Sight) -> dict[str, Answer]:
    """What has been said, by core field, as the completion score counts it."""
    told: dict[str, Answer] = {}
    for field in asked_fields():
        place = subject_of(sight.seen, field)
        fact = None if place is None else sight.facts.get(place)
        if fact is not None:
            is_skipped = fact.state == "not_applicable"
            told[field.key] = Answer(
                value=fact.value, is_not_applicable=is_skipped, is_fixed=sight.is_fixed(field, fact)
            )
    return told


def asked_here(sight: Sight) -> Iterable[Field]:
    """The core fields that this wedding has a place for and its reader may know of, in the order of the page."""
    return (
        field
        for field in CORE_FIELDS
        if may_read(sight.seen.standing, field.area) and (field.is_derived or subject_of(sight.seen, field) is not None)
    )


def percent_told(weight_complete: int, weight_not_applicable: int) -> int:
    """Whole percent, rounded down; weights as the wedding's row keeps them."""
    applicable = WHOLE_WEIGHT - weight_not_applicable
    return max(0, min(100, 100 * weight_complete // applicable)) if applicable > 0 else 100


def shield_line(found: Shield, amendments_url: str) -> ShieldLine:
    """The line on every page of a wedding; while something is shut it leads on to amendments."""
    is_shut = found.state is not ShieldState.OPEN
    return ShieldLine(
        state=found.state.value,
        sentence=found.sentence,
        until_text=found.until_text,
        way_on="What can I do?" if is_shut else "",
        way_on_href=amendments_url if is_shut else "",
    )
