"""A wedding as one reader looks at it: which fact answers which question, who else reads it, and what is shut.

Pure. What a reader may not see is not here at all: the database did not send it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from wedsync.features.weddings.model import ConnectedSupplier, Event, Fact, is_fixed
from wedsync.features.weddings.page_queries import Seen
from wedsync.features.weddings.venue_offers import venue_at
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.completion import Answer, asked_fields
from wedsync.kernel.fields.definitions import CORE_FIELDS
from wedsync.kernel.fields.derived import TeamMember, derive
from wedsync.kernel.fields.model import EventKind, Field, Subject
from wedsync.kernel.fields.together import remarks
from wedsync.kernel.ids import EventId, SupplierId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import Area, WeddingRole, may_read
from wedsync.kernel.shield import Shield, ShieldState, shield
from wedsync.kernel.zones import today_in
from wedsync.platform.formats import iso, plural
from wedsync.platform.pages import ShieldLine

WHOLE_WEIGHT: Final = sum(field.weight for field in asked_fields())
# Whether the date could still move is no question once it is confirmed.
SETTLED: Final = "date_flexible"
Place = tuple[EventId | None, str]
_SUBJECT_OF: Final = {EventKind.CEREMONY: Subject.CEREMONY, EventKind.RECEPTION: Subject.RECEPTION}
# Which core fields are kept on which subject, and under which name.
_KEPT_ON: Final = {
    subject: tuple((field.key, field.fact_key) for field in asked_fields() if field.subject is subject)
    for subject in Subject
}


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """`facts` by subject and stored name; `values` by the key of the core field, with what follows from them.

    `places` says where the answer of a core field is kept: none is for one that follows from others, or whose event
    this wedding does not have. `levels` is how much of an area each supplier reads.
    """

    seen: Seen
    shield: Shield
    facts: Mapping[Place, Fact]
    places: Mapping[str, Place]
    values: Mapping[str, JsonValue]
    warnings: Mapping[str, str]
    levels: Mapping[Area, Mapping[SupplierId, str]]

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
        is_told, wedding = fact is not None and fact.value is not None, self.seen.wedding
        return is_told and wedding.date_set_at is not None and is_fixed(field, wedding.status)

    def fact(self, field: Field, event_id: EventId | None) -> Fact | None:
        """What answers the question on this subject."""
        return self.facts.get((event_id, field.fact_key))

    def not_seen_by(self, field: Field, event_id: EventId | None) -> int:
        """How many suppliers have not seen its last change, for those who may have a word with them."""
        if self.seen.standing.wedding_role not in {WeddingRole.PARTNER, WeddingRole.COORDINATOR}:
            return 0
        here = (event_id, field.fact_key)
        return next((each.suppliers for each in self.seen.not_seen if (each.event_id, each.fact_key) == here), 0)

    def readers(self, field: Field) -> tuple[ConnectedSupplier, ...]:
        """The connected suppliers that read it, as far as the reader may know."""
        return tuple(each for each in self.seen.wedding.suppliers if self.is_read_by(each, field))

    def is_read_by(self, supplier: ConnectedSupplier, field: Field) -> bool:
        """Whether the couple's grants open this field to a supplier, told or not."""
        level = self.levels.get(field.area, {}).get(supplier.supplier_id)
        return level is not None and (level == "everything" or field.readers.includes(supplier.service))


def sight_of(seen: Seen, now: datetime | None = None) -> Sight:
    """Look at a wedding."""
    instant = now or utc_now()
    wedding = seen.wedding
    facts: dict[Place, Fact] = {(fact.event_id, fact.fact_key): fact for fact in wedding.facts}
    places = _places(wedding.events)
    found_facts = ((key, facts.get(place)) for key, place in places.items())
    values = {key: fact.value for key, fact in found_facts if fact is not None and fact.value is not None}
    if wedding.guests_total is not None:
        values["guests_total"] = wedding.guests_total
    levels: dict[Area, dict[SupplierId, str]] = {}
    for grant in seen.grants:
        levels.setdefault(grant.area, {})[grant.supplier_id] = grant.level
    team = tuple(TeamMember(each.service, each.name) for each in wedding.suppliers)
    found = remarks(values, today_in(wedding.time_zone or "UTC", instant), capacity=_capacity(seen))
    return Sight(
        seen=seen,
        shield=shield(wedding.protection, instant, to_couple=seen.standing.wedding_role is WeddingRole.PARTNER),
        facts=facts,
        places=places,
        values={**values, **derive(values, team)},
        warnings={remark.field: remark.detail for remark in found},
        levels=levels,
    )


def _capacity(seen: Seen) -> int | None:
    """How many the reception's venue seats, if the directory knows it."""
    reception = next((event for event in seen.wedding.events if event.kind is EventKind.RECEPTION), None)
    venue = None if reception is None or not seen.venues else venue_at(seen, reception.id)
    return None if venue is None else venue.capacity


def answers(sight: Sight) -> dict[str, Answer]:
    """What has been said, by core field, as the completion score counts it."""
    told: dict[str, Answer] = {}
    if sight.seen.wedding.date_set_at is not None:
        told[SETTLED] = Answer(is_not_applicable=True)
    for field in asked_fields():
        place = sight.places.get(field.key)
        fact = None if place is None else sight.facts.get(place)
        if fact is not None:
            is_skipped = fact.state == "not_applicable"
            told[field.key] = Answer(
                value=fact.value, is_not_applicable=is_skipped, is_fixed=sight.is_fixed(field, fact)
            )
    return told


def asked_here(sight: Sight) -> Iterable[Field]:
    """The core fields that this wedding has a place for and its reader may know of, in the order of the page."""
    open_areas = [area for area in Area if may_read(sight.seen.standing, area)]
    settled = SETTLED if sight.seen.wedding.date_set_at is not None else ""
    return (
        field
        for field in CORE_FIELDS
        if field.area in open_areas and field.key != settled and (field.is_derived or field.key in sight.places)
    )


def percent_told(weight_complete: int, weight_not_applicable: int) -> int:
    """Whole percent, rounded down; weights as the wedding's row keeps them."""
    applicable = WHOLE_WEIGHT - weight_not_applicable
    return max(0, min(100, 100 * weight_complete // applicable)) if applicable > 0 else 100


def shield_line(found: Shield, amendments_url: str, asks: int = 0) -> ShieldLine:
    """The line on every page of a wedding; while something is shut, or `asks` wait, it leads on to amendments."""
    is_shut = found.state is not ShieldState.OPEN
    waiting = f"{plural(asks, 'amendment waits', 'amendments wait')} for your answer" if asks else ""
    return ShieldLine(
        state=found.state.value,
        sentence=found.sentence,
        until=iso(found.until) if found.until else "",
        until_text=found.until_text,
        way_on=waiting or ("What can I do?" if is_shut else ""),
        way_on_href=amendments_url if is_shut or waiting else "",
    )


def _places(events: Sequence[Event]) -> dict[str, Place]:
    """By core field: on the wedding, on its first event, or on the first ceremony or reception."""
    subjects: dict[Subject, EventId | None] = {Subject.WEDDING: None}
    if events:
        subjects[Subject.FIRST] = events[0].id
    for event in events:
        if event.kind in _SUBJECT_OF:
            subjects.setdefault(_SUBJECT_OF[event.kind], event.id)
    return {key: (event_id, name) for subject, event_id in subjects.items() for key, name in _KEPT_ON[subject]}
