"""What surrounds the pages of who runs the installation, and their refusals, with the line that all of them have."""

from __future__ import annotations

import msgspec

from wedsync.features.people.shell import OPERATIONS, Visit, last_shell, operator_shell
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


async def operator_frame(visit: Visit, place: str) -> Shell:
    """Around an operators' page that asks no more of the freeze than its line; `place` as in `operator_shell`."""
    return operator_shell(visit, place, release_line(await verdict_now(visit.exchange.services), visit.me.zone))
