"""What a venue sees of its own rooms and places, and what a couple is offered while it types."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Filled, Page, View


class VenueRow(msgspec.Struct, frozen=True, kw_only=True):
    """A room or place as it stands in the directory; the addresses are empty for who may only look."""

    name: str
    seats: str
    address: str
    load_in: str
    position: str
    change_url: str = ""
    remove_url: str = ""


class VenueBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """The form's boxes as they were sent, or as the venue stands."""

    name: Filled = Filled()
    address: Filled = Filled()
    capacity: Filled = Filled()
    load_in: Filled = Filled()
    latitude: Filled = Filled()
    longitude: Filled = Filled()


class VenuesPage(Page, frozen=True, kw_only=True):
    """A venue's rooms and places. `action` is empty for who may only look; `cancel_url` is set while one is changed."""

    template: ClassVar[str] = "venues/venues.html"
    business: str
    venues: tuple[VenueRow, ...]
    boxes: VenueBoxes
    action: str
    cancel_url: str
    undo_url: str


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A venue's name, and which of that name it is: its business and address in one line."""

    name: str
    where: str


class NamesFragment(View, frozen=True, kw_only=True):
    """The venues that begin like what was typed."""

    template: ClassVar[str] = "venues/_names.html"
    names: tuple[Suggestion, ...]
