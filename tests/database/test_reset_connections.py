"""A server that ends while it is asked something: whoever waits is told at once, in the loop that the house runs on.

uvloop tells of a reset connection once. When the server's last words come with the reset, they must not be all that is read.
"""

import asyncio
import os
import signal
import time
from typing import Final

import pytest
import uvloop
from tests.support.database import TestDatabase

from wedsync.kernel.problems import Unavailable
from wedsync.platform.database.wire import connect, first_value

AT_ONCE_S: Final = 2.0
PATIENCE_S: Final = 60.0

pytestmark = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="only our own server's processes may be ended")


def test_who_waits_for_a_connection_that_is_reset_is_told_at_once_and_not_when_patience_ends(
    own_database: TestDatabase,
) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_reset_over_a_question(own_database.app_url))


async def _reset_over_a_question(url: str) -> None:
    wire = await connect(url, name="reset", options=("search_path=pg_catalog",), patience_s=PATIENCE_S)
    process = int(first_value(await wire.ask((b"select pg_backend_pid()::text", []))) or b"")
    await wire.ask((b"select 'known'", []))
    asleep = asyncio.ensure_future(wire.ask((b"select pg_sleep(30)", [])))
    await asyncio.sleep(0.1)
    # It sleeps and does not read this: closing over it resets the connection.
    unread = asyncio.ensure_future(wire.ask((b"select 'known'", [])))
    await asyncio.sleep(0.1)
    os.kill(process, signal.SIGTERM)
    time.sleep(0.5)  # noqa: ASYNC251 - its last words and the reset are both there when the loop looks
    async with asyncio.timeout(AT_ONCE_S):
        told = await asyncio.gather(asleep, unread, return_exceptions=True)
    assert [type(each) for each in told] == [Unavailable, Unavailable]
    assert wire.is_broken
