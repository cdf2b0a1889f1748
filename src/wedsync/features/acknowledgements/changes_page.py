"""What a supplier has not seen yet, over all of its weddings: the old value beside the new one, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from wedsync.features.acknowledgements.model import token_of
from wedsync.features.acknowledgements.queries import UnseenChange
from wedsync.features.acknowledgements.views import ChangeRow, ChangesFragment, ChangesPage, WeddingChanges
from wedsync.features.people.shell import Visit, supplier_shell
from wedsync.features.people.words import moment
from wedsync.features.weddings.home import label_of
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.fields.display import display
from wedsync.platform.pages import Crumb

_TAKEN_BACK: Final = "taken back"


def changes_page(
    visit: Visit, supplier_id: UUID, found: Sequence[UnseenChange], *, after: str, more: str
) -> ChangesPage:
    """The whole page, from the cursor `after` on; `more` is the next one, or ""."""
    base = f"/s/{supplier_id}/changes"
    inside = changes_fragment(visit, supplier_id, found)
    return ChangesPage(
        shell=supplier_shell(visit, supplier_id, "Today"),
        crumbs=(Crumb(label="Today", href=f"/s/{supplier_id}/today"),),
        fragment_url=f"{base}?after={after}" if after else base,
        weddings=inside.weddings,
        more_url=f"{base}?after={more}" if more else "",
        csrf=inside.csrf,
    )


def changes_fragment(visit: Visit, supplier_id: UUID, found: Sequence[UnseenChange]) -> ChangesFragment:
    """The part that moves by itself."""
    return ChangesFragment(weddings=tuple(_weddings(visit, supplier_id, found)), csrf=visit.exchange.csrf)


def _weddings(visit: Visit, supplier_id: UUID, found: Sequence[UnseenChange]) -> Iterator[WeddingChanges]:
    """Those that changed last come first."""
    by_wedding: dict[UUID, list[UnseenChange]] = {}
    for each in found:
        by_wedding.setdefault(each.wedding_id, []).append(each)
    for wedding_id, changes in by_wedding.items():
        href = f"/s/{supplier_id}/weddings/{wedding_id}"
        yield WeddingChanges(
            element_id=f"w-{wedding_id}",
            title=changes[0].title,
            href=href,
            action=f"{href}/seen",
            tokens=" ".join(_token(each) for each in changes),
            rows=tuple(_row(visit, each) for each in changes),
        )


def _row(visit: Visit, each: UnseenChange) -> ChangeRow:
    field = field_named(each.key)
    is_skipped = each.state == "not_applicable"
    return ChangeRow(
        element_id=f"c-{each.id}",
        token=_token(each),
        label=label_of(field, each.event_title or ""),
        before=display(field, each.seen_value),
        after="does not apply" if is_skipped else display(field, each.value) or _TAKEN_BACK,
        when=moment(each.changed_at, visit.me.zone),
    )


def _token(each: UnseenChange) -> str:
    return token_of(each.event_id or each.wedding_id, each.fact_key, each.revision)
