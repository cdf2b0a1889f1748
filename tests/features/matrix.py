"""How much is declared of who may do what, and asked: `python -m tests.features.matrix` prints it.

Each table is compared with the routes and events that there are by a test beside it, so all of them are declared.
"""

import sys
from typing import Final

from tests.features import test_every_event_as_everybody as events
from tests.features import test_every_object_as_eve as objects
from tests.features import test_every_page_as_everybody as pages
from tests.features import test_every_route_as_everybody as routes

from wedsync.entrypoints.api_description import NOWHERE
from wedsync.entrypoints.web import create_app
from wedsync.platform.http.routes import routes_of

KEYS_ASKED: Final = 2  # one that opens everything a key may, and one that reads clients


def cells() -> dict[str, int]:
    """By surface: addresses, or kinds of event, times who asks."""
    app = create_app(NOWHERE)
    programs = [each for each in routes_of(app.litestar) if each.surface == "api"]
    return {
        "pages and forms, as the cast": len(pages.ASKS) * len(pages.CAST),
        "REST, as the cast": len(routes.ASKS) * len(routes.CAST),
        "REST, under a key": len(programs) * KEYS_ASKED,
        "live events, as the cast": len(events.CELLS) * (len(pages.CAST) - 1),
        "objects by their ids, as Eve": len(objects.owned(app)) * 2,
    }


if __name__ == "__main__":
    found = cells()
    lines = (*found.items(), ("in all", sum(found.values())))
    sys.stdout.writelines(f"{count:>6,}  {what}\n" for what, count in lines)
