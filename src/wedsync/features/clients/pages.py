"""A supplier's own pages about its clients. No couple ever sees one of them."""

from typing import Final

from wedsync.features.clients import (
    board_pages,
    bulk_pages,
    client_pages,
    invitation_pages,
    list_pages,
    note_pages,
    round_pages,
    search_pages,
)
from wedsync.features.people.shell import page_routes

ROUTES: Final = page_routes(
    *list_pages.HANDLERS,
    *search_pages.HANDLERS,
    *board_pages.HANDLERS,
    *bulk_pages.HANDLERS,
    *client_pages.HANDLERS,
    *note_pages.HANDLERS,
    *invitation_pages.HANDLERS,
    *round_pages.HANDLERS,
)
