"""What surrounds a refusal: for who runs the installation, with the line that all of their pages have."""

from __future__ import annotations

import msgspec

from wedsync.features.people.shell import OPERATIONS, last_shell
from wedsync.operations.shield.line import release_line
from wedsync.operations.shield.now import verdict_now
from wedsync.platform.http import Exchange
from wedsync.platform.pages import Shell


async def frame(exchange: Exchange) -> Shell:
    """Where they were, they can go on."""
    shell = await last_shell(exchange)
    if shell.home != OPERATIONS:
        return shell
    zone = exchange.services.settings.cell.regions[0].zones[0]
    return msgspec.structs.replace(shell, shield=release_line(await verdict_now(exchange.services), zone))
