"""Who was erased, written down outside of the database: a restored copy is older than that, and has to forget again.

A line names nobody: a pseudonym, keyed by the installation's secret, and what was erased. Lines are only ever added,
each with the hash of the one before; a line is on the disk before its erasure begins.
"""

from __future__ import annotations

import fcntl
import os
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId
from wedsync.platform.tokens import Sealer

BEGINNING: Final = "0" * 64
LARGEST_BYTES: Final = 256 * 1024 * 1024
# Twice what a line takes.
LONGEST_LINE: Final = 1024


class LedgerBroken(Exception):  # noqa: N818 - it reads as the sentence it carries
    """A line was altered, or one is missing."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One erasure: `wedding_id` None for everything."""

    pseudonym: str
    at: datetime
    previous: str
    wedding_id: UUID | None = None
    hash: str = ""

    def sealed(self) -> Entry:
        """With its own hash, over everything else in it."""
        bare = msgspec.structs.replace(self, hash="")
        return msgspec.structs.replace(self, hash=sha256(msgspec.json.encode(bare)).hexdigest())


def pseudonym_of(sealer: Sealer, person: PersonId) -> str:
    """What stands for a person: the same again for who has the secret, and nothing for anybody else."""
    return sealer.sign("erasure", person.bytes)


def next_line(path: Path, pseudonym: str, wedding_id: UUID | None) -> Entry:
    """What is to be written down next. Raises LedgerBroken."""
    last = last_line(path)
    previous = BEGINNING if last is None else last.hash
    return Entry(pseudonym=pseudonym, wedding_id=wedding_id, at=utc_now(), previous=previous).sealed()


def write_down(path: Path, entry: Entry) -> bool:
    """Add a line, on the disk when this returns; False where another one came in between, and nothing was added.

    Raises LedgerBroken, and OSError where it cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+b") as file:
        os.chmod(file.fileno(), 0o600)  # noqa: PTH101 - of the file that is open, whatever its name is by now
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        whole, entries = _read(file.read(LARGEST_BYTES))
        file.truncate(whole)  # what was cut off in the middle was never acted upon
        if entry.previous != (entries[-1].hash if entries else BEGINNING):
            return False
        file.write(msgspec.json.encode(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def written_down(path: Path) -> list[Entry]:
    """Every entry, the oldest first; none where there is no ledger. Raises LedgerBroken."""
    if not path.exists():
        return []
    return _read(path.read_bytes())[1]


def last_line(path: Path) -> Entry | None:
    """The newest entry, without a look at those before; None where nothing is written down. Raises LedgerBroken.

    All of them are looked at where the end was torn: whoever took it for empty would serve what was to be forgotten.
    """
    try:
        with path.open("rb") as file:
            file.seek(-min(LONGEST_LINE, file.seek(0, os.SEEK_END)), os.SEEK_END)
            raw = file.read()
    except FileNotFoundError:
        return None
    lines = raw[: raw.rfind(b"\n") + 1].splitlines()
    if len(raw) == LONGEST_LINE and len(lines) < 2:  # noqa: PLR2004 - the last one, whole, and the end of another
        return next(reversed(written_down(path)), None)
    return _entry(lines[-1], "The last line") if lines else None


def _read(raw: bytes) -> tuple[int, list[Entry]]:
    """How many bytes are whole lines, and their entries."""
    whole = raw.rfind(b"\n") + 1
    entries: list[Entry] = []
    previous = BEGINNING
    for number, line in enumerate(raw[:whole].splitlines(), start=1):
        entry = _entry(line, f"Line {number}")
        if entry.previous != previous:
            raise LedgerBroken(f"One before line {number} of the erasure ledger is missing.")
        entries.append(entry)
        previous = entry.hash
    return whole, entries


def _entry(line: bytes, which: str) -> Entry:
    try:
        entry = msgspec.json.decode(line, type=Entry)
    except msgspec.DecodeError:
        raise LedgerBroken(f"{which} of the erasure ledger cannot be read.") from None
    if entry.sealed().hash != entry.hash:
        raise LedgerBroken(f"{which} of the erasure ledger was altered.")
    return entry
