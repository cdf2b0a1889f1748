"""A connection in pipeline mode, as both lanes use it: statements travel together and cost one round trip.

What is sent in one go is a segment, ended by a Sync; answers come in the order of the segments, so a queue of futures
is all it needs. A failing segment ends at its Sync and touches no other.
"""

from __future__ import annotations

import asyncio
import select
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from psycopg import OperationalError, pq

from wedsync.kernel.problems import Problem, Unavailable
from wedsync.platform.database.refusals import problem_of

Values: TypeAlias = "list[bytes | None]"
Step: TypeAlias = "tuple[bytes, Values]"
Welcome: TypeAlias = "Callable[[Wire], Awaitable[None]]"
# A machine that is gone without a word is noticed by the kernel, in 11 s while we wait and in 10 s while we send.
_LIVELINESS: Final = "keepalives_idle=5&keepalives_interval=2&keepalives_count=3&tcp_user_timeout=10000"
_ANSWERS: Final = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})


class DatabaseRefusal(Exception):  # noqa: N818 - the cause of a problem, for the log
    """What PostgreSQL said, in its own words."""


class Wire:
    """An open connection that listens on its socket. Nobody blocks: sending queues, answers resolve futures."""

    def __init__(self, connection: pq.abc.PGconn, *, patience_s: float) -> None:
        """Take over an open connection. A server that answers nothing for `patience_s` counts as gone."""
        self._connection = connection
        self._patience_s = patience_s
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[asyncio.Future[pq.abc.PGresult | None]] = deque()
        self._heard_at = 0.0
        self._next_look: asyncio.TimerHandle | None = None
        self._prepared: dict[bytes, bytes] = {}
        self._preparing: dict[bytes, asyncio.Future[None]] = {}
        self._names = 0
        self._answer: pq.abc.PGresult | None = None
        self._refusal: Problem | None = None
        self.is_broken = False
        connection.nonblocking = 1
        connection.enter_pipeline_mode()
        self._socket = connection.socket  # a lost connection no longer says
        self._more = select.poll()
        self._more.register(self._socket, select.POLLIN)
        self._loop.add_reader(self._socket, self._read)

    @property
    def backlog(self) -> int:
        """How many answers are outstanding."""
        return len(self._waiting)

    @property
    def is_idle(self) -> bool:
        """Whether no transaction is open and nothing is outstanding."""
        return not self._waiting and self._connection.transaction_status == pq.TransactionStatus.IDLE

    async def ask(self, *steps: Step) -> pq.abc.PGresult | None:
        """Send statements as one segment; the answer is the last one's. Raises the Problem that a refusal is."""
        try:
            for statement, _ in steps:
                while statement not in self._prepared:
                    await self._prepare(statement)
            for statement, values in steps:
                self._connection.send_query_prepared(self._prepared[statement], values)
            sent = self._sent()
        except OperationalError as error:
            self.close()
            raise Unavailable from error
        return await sent

    def close(self) -> None:
        """End the connection; whoever still waits is told that the database went away."""
        if self.is_broken:
            return
        self.is_broken = True
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._connection.finish()
        if self._next_look is not None:
            self._next_look.cancel()
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(Unavailable())

    async def _prepare(self, statement: bytes) -> None:
        """Once per connection, in a segment of its own: one that fails there is forgotten, not half known."""
        known = self._preparing.get(statement)
        if known is not None:
            await asyncio.shield(known)  # whoever prepared it may have gone: then the next in line does
            return
        self._names += 1  # never twice the same: a cancelled preparation may still be carried out
        name = b"q%d" % self._names
        known = self._preparing[statement] = self._loop.create_future()
        try:
            self._connection.send_prepare(name, statement)
            await asyncio.shield(self._sent())
            self._prepared[statement] = name
        finally:
            del self._preparing[statement]
            known.set_result(None)

    def _sent(self) -> asyncio.Future[pq.abc.PGresult | None]:
        if self.is_broken:
            raise Unavailable
        self._connection.pipeline_sync()
        if not self._waiting:
            self._heard_at = self._loop.time()
            if self._next_look is None:
                self._next_look = self._loop.call_later(self._patience_s, self._look)
        answer: asyncio.Future[pq.abc.PGresult | None] = self._loop.create_future()
        self._waiting.append(answer)
        self._write()
        return answer

    def _look(self) -> None:
        """One timer for all who wait: whoever answers one of them is there."""
        self._next_look = None
        if self.is_broken or not self._waiting:
            return
        silent_s = self._loop.time() - self._heard_at
        if silent_s >= self._patience_s:
            self.close()
        else:
            self._next_look = self._loop.call_later(self._patience_s - silent_s, self._look)

    def _write(self) -> None:
        try:
            is_unsent = self._connection.flush()
        except OperationalError:
            self.close()
            return
        if is_unsent:
            self._loop.add_writer(self._socket, self._write)
        else:
            self._loop.remove_writer(self._socket)

    def _read(self) -> None:
        """Take all that has come: uvloop tells of a reset connection once only, even if its last words come with it."""
        self._take_some()
        while not self.is_broken and self._more.poll(0):
            self._take_some()

    def _take_some(self) -> None:
        try:
            self._connection.consume_input()
        except OperationalError:
            self.close()
            return
        while self._waiting and not self._connection.is_busy():
            result = self._connection.get_result()
            if result is not None:
                self._take(result)
            elif self._connection.status != pq.ConnStatus.OK:
                self.close()  # lost: it would answer None for ever
                return

    def _take(self, result: pq.abc.PGresult) -> None:
        if result.status in _ANSWERS:
            self._answer = result
        elif result.status == pq.ExecStatus.FATAL_ERROR:
            self._refusal = _refusal(result)
        elif result.status == pq.ExecStatus.PIPELINE_SYNC:
            future = self._waiting.popleft()
            self._heard_at = self._loop.time()
            if not future.done():  # its reader may have gone: a closed tab, a time-out
                if self._refusal is None:
                    future.set_result(self._answer)
                else:
                    future.set_exception(self._refusal)
            self._answer = self._refusal = None


