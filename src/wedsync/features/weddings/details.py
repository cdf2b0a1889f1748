"""The couple's details, group by group: what has been told, what is still asked, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from wedsync.features.weddings.field_drawing import Spot, draw_field
from wedsync.features.weddings.field_views import FieldView
from wedsync.features.weddings.sight import Sight, answers, asked_here
from wedsync.features.weddings.views import DetailsFragment, DetailsPage, ReaderView, SectionView
from wedsync.kernel.fields.completion import Answer, Completion, completion, state_of
from wedsync.kernel.fields.model import GROUP_LABELS, Field, FieldState, Group
from wedsync.kernel.permissions import WeddingRole
from wedsync.platform.formats import initials, plural
from wedsync.platform.pages import Shell

_TOLD: Final = frozenset({FieldState.COMPLETE, FieldState.FIXED})


class Asked(msgspec.Struct, frozen=True):
    """One group with the fields that stand in it."""

    group: Group
    fields: tuple[Field, ...]


def details_page(sight: Sight, shell: Shell, instead: FieldView | None = None) -> DetailsPage:
    """The whole page; `instead` is a field that was just refused, as it was typed."""
    inside = details_fragment(sight, shell.csrf, instead)
    wedding = sight.seen.wedding
    base = f"/w/{wedding.id}"
    is_couple = sight.seen.standing.wedding_role is WeddingRole.PARTNER
    return DetailsPage(
        shell=shell,
        wedding_id=str(wedding.id),
        fragment_url=f"{base}/details",
        intro=inside.intro,
        percent=inside.percent,
        sections=inside.sections,
        readers=tuple(
            ReaderView(
                name=each.name,
                type_label=each.service.label,
                initials=initials(each.name),
                status="connected",
                tone="ok",
                href=f"{base}/suppliers/{each.supplier_id}" if is_couple else f"{base}/suppliers",
            )
            for each in wedding.suppliers
        ),
        suppliers_url=f"{base}/suppliers",
        csrf=shell.csrf,
    )


def details_fragment(sight: Sight, csrf: str, instead: FieldView | None = None) -> DetailsFragment:
    """The part that moves when somebody saves."""
    told = answers(sight)
    scores = completion(told)
    sections = [_section(sight, asked, told, scores) for asked in _groups(sight)]
    if instead is not None:
        sections = [_with(section, instead) for section in sections]
    return DetailsFragment(
        intro=_intro(len(sight.seen.wedding.suppliers)),
        percent=sight.percent,
        sections=_one_open(sections),
        csrf=csrf,
    )


def core_spot(sight: Sight, field: Field) -> Spot:
    """Where a core field stands on this page."""
    base = f"/w/{sight.seen.wedding.id}"
    place = sight.places.get(field.key)
    return Spot(
        element_id=f"f-{field.key}",
        action=f"{base}/details/{field.key}",
        amend_url=f"{base}/amendments",
        event_id=None if place is None else place[0],
        proposals_url=f"{base}/proposals",
    )


def _groups(sight: Sight) -> list[Asked]:
    """Groups with something to tell or to show; moments stay away until the timeline knows some."""
    here = tuple(asked_here(sight))
    groups = [Asked(group, tuple(field for field in here if field.group is group)) for group in Group]
    return [
        asked
        for asked in groups
        if any(not field.is_derived or sight.values.get(field.key) is not None for field in asked.fields)
    ]


def _section(sight: Sight, asked: Asked, told: Mapping[str, Answer], scores: Completion) -> SectionView:
    states = [state_of(field, told.get(field.key)) for field in asked.fields if not field.is_derived]
    applicable = [state for state in states if state is not FieldState.NOT_APPLICABLE]
    score = scores.groups.get(asked.group)
    # Beside questions what is worked out keeps its place, known or not: a page whose parts come and go takes no news
    # while somebody types there.
    asks = any(not field.is_derived for field in asked.fields)
    shown = [field for field in asked.fields if asks or field.key in sight.values]
    return SectionView(
        element_id=asked.group.value,
        title=GROUP_LABELS[asked.group],
        percent=0 if score is None else score.percent,
        complete=sum(state in _TOLD for state in applicable),
        applicable=len(applicable),
        fields=tuple(draw_field(sight, field, core_spot(sight, field)) for field in shown),
    )


def _with(section: SectionView, instead: FieldView) -> SectionView:
    if all(field.element_id != instead.element_id for field in section.fields):
        return section
    fields = tuple(instead if field.element_id == instead.element_id else field for field in section.fields)
    return msgspec.structs.replace(section, fields=fields, is_open=True)


def _one_open(sections: list[SectionView]) -> tuple[SectionView, ...]:
    """The first section with something left to tell is open, unless another is already."""
    if any(section.is_open for section in sections):
        return tuple(sections)
    first = next((n for n, section in enumerate(sections) if section.complete < section.applicable), 0)
    return tuple(
        msgspec.structs.replace(section, is_open=True) if number == first else section
        for number, section in enumerate(sections)
    )


def _intro(count: int) -> str:
    if count == 0:
        return "Nobody reads these details yet. Once a supplier connects, it sees what its work needs."
    reads = plural(count, "supplier reads", "suppliers read")
    return f"{reads} these details, each what its work needs. They see a change the moment you make it."
