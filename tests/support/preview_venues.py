"""A venue's rooms and places, and the names a couple is offered while it types."""

from collections.abc import Callable

from tests.support.preview_people import supplier_shell

from wedsync.features.venues.views import NamesFragment, Suggestion, VenueBoxes, VenueRow, VenuesPage
from wedsync.platform.pages import Filled, View

VENUES = (
    VenueRow(
        name="Copeland Park",
        seats="seats 180",
        address="133 Copeland Road\nLondon SE15 3SN",
        load_in="Gate on Copeland Road from 08:00; level access.\nTwo 32 A sockets beside the bar.",
        position="51.4686, -0.0664",
        change_url="/s/1/venues?change=2#venue",
        remove_url="/s/1/venues/2/end",
    ),
    VenueRow(name="The Fennel Barn", seats="seats 60", address="Church Lane, Elmore GL2 3NT", load_in="", position=""),
)


def _page(*venues: VenueRow, boxes: VenueBoxes, action: str, cancel: str = "", undo: str = "") -> VenuesPage:
    return VenuesPage(
        shell=supplier_shell("Venues", None),
        business="Wild Fennel Catering",
        venues=venues,
        boxes=boxes,
        action=action,
        cancel_url=cancel,
        undo_url=undo,
    )


PREVIEWS: dict[str, Callable[[], View]] = {
    "venues": lambda: _page(*VENUES, boxes=VenueBoxes(), action="/s/1/venues", undo="/s/1/deletions/3/undo"),
    "venues_refused": lambda: _page(
        VENUES[0],
        boxes=VenueBoxes(
            name=Filled(value="Copeland Park"),
            address=Filled(value="Road", error="Write at least 10 characters."),
            capacity=Filled(value="lots", error="Give a number from 1 to 2,000."),
        ),
        action="/s/1/venues/2",
        cancel="/s/1/venues",
    ),
    "venues_new": lambda: _page(boxes=VenueBoxes(), action="/s/1/venues"),
    "venues_looked_at": lambda: _page(VENUES[1], boxes=VenueBoxes(), action=""),
    "venue_names": lambda: NamesFragment(
        names=(
            Suggestion(name="Copeland Park", where="Bussey Building, 133 Copeland Road, London SE15 3SN"),
            Suggestion(name="Copeland Rooms", where="Copeland House, 4 Mill Lane, Leeds LS1 4DY"),
        )
    ),
}
