"""Who works from what, as the couple reads it: by supplier or by fact, all of it or only what needs a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from wedsync.features.acknowledgements.model import Sighting, Stand, is_outstanding
from wedsync.features.acknowledgements.queries import SeenWithSightings
from wedsync.features.acknowledgements.views import SeenFragment, SeenGroup, SeenPage, SeenRow
from wedsync.features.amendments.effects import NOTHING, fact_label
from wedsync.features.people.words import moment
from wedsync.features.weddings.sight import Sight
from wedsync.features.weddings.wording import worded
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.fields.display import display
from wedsync.kernel.json_values import JsonValue
from wedsync.platform.formats import plural
from wedsync.platform.pages import Crumb, Option, Shell

ALL: Final = "all"
BY_FACT: Final = "fact"
_GONE: Final = "a supplier"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How one looks at it."""

    is_by_fact: bool = False
    is_whole: bool = False

    def url(self, base: str) -> str:
        """Its address."""
        return f"{base}?by={BY_FACT if self.is_by_fact else 'supplier'}&show={ALL if self.is_whole else 'open'}"


def seen_page(seen: SeenWithSightings, sight: Sight, shell: Shell, way: Way) -> SeenPage:
    """The whole page."""
    base, inside = f"/w/{seen.wedding.id}/seen", seen_fragment(seen, sight, way)
    return SeenPage(
        shell=shell,
        crumbs=(Crumb(label="Your suppliers", href=f"/w/{seen.wedding.id}/suppliers"),),
        wedding_id=str(seen.wedding.id),
        fragment_url=way.url(base),
        shows=_choices(base, way, is_whole=(False, True)),
        groupings=_choices(base, way, is_by_fact=(False, True)),
        summary=inside.summary,
        groups=inside.groups,
        nothing=inside.nothing,
    )


def seen_fragment(seen: SeenWithSightings, sight: Sight, way: Way) -> SeenFragment:
    """The part that moves by itself."""
    waiting = [each for each in seen.sightings if _is_open(each)]
    shown = seen.sightings if way.is_whole else waiting
    return SeenFragment(
        summary=_summary(waiting),
        groups=tuple(_groups(sight, shown, way)),
        nothing="Everybody has seen what has changed." if seen.sightings else "No supplier reads these details yet.",
    )


def _choices(
    base: str, way: Way, *, is_whole: tuple[bool, ...] = (), is_by_fact: tuple[bool, ...] = ()
) -> tuple[Option, ...]:
    ways = [
        *((msgspec.structs.replace(way, is_whole=each), "Everything" if each else "Not seen") for each in is_whole),
        *(
            (msgspec.structs.replace(way, is_by_fact=each), "By detail" if each else "By supplier")
            for each in is_by_fact
        ),
    ]
    return tuple(Option(value=each.url(base), label=label, is_chosen=each == way) for each, label in ways)


def _summary(waiting: list[Sighting]) -> str:
    suppliers = len({each.supplier_id for each in waiting})
    if not suppliers:
        return ""
    details = len({(each.event_id, each.fact_key) for each in waiting})
    verb = "has" if suppliers == 1 else "have"
    return f"{plural(suppliers, 'supplier', 'suppliers')} {verb} not seen {plural(details, 'change', 'changes')} yet."


def _groups(sight: Sight, shown: Iterable[Sighting], way: Way) -> Iterator[SeenGroup]:
    found: dict[str, list[Sighting]] = {}
    for each in shown:
        name = f"{each.event_id or ''}{each.fact_key}" if way.is_by_fact else str(each.supplier_id)
        found.setdefault(name, []).append(each)
    for name, members in found.items():
        first, waiting = members[0], sum(_is_open(each) for each in members)
        label = _label(sight, first)
        yield SeenGroup(
            element_id=f"g-{name}",
            title=f"{label}: {_value(sight, first, first.value)}" if way.is_by_fact else first.supplier or _GONE,
            count=f"{waiting:,} not seen" if waiting else "all changes seen",
            tone="fixed" if waiting else "ok",
            rows=tuple(_row(sight, each, way) for each in members),
        )


def _row(sight: Sight, each: Sighting, way: Way) -> SeenRow:
    status, tone = _status(each)
    return SeenRow(
        label=(each.supplier or _GONE) if way.is_by_fact else _label(sight, each),
        now="" if way.is_by_fact else _value(sight, each, each.value),
        was=_value(sight, each, each.seen_value) if each.stand is Stand.BEHIND else "",
        status=status,
        tone=tone,
        when=None if each.seen_at is None else moment(each.seen_at, sight.zone),
    )


def _status(each: Sighting) -> tuple[str, str]:
    match each.stand:
        case Stand.CURRENT:
            return "seen", "ok"
        case Stand.BEHIND:
            return "has an older value", "bad"
        case Stand.NEVER:
            return ("not seen", "fixed") if each.is_change else ("not looked at yet", "")


def _is_open(each: Sighting) -> bool:
    return is_outstanding(each.stand, is_change=each.is_change)


def _label(sight: Sight, each: Sighting) -> str:
    return fact_label(sight, field_named(each.key), each.event_id)


def _value(sight: Sight, each: Sighting, value: JsonValue) -> str:
    field = field_named(each.key)
    if each.state == "not_applicable" and value is None:
        return "does not apply"
    return worded(sight, field, display(field, value)) or NOTHING
