"""Anna's team has not seen that the ceremony is half an hour later; the caterer has."""

from collections.abc import Callable

from tests.support.preview_people import SHIELD_FIXED, supplier_shell
from tests.support.preview_weddings import CSRF, couple_shell

from wedsync.features.acknowledgements.views import (
    ChangeRow,
    ChangesFragment,
    ChangesPage,
    SeenFragment,
    SeenGroup,
    SeenPage,
    SeenRow,
    WeddingChanges,
)
from wedsync.platform.pages import Crumb, Moment, Option, View

WHEN = Moment(iso="2026-11-26T20:00:00Z", text="2 h ago")
SUMMARY = "1 supplier has not seen 2 changes yet."
GROUPS = (
    SeenGroup(
        element_id="g-1",
        title="Alder & Lane",
        count="2 not seen",
        tone="fixed",
        rows=(
            SeenRow(
                label="Ceremony time", now="13:30", was="13:00", status="has an older value", tone="bad", when=WHEN
            ),
            SeenRow(label="Brunch: date", now="Sunday 29 November 2026", was="", status="not seen", tone="fixed"),
        ),
    ),
    SeenGroup(
        element_id="g-2",
        title="Wild Fennel Catering",
        count="all changes seen",
        tone="ok",
        rows=(
            SeenRow(label="Adults", now="101", was="", status="seen", tone="ok", when=WHEN),
            SeenRow(label="Children", now="9", was="", status="not looked at yet", tone=""),
        ),
    ),
)
WEDDINGS = (
    WeddingChanges(
        element_id="w-9",
        title="Clara & Dan",
        href="/s/1/weddings/9",
        action="/s/1/weddings/9/seen",
        tokens="e9:start_time:2 e9:date:1",
        rows=(
            ChangeRow(
                element_id="c-1",
                token="e9:start_time:2",
                label="Ceremony time",
                before="13:00",
                after="13:30",
                when=WHEN,
            ),
            ChangeRow(
                element_id="c-2",
                token="e9:date:1",
                label="Brunch: date",
                before="",
                after="Sunday 29 November 2026",
                when=WHEN,
            ),
        ),
    ),
)


def _seen(groups: tuple[SeenGroup, ...], summary: str) -> SeenPage:
    return SeenPage(
        shell=couple_shell("Suppliers", SHIELD_FIXED),
        crumbs=(Crumb(label="Your suppliers", href="/w/9/suppliers"),),
        wedding_id="9",
        fragment_url="/w/9/seen?by=supplier&show=open",
        shows=(
            Option(value="/w/9/seen?show=open", label="Not seen", is_chosen=True),
            Option(value="/w/9/seen?show=all", label="Everything"),
        ),
        groupings=(
            Option(value="/w/9/seen?by=supplier", label="By supplier", is_chosen=True),
            Option(value="/w/9/seen?by=fact", label="By detail"),
        ),
        summary=summary,
        groups=groups,
        nothing="Everybody has seen what has changed.",
    )


def _changes(weddings: tuple[WeddingChanges, ...], more_url: str = "") -> ChangesPage:
    return ChangesPage(
        shell=supplier_shell("Today"),
        crumbs=(Crumb(label="Today", href="/s/1/today"),),
        fragment_url="/s/1/changes",
        weddings=weddings,
        more_url=more_url,
        csrf=CSRF,
    )


PREVIEWS: dict[str, Callable[[], View]] = {
    "seen": lambda: _seen(GROUPS, SUMMARY),
    "seen_none": lambda: _seen((), ""),
    "seen_fragment": lambda: SeenFragment(summary="", groups=GROUPS, nothing=""),
    "changes": lambda: _changes(WEDDINGS, "/s/1/changes?after=x"),
    "changes_none": lambda: _changes(()),
    "changes_fragment": lambda: ChangesFragment(weddings=WEDDINGS, csrf=CSRF),
}
