"""A key in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wedsync.features.api_keys.model import USUAL_OVERLAP_HOURS, USUAL_PAGE, Key
from wedsync.features.api_keys.views import KeyLists, KeyRow
from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import KeyScope
from wedsync.kernel.shield import show_instant
from wedsync.platform.api_keys import PREFIX
from wedsync.platform.formats import ago, short_date
from wedsync.platform.forms import chosen

OVERLAPS: Final = (
    ("0", "Old one ends at once"),
    ("1", "Old one ends in an hour"),
    ("24", "Old one ends in a day"),
    ("168", "Old one ends in a week"),
)
DAYS: Final = (("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("730", "Two years"))
CLIENTS: Final = (
    ("", "Nothing"),
    ("clients:read", KeyScope.CLIENTS_READ.label),
    ("clients:write", KeyScope.CLIENTS_WRITE.label),
)
WEDDINGS: Final = (
    ("", "Nothing"),
    ("weddings:read", KeyScope.WEDDINGS_READ.label),
    ("weddings:write", KeyScope.WEDDINGS_WRITE.label),
)


def key_lists(found: Sequence[Key], base: str, zone: str, *, may_follow: bool) -> KeyLists:
    """A part of the list in words; `base` is where keys are."""
    rows = [(key.ended_at is None, key_row(key, base, zone, may_follow=may_follow)) for key in found]
    return KeyLists(
        live=tuple(row for is_live, row in rows if is_live),
        ended=tuple(row for is_live, row in rows if not is_live),
        older_url=f"{base}?before={found[-1].id}" if len(found) == USUAL_PAGE else "",
        overlaps=chosen(OVERLAPS, str(USUAL_OVERLAP_HOURS)),
    )


def key_row(key: Key, base: str, zone: str, *, may_follow: bool) -> KeyRow:
    """As it stands in the list; `base` is where keys are."""
    is_live = key.ended_at is None
    return KeyRow(
        name=key.name,
        mark=f"{PREFIX}{key.public_id}…",
        opens=tuple(scope.label for scope in key.scopes),
        made_text=f"made {short_date(key.created_at.date())} by {key.made_by or 'somebody who has left'}",
        used_text="not used yet" if key.used_at is None else f"last used {ago(key.used_at, utc_now(), zone)}",
        ends_text=f"{'ends' if is_live else 'ended'} {show_instant(key.ended_at or key.ends_at, zone)}",
        state="another follows it" if is_live and key.is_followed else "",
        follow_url=f"{base}/{key.id}/successor" if is_live and may_follow and not key.is_followed else "",
        end_url=f"{base}/{key.id}/end" if is_live else "",
    )
