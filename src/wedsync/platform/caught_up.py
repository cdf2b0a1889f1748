"""A database that is older than what was erased since serves nobody: it has to forget again first.

Asked once for each connection, since no other database comes without new ones: a request costs nothing more.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from wedsync.kernel.problems import Unavailable
from wedsync.platform.database import Welcome, Wire, first_value
from wedsync.platform.erasure_ledger import LedgerBroken, last_line
from wedsync.platform.telemetry import Log

KNOWS_LINE: Final = b"select app.knows_line($1)"
_log = Log("caught_up")


def only_caught_up(ledger: Path) -> Welcome:
    """Refuses (Unavailable) a connection to a database that does not know the ledger's last line."""

    async def welcome(wire: Wire) -> None:
        try:
            last = await asyncio.to_thread(last_line, ledger)
        except (LedgerBroken, OSError) as error:
            _log.error("ledger_unreadable", error)
            raise Unavailable from error
        if last is None:
            return
        if first_value(await wire.ask((KNOWS_LINE, [last.hash.encode()]))) != b"t":
            _log.warning("older_than_the_erasure_ledger", told="run `wedsync erasures replay`, or start the worker")
            raise Unavailable

    return welcome
