"""What stays as it is once the date is confirmed: names, date, clock and venues, of the wedding and of each event."""

from __future__ import annotations

from collections.abc import Iterator

from wedsync.features.weddings.events_drawing import fields_of
from wedsync.features.weddings.fixed_views import FixedFact
from wedsync.features.weddings.model import is_fixed
from wedsync.features.weddings.sight import Sight, asked_here
from wedsync.features.weddings.wording import worded
from wedsync.kernel.fields.display import display


def fixed_facts(sight: Sight) -> tuple[FixedFact, ...]:
    """As far as it has been told and the reader may read it."""
    return (*_core(sight), *_further(sight))


def _core(sight: Sight) -> Iterator[FixedFact]:
    for field in asked_here(sight):
        place = sight.places.get(field.key)
        fact = None if place is None else sight.facts.get(place)
        if fact is not None and fact.value is not None and is_fixed(field, sight.seen.wedding.status):
            yield FixedFact(label=worded(sight, field, field.name), display=display(field, fact.value), key=field.key)


def _further(sight: Sight) -> Iterator[FixedFact]:
    """Of the events that no core field asks about: they are named by what the couple calls them."""
    asked = set(sight.places.values())
    for event in sight.seen.wedding.events:
        for field in fields_of(event):
            fact = sight.fact(field, event.id)
            is_further = fact is not None and fact.value is not None and (event.id, field.fact_key) not in asked
            if fact is not None and is_further and is_fixed(field, sight.seen.wedding.status):
                yield FixedFact(
                    label=f"{event.title}: {field.name.lower()}",
                    display=display(field, fact.value),
                    key=field.fact_key,
                    event_id=str(event.id),
                )
