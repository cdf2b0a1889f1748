"""Every page with believable people in it, drawn without a server.

Used by the page tests, and by `python -m tests.support.previews FOLDER` to look
at all of them in a browser.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.support import (
    preview_acknowledgements,
    preview_amendments,
    preview_client_lists,
    preview_clients,
    preview_day,
    preview_keys,
    preview_operations,
    preview_people,
    preview_preferences,
    preview_privacy,
    preview_rounds,
    preview_suppliers,
    preview_trash,
    preview_venues,
    preview_weddings,
)

from wedsync.platform.assets import assets
from wedsync.platform.pages import View, render

PREVIEWS: dict[str, Callable[[], View]] = (
    preview_acknowledgements.PREVIEWS
    | preview_amendments.PREVIEWS
    | preview_clients.PREVIEWS
    | preview_client_lists.PREVIEWS
    | preview_rounds.PREVIEWS
    | preview_people.PREVIEWS
    | preview_venues.PREVIEWS
    | preview_weddings.PREVIEWS
    | preview_suppliers.PREVIEWS
    | preview_operations.PREVIEWS
    | preview_trash.PREVIEWS
    | preview_keys.PREVIEWS
    | preview_day.PREVIEWS
    | preview_preferences.PREVIEWS
    | preview_privacy.PREVIEWS
)


def write(folder: Path) -> None:
    """Write each page and the static files under one release address."""
    held = assets()
    for name, held_file in held.files.items():
        path = folder / "static" / held.release / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held_file.content)
    for name, build in PREVIEWS.items():
        (folder / f"{name}.html").write_text(render(build()), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
