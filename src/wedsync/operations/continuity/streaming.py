"""Carries the log out of the house while it is written: what was committed a second ago can be restored.

PostgreSQL's own receiver writes it here, held by a slot that keeps what was not fetched yet (4 GB at most); each half
second what is new goes to the place of backups, and each whole segment once it is full.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from wedsync.kernel.clock import utc_now
from wedsync.operations.continuity.log import PIECE_BYTES, Head, Log
from wedsync.operations.continuity.model import HISTORY, SEGMENT, Part
from wedsync.operations.continuity.taking import keep_ledger
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.places import PlaceFails
from wedsync.platform.backups.programs import Connection, ProgramFails, Programs, end, start
from wedsync.platform.backups.source import Source, SourceFails, Stream, connected
from wedsync.platform.telemetry import Log as Telemetry

SLOT: Final = "wedsync_backup"
RECEIVER: Final = "wedsync-stream"
TICK_S: Final = 0.5
FAILED_TICK_S: Final = 5.0
HEARTBEAT: Final = timedelta(seconds=30)
LEDGER_EVERY: Final = timedelta(seconds=10)
# Whole segments that may wait here for a place that does not answer; after that the slot keeps them.
MOST_WAITING: Final = 64
READ_BYTES: Final = 1024 * 1024
PARTIAL: Final = ".partial"
RECEIVER_LOG: Final = "receiver.log"
_log = Telemetry("stream")


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the log, and when it was the end."""

    at: datetime
    lsn: int


