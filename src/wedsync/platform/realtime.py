"""Open pages hear at once that something changed: what kind, and whose. Then they ask again, under their own rights.

One connection per web process listens to PostgreSQL. Whoever may have missed something is told to look at everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Final
from uuid import UUID

import msgspec
import psycopg

from wedsync.kernel.ids import PersonId, WeddingId
from wedsync.kernel.problems import TooManyRequests, Unavailable
from wedsync.platform.auth import Session, Sessions
from wedsync.platform.database import OPERATORS, Actor, Database, Event, NoParams, Query
from wedsync.platform.live_stream import REFRESH, Stream
from wedsync.platform.metrics import count_live_events
from wedsync.platform.telemetry import Log

CHANNEL: Final = "live"
MOST_OF_ONE_PERSON: Final = 20
MOST_STREAMS: Final = 5000
BEAT_S: Final = 20
LISTENING_CHECKED_S: Final = 3.0
LONGEST_PAUSE_S: Final = 10.0
# After these, somebody may be in another wedding or business than before.
MOVES: Final = frozenset({"capacity", "connection", "sharing", "members", "team"})
SESSION: Final = "session"
_EVENT: Final = msgspec.json.Decoder(Event)
_log = Log("live")


class _Scopes(msgspec.Struct, frozen=True, kw_only=True):
    suppliers: list[str]
    weddings: list[str]
    couples: list[WeddingId]
    is_operator: bool


_SCOPES: Final = Query(
    NoParams,
    _Scopes,
    """
    select app.supplier_ids('clients', 'read') as suppliers, app.wedding_ids('basics', 'read') as weddings,
      app.wedding_ids('budget', 'read') as couples, app.operator_role() is not null as is_operator
    """,
)


def couple_of(wedding: WeddingId) -> str:
    """The scope of an event that only the partners may hear of: that something private happened is private too."""
    return f"couple:{wedding}"


class Live:
    """The hub of one web process."""

    def __init__(self, url: str, database: Database, sessions: Sessions) -> None:
        """Nothing is connected yet. `url` is the application's role."""
        self._url = url
        self._database = database
        self._sessions = sessions
        self._streams: set[Stream] = set()
        self._by_scope: dict[str, set[Stream]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._jobs: set[asyncio.Task[None]] = set()
        self.is_listening = False

    def start(self) -> None:
        """Begin to listen."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._beat())]

    async def stop(self) -> None:
        """Stop listening and end every stream."""
        self.end_streams()
        for task in (*self._tasks, *self._jobs):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._jobs, return_exceptions=True)

    def end_streams(self) -> None:
        """Let every page connect elsewhere: this process is going."""
        for stream in self._streams:
            stream.end()

    @property
    def open_streams(self) -> int:
        """How many pages listen."""
        return len(self._streams)

    async def join(self, session: Session) -> Stream:
        """A stream for a signed-in person. Raises TooManyRequests or Unavailable when there are too many."""
        if len(self._streams) >= MOST_STREAMS:
            raise Unavailable
        person = str(session.person_id)
        if sum(not stream.has_ended for stream in self._of(person)) >= MOST_OF_ONE_PERSON:
            raise TooManyRequests(retry_after_s=60)
        stream = Stream(session)
        self._streams.add(stream)
        self._place(stream, frozenset((person,)))
        try:
            await self._find_scopes(stream)
        except BaseException:
            self.leave(stream)
            raise
        return stream

    def leave(self, stream: Stream) -> None:
        """The page is gone."""
        self._place(stream, frozenset())
        self._streams.discard(stream)

    def deliver(self, event: Event) -> None:
        """Tell whoever is in the event's scope; what only the house needs to know stays in the house."""
        if event.kind == SESSION:
            self._end_session(event)
            return
        concerned = tuple(self._of(event.scope))
        if not concerned:
            return
        payload = msgspec.json.encode({"kind": event.kind, "id": event.id})
        count_live_events(len(concerned))
        moves = event.kind in MOVES
        for stream in concerned:
            stream.tell(payload)
            if moves:
                self._later(stream)

    def _of(self, scope: str) -> set[Stream]:
        return self._by_scope.get(scope, set())

    def _end_session(self, event: Event) -> None:
        for stream in self._of(event.scope):
            if event.id in ("all", str(stream.session.session_id)):
                stream.end()
        with suppress(ValueError):
            self._run(self._sessions.forget(PersonId(UUID(event.scope))))

    def _later(self, stream: Stream) -> None:
        if not stream.is_moving:
            stream.is_moving = True
            self._run(self._move(stream))

    async def _move(self, stream: Stream) -> None:
        stream.is_moving = False  # an event from here on needs another look
        try:
            await self._find_scopes(stream)
            stream.tell(REFRESH)
        except Unavailable:
            stream.end()  # it comes back by itself, and is placed anew

    async def _find_scopes(self, stream: Stream) -> None:
        actor = Actor(person_id=stream.session.person_id)
        found = await self._database.reader(actor).one(_SCOPES, NoParams())
        if stream in self._streams:
            person = str(stream.session.person_id)
            couples = map(couple_of, found.couples)
            staff = (OPERATORS,) if found.is_operator else ()
            self._place(stream, frozenset((person, *found.suppliers, *found.weddings, *couples, *staff)))

    def _place(self, stream: Stream, scopes: frozenset[str]) -> None:
        for gone in stream.scopes - scopes:
            left = self._by_scope[gone]
            left.discard(stream)
            if not left:
                del self._by_scope[gone]
        for new in scopes - stream.scopes:
            self._by_scope.setdefault(new, set()).add(stream)
        stream.scopes = scopes

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _listen(self) -> None:
        pause_s = 0.1
        while True:
            try:
                opening = psycopg.AsyncConnection.connect(self._url, autocommit=True, application_name="wedsync-live")
                async with await opening as connection:
                    await connection.execute("listen live")
                    pause_s = 0.1
                    self._hear(now=True)
                    await self._follow(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                _log.warning("not_listening", reason=type(error).__name__)
            finally:
                self._hear(now=False)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _follow(self, connection: psycopg.AsyncConnection[psycopg.rows.TupleRow]) -> None:
        while True:
            async for notification in connection.notifies(timeout=LISTENING_CHECKED_S):
                self._take(notification.payload)
            async with asyncio.timeout(LISTENING_CHECKED_S):  # a dead network says nothing by itself
                await connection.execute("select 1")

    def _take(self, payload: str) -> None:
        try:
            event = _EVENT.decode(payload)
        except msgspec.DecodeError as error:
            _log.error("unreadable_event", error)
            return
        self.deliver(event)

    def _hear(self, *, now: bool) -> None:
        if now == self.is_listening:
            return
        self.is_listening = now
        self._sessions.can_hear(now=now)
        if now:  # whatever was said meanwhile was missed
            for stream in self._streams:
                stream.tell(REFRESH)

    async def _beat(self) -> None:
        """A sign of life for each stream every 20 s, a twentieth of them each second."""
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn = (turn + 1) % BEAT_S
            for stream in tuple(self._streams):
                if id(stream) // 64 % BEAT_S == turn:
                    stream.beat()
