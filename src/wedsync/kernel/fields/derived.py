"""Answers that nobody types: they follow from others and are never stored.

Guests confirmed, dietary needs and the moments follow from parts of the plan that are their own
source; until those exist they have no value.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from wedsync.kernel.fields.together import guests_total, text_in
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import SupplierType

SEASONS: Final = ("winter", "spring", "summer", "autumn")
_ROLES: Final = {
    SupplierType.PHOTOGRAPHER: ("photographer",),
    SupplierType.VIDEOGRAPHER: ("videographer",),
    SupplierType.CATERER: ("caterer",),
    SupplierType.FLORIST: ("florist",),
    SupplierType.DJ: ("dj_or_band",),
    SupplierType.BAND: ("dj_or_band",),
    SupplierType.VENUE: ("venue",),
    SupplierType.HAIR_MAKEUP: ("hair", "makeup"),
    SupplierType.CAKE: ("cake",),
}


class TeamMember(msgspec.Struct, frozen=True):
    """A connected supplier, as far as the team needs to know it."""

    type: SupplierType
    name: str


def derive(values: Mapping[str, JsonValue], team: tuple[TeamMember, ...] = ()) -> dict[str, JsonValue]:
    """Every derived value that can be known, by field key; values as stored."""
    found: dict[str, JsonValue] = {
        "couple_names": couple_names(values),
        "season": season(text_in(values, "wedding_date")),
        "guests_total": guests_total(values),
        **team_by_role(team),
    }
    return {key: value for key, value in found.items() if value is not None}


def couple_names(values: Mapping[str, JsonValue]) -> str | None:
    """The couple as one writes on an envelope; None until one of them has a name.

    One surname is said once, as in Clara & Dan Whitfield.
    """
    first, second = (_name(values, number) for number in (1, 2))
    (given, family), (other_given, other_family) = first, second
    if given and other_given and family == other_family:
        return f"{given} & {other_given} {family}".strip()
    return " & ".join(name for name in map(_joined, (first, second)) if name) or None


def season(held_on: str) -> str | None:
    """The northern season of a date (YYYY-MM-DD), by whole months: June is summer."""
    return SEASONS[date.fromisoformat(held_on).month % 12 // 3] if held_on else None


def team_by_role(team: tuple[TeamMember, ...]) -> dict[str, JsonValue]:
    """The names of connected suppliers under the role they fill; two in one role stand together."""
    names: dict[str, list[str]] = {}
    for member in team:
        for role in _ROLES.get(member.type, ("other_suppliers",)):
            names.setdefault(role, []).append(member.name)
    return {role: ", ".join(sorted(found, key=str.casefold)) for role, found in names.items()}


def _name(values: Mapping[str, JsonValue], number: int) -> tuple[str, str]:
    return (
        text_in(values, f"partner{number}_first_name"),
        text_in(values, f"partner{number}_last_name"),
    )


def _joined(name: tuple[str, str]) -> str:
    return " ".join(part for part in name if part)