class Streamer:
    """One stream of one server into one vault; a second one waits until the slot is free."""

    def __init__(self, vault: Vault, programs: Programs, url: str, *, spool: Path, ledger: Path) -> None:
        """`url` is that of `wedsync_backup`; `spool` a folder of its own."""
        self._vault: Final = vault
        self._kept: Final = Log(vault)
        self._programs: Final = programs
        self._url: Final = url
        self._connection: Final = Connection(url)
        self._spool: Final = spool
        self._ledger: Final = ledger
        self._ledger_seen = (0, 0)
        self._ledger_kept_at = utc_now()
        self._receiver: subprocess.Popen[bytes] | None = None
        self._asked: Reached | None = None
        self._head: Head | None = None
        self._seen_end = 0

    def run(self, is_over: Callable[[], bool]) -> None:
        """Until told to stop; what was received by then is carried out first."""
        self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._head = self._kept.head()
        try:
            while not is_over():
                time.sleep(TICK_S if self._tried(is_over) else FAILED_TICK_S)
        finally:
            self._stop_receiver()
            with suppress(PlaceFails, SourceFails):
                self._carry(None)

    def _tried(self, is_over: Callable[[], bool]) -> bool:
        try:
            with connected(self._url) as source:
                self._prepare(source)
                while not is_over():
                    self._keep_receiving()
                    self._carry(source.stream(SLOT, RECEIVER))
                    time.sleep(TICK_S)
        except (SourceFails, ProgramFails, PlaceFails) as error:
            _log.warning("stream_interrupted", reason=str(error))
            with suppress(PlaceFails):
                self._carry(None)
            return False
        return True

    def _prepare(self, source: Source) -> None:
        facts = source.facts()
        if not facts.may_copy:
            raise SourceFails("This server lets no role of ours copy it, so nothing is streamed.")
        if not facts.may_see:
            _log.warning("stream_unseen", told="only the ends of backups can be restored: `wedsync migrate`")
        if source.stream(SLOT, RECEIVER).slot == "lost":
            _log.warning("slot_lost", told="a part of the log is missing: `wedsync backup run` now")
            self._give_up_the_rest()
            source.drop_slot(SLOT)
        self._programs.run(
            "pg_receivewal",
            *("-d", self._connection.words, "-S", SLOT, "--create-slot", "--if-not-exists"),
            environment=self._connection.environment,
        )

    def _give_up_the_rest(self) -> None:
        """What was begun will never be whole. Left here, the receiver would ask for its end for ever."""
        self._stop_receiver()
        self._carry(None)
        for path in self._spool.glob(f"*{PARTIAL}"):
            path.unlink()

    def _keep_receiving(self) -> None:
        if sum(bool(SEGMENT.fullmatch(each.name)) for each in self._found()) > MOST_WAITING:
            self._stop_receiver()
            return
        if self._receiver is not None and self._receiver.poll() is None:
            return
        if self._receiver is not None:
            self._receiver = None
            lines = (self._spool / RECEIVER_LOG).read_text("utf-8", errors="replace").splitlines()
            raise ProgramFails(lines[-1] if lines else "the receiver ended without a word")
        words = f"{self._connection.words} fallback_application_name={RECEIVER} application_name={RECEIVER}"
        with (self._spool / RECEIVER_LOG).open("wb") as complaints:
            self._receiver = start(
                self._programs.folder / "pg_receivewal",
                *("-d", words, "-D", str(self._spool), "-S", SLOT, "-n", "--status-interval=1"),
                environment=self._connection.environment,
                stderr=complaints,
            )

    def _stop_receiver(self) -> None:
        if self._receiver is not None:
            end(self._receiver)
            self._receiver = None

    def _found(self) -> list[Path]:
        """What is here; looked at until nothing is renamed under the look, or a segment could be in neither shape."""
        found = sorted(self._spool.iterdir())
        while (again := sorted(self._spool.iterdir())) != found:
            found = again
        return found

    def _carry(self, stream: Stream | None) -> None:
        """Everything that is here and not there yet."""
        covers = self._covered(stream)
        at = stream.now if stream else utc_now()
        found = self._found()
        for path in found:
            if HISTORY.fullmatch(path.name):
                self._kept.put_history(path)
                path.unlink()
        for path in found:
            if SEGMENT.fullmatch(path.name):
                self._kept.put_segment(path, at)
                path.unlink()
        for path in found:
            if path.name.endswith(PARTIAL):
                with suppress(FileNotFoundError):  # whole by now: the next turn's
                    self._carry_partial(path, covers)
        self._carry_ledger(at)

    def _covered(self, stream: Stream | None) -> datetime | None:
        """Until when everything was received: what was the end then has been written here since."""
        if stream is None:
            return None
        covers = None
        if stream.written is not None and self._asked is not None and _number(stream.written) >= self._asked.lsn:
            covers, self._asked = self._asked.at, None
        if self._asked is None:
            self._asked = Reached(at=stream.now, lsn=_number(stream.flushed))
        return covers

    def _carry_partial(self, path: Path, covers: datetime | None) -> None:
        segment, before = path.name.removesuffix(PARTIAL), self._head
        if before is None or before.segment != segment:
            at = covers or (before.covers if before else utc_now())
            size = path.stat().st_size
            self._head = Head(segment=segment, segment_bytes=size, offset=0, covers=at, pieces=(), data=b"")
            self._seen_end = 0
            is_new = True
        else:
            is_new = False
        head = self._aside(self._head_with(path, covers))
        is_late = before is None or head.covers - before.covers >= HEARTBEAT
        if is_new or is_late or before is None or (head.offset, head.data) != (before.offset, before.data):
            self._kept.put_head(head)
            self._head = head

    def _head_with(self, path: Path, covers: datetime | None) -> Head:
        head = self._head
        if head is None:  # was made just now
            raise AssertionError
        data = _written(path, head.offset)
        return msgspec.structs.replace(head, data=data, covers=covers or head.covers)

    def _aside(self, head: Head) -> Head:
        """Whatever is full and was there half a second ago already: then no writing of it is under way."""
        settled, self._seen_end = self._seen_end, head.offset + len(head.data)
        while len(head.data) >= PIECE_BYTES and head.offset + PIECE_BYTES <= settled:
            piece = self._kept.put_piece(head.segment, head.offset, head.data[:PIECE_BYTES])
            pieces: tuple[Part, ...] = (*head.pieces, piece)
            head = msgspec.structs.replace(
                head, offset=head.offset + PIECE_BYTES, data=head.data[PIECE_BYTES:], pieces=pieces
            )
        return head

    def _carry_ledger(self, at: datetime) -> None:
        if not self._ledger.exists() or at - self._ledger_kept_at < LEDGER_EVERY:
            return
        found = self._ledger.stat()
        if (found.st_size, found.st_mtime_ns) != self._ledger_seen:
            keep_ledger(self._vault, self._ledger, at)
            self._ledger_seen, self._ledger_kept_at = (found.st_size, found.st_mtime_ns), at


def _written(path: Path, offset: int) -> bytes:
    """What the receiver has written from there on; the rest of the file is zeros."""
    held = bytearray()
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        chunk: bytes = file.read(READ_BYTES)
        while chunk.rstrip(b"\0"):
            held += chunk
            chunk = file.read(READ_BYTES)
    return bytes(held).rstrip(b"\0")


def _number(lsn: str) -> int:
    high, low = lsn.split("/")
    return int(high, 16) << 32 | int(low, 16)