def first_value(result: pq.abc.PGresult | None) -> bytes | None:
    """First column of the first row; None when there is no row."""
    return result.get_value(0, 0) if result is not None and result.ntuples else None


def _refusal(result: pq.abc.PGresult) -> Problem:
    def said(field: pq.DiagnosticField) -> str:
        return (result.error_field(field) or b"").decode(errors="replace")

    state, sentence = said(pq.DiagnosticField.SQLSTATE), said(pq.DiagnosticField.MESSAGE_PRIMARY)
    problem = problem_of(
        state,
        sentence=sentence,
        detail=said(pq.DiagnosticField.MESSAGE_DETAIL),
        source=said(pq.DiagnosticField.SOURCE_FUNCTION),
    )
    problem.__cause__ = DatabaseRefusal(f"{state} {sentence}")
    return problem


async def at_once(_wire: Wire) -> None:
    """Welcome whatever database there is."""


async def connect(
    url: str, *, name: str, options: Sequence[str], patience_s: float, welcome: Welcome = at_once
) -> Wire:
    """Open a connection without blocking the loop. Raises Unavailable when the database does not answer, and whatever
    `welcome` raises, who asks it something before anybody else does.
    """
    separator = "&" if "?" in url else "?"
    said = "%20".join(f"-c%20{option.replace('=', '%3D')}" for option in options)
    conninfo = f"{url}{separator}options={said}&application_name={name}&connect_timeout=5&{_LIVELINESS}"
    connection = await asyncio.to_thread(pq.PGconn.connect, conninfo.encode())
    if connection.status != pq.ConnStatus.OK:
        reason = connection.get_error_message()
        connection.finish()
        raise Unavailable from ConnectionError(reason)
    wire = Wire(connection, patience_s=patience_s)
    try:
        await welcome(wire)
    except BaseException:
        wire.close()
        raise
    return wire
