"""One connection of the read lane: many requests, one pipeline.

Each request is a segment of its own, `set_config` + prepared statement + Sync, which PostgreSQL runs as one implicit
read-only transaction. A failing segment ends at its Sync and touches no other.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from psycopg import OperationalError, pq

from wedsync.kernel.problems import Problem, Unavailable
from wedsync.platform.database.actor import SET_ACTOR, Actor
from wedsync.platform.database.refusals import problem_of

ACTOR_STATEMENT: Final = b"actor"
OPTIONS: Final = (
    "-c default_transaction_read_only=on -c statement_timeout={timeout_ms} -c lock_timeout=500 "
    "-c search_path=pg_catalog -c timezone=UTC"
)


class Wire:
    """A multiplexed connection. Answers come in the order of the questions, so a queue of futures is all it needs."""

    def __init__(self, connection: pq.abc.PGconn) -> None:
        """Take over an open connection and start to listen on its socket."""
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[asyncio.Future[bytes | None]] = deque()
        self._prepared: dict[bytes, asyncio.Future[bytes]] = {}
        self._answer: bytes | None = None
        self._refusal: Problem | None = None
        self._names = 0
        self.is_broken = False
        connection.nonblocking = 1
        connection.enter_pipeline_mode()
        self._loop.add_reader(connection.socket, self._read)

    @property
    def backlog(self) -> int:
        """How many answers are outstanding."""
        return len(self._waiting)

    async def ask(self, actor: Actor, statement: bytes, values: list[bytes | None]) -> bytes | None:
        """First column of the first row, None when there is no row. Raises the Problem that the refusal is."""
        try:
            name = await self._name(statement)
            self._connection.send_query_prepared(ACTOR_STATEMENT, actor.settings())
            self._connection.send_query_prepared(name, values)
            sent = self._sent()
        except OperationalError:
            self.close()
            raise Unavailable from None
        return await sent

    async def start(self) -> None:
        """Prepare what every request begins with."""
        self._connection.send_prepare(ACTOR_STATEMENT, SET_ACTOR)
        await self._sent()

    def close(self, reason: Problem | None = None) -> None:
        """End the connection; whoever still waits is told that the database went away."""
        if self.is_broken:
            return
        self.is_broken = True
        self._loop.remove_reader(self._connection.socket)
        self._loop.remove_writer(self._connection.socket)
        self._connection.finish()
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(reason or Unavailable())

    async def _name(self, statement: bytes) -> bytes:
        """Prepared once per connection, in a segment of its own: a statement that fails there is forgotten, not half known."""
        known = self._prepared.get(statement)
        if known is not None:
            return known.result() if known.done() else await asyncio.shield(known)
        self._names += 1   # never twice the same: a cancelled preparation may still be carried out
        name = b"q%d" % self._names
        known = self._prepared[statement] = self._loop.create_future()
        try:
            self._connection.send_prepare(name, statement)
            await asyncio.shield(self._sent())
        except BaseException:
            del self._prepared[statement]
            if not known.done():
                known.set_exception(Unavailable())
                known.exception()
            raise
        known.set_result(name)
        return name

    def _sent(self) -> asyncio.Future[bytes | None]:
        self._connection.pipeline_sync()
        answer: asyncio.Future[bytes | None] = self._loop.create_future()
        self._waiting.append(answer)
        self._write()
        return answer

    def _write(self) -> None:
        try:
            is_unsent = self._connection.flush()
        except OperationalError:
            self.close()
            return
        if is_unsent:
            self._loop.add_writer(self._connection.socket, self._write)
        else:
            self._loop.remove_writer(self._connection.socket)

    def _read(self) -> None:
        try:
            self._connection.consume_input()
        except OperationalError:
            self.close()
            return
        while self._waiting and not self._connection.is_busy():
            result = self._connection.get_result()
            if result is not None:
                self._take(result)

    def _take(self, result: pq.abc.PGresult) -> None:
        match result.status:
            case pq.ExecStatus.TUPLES_OK:
                self._answer = result.get_value(0, 0) if result.ntuples else None
            case pq.ExecStatus.FATAL_ERROR:
                self._refusal = _refusal(result)
            case pq.ExecStatus.PIPELINE_SYNC:
                future = self._waiting.popleft()
                if not future.done():   # its reader may have gone: a closed tab, a time-out
                    if self._refusal is None:
                        future.set_result(self._answer)
                    else:
                        future.set_exception(self._refusal)
                self._answer = self._refusal = None
            case _:
                pass


def _refusal(result: pq.abc.PGresult) -> Problem:
    def said(field: pq.DiagnosticField) -> str:
        return (result.error_field(field) or b"").decode(errors="replace")

    return problem_of(
        said(pq.DiagnosticField.SQLSTATE),
        sentence=said(pq.DiagnosticField.MESSAGE_PRIMARY),
        detail=said(pq.DiagnosticField.MESSAGE_DETAIL),
        source=said(pq.DiagnosticField.SOURCE_FUNCTION),
    )


async def connect(url: str, *, statement_timeout_ms: int) -> Wire:
    """Open a connection without blocking the loop. Raises Unavailable when the database does not answer."""
    separator = "&" if "?" in url else "?"
    options = OPTIONS.format(timeout_ms=statement_timeout_ms).replace(" ", "%20").replace("=", "%3D")
    conninfo = f"{url}{separator}options={options}&application_name=wedsync-reads"
    connection = await asyncio.to_thread(pq.PGconn.connect, conninfo.encode())
    if connection.status != pq.ConnStatus.OK:
        reason = connection.get_error_message()
        connection.finish()
        raise Unavailable from ConnectionError(reason)
    wire = Wire(connection)
    await wire.start()
    return wire
