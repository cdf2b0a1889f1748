"""What a backup is, which ones a restore needs, why each is kept and when it leaves (G2: within 35 days).

A chain is a full backup and the incremental ones that rest on it. It leaves whole, when its full backup is 35 days old;
a new one begins every five days, so that every instant of the last 30 days can be restored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.platform.backups.sealing import Sealed
from wedsync.platform.backups.source import Counted, Facts

LASTS: Final = timedelta(days=35)
RESTORABLE: Final = timedelta(days=30)
CHAIN_LASTS: Final = LASTS - RESTORABLE
UNFINISHED_AFTER: Final = timedelta(days=1)
DUE_AFTER: Final = timedelta(hours=26)
PROOF_DUE_AFTER: Final = timedelta(days=8)
BACKUPS: Final = "backups/"
FILES: Final = "files/"
LEDGERS: Final = "ledger/"
WAL: Final = "wal/"
MANIFEST: Final = "manifest"
# Stands beside the parts while they are written or deleted: what has no manifest then is not damaged.
UNDER_WAY: Final = "under-way"
SEGMENT: Final = re.compile(r"[0-9A-F]{24}")
HISTORY: Final = re.compile(r"[0-9A-F]{8}\.history")


class Kind(StrEnum):
    """Everything, or what changed since another backup."""

    FULL = "full"
    INCREMENTAL = "incremental"


class Why(StrEnum):
    """Why a backup is kept: an instant of the last 30 days is restored from it, or its chain is not 35 days old yet."""

    DAILY = "daily"
    CHAIN = "chain"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a backup, by its name in the place."""

    name: str
    sealed: Sealed


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that somebody uploaded: its path in the house, and the part that holds it."""

    path: str
    part: Part


class LostUpload(msgspec.Struct, frozen=True, kw_only=True):
    """An upload that did not come back: its path in the house, the file that should hold it, and what is wrong."""

    path: str
    file: str
    why: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that is whole; written last. `house` is PostgreSQL's identifier of the cluster.

    Instants from `ended_at` on can be restored from it. `counted` None where the house was never quiet for a moment.
    """

    id: str
    kind: Kind
    parent: str | None
    previous: str | None
    house: str
    began_at: datetime
    ended_at: datetime
    first_segment: str
    last_segment: str
    segment_bytes: int
    tree_bytes: int
    facts: Facts
    base: tuple[Part, ...]
    server_manifest: Part
    secrets: Part | None
    uploads: tuple[Upload, ...]
    ledger: Part | None
    counted: Counted | None

    @property
    def stored_bytes(self) -> int:
        """What it takes in the place, without uploads it shares with others."""
        return sum(part.sealed.size_bytes for part in self.parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every file of it but the uploads."""
        return tuple(part for part in (*self.base, self.server_manifest, self.secrets, self.ledger) if part)


class Retained(msgspec.Struct, frozen=True, kw_only=True):
    """A backup and why it is kept; None: it leaves."""

    backup: Manifest
    why: Why | None


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """What a house made for itself and cannot be read without. Never the backup key."""

    signing: str


def new_id(kind: Kind, at: datetime) -> str:
    """Names sort as backups were begun."""
    return f"{at:%Y%m%dT%H%M%S%f}Z-{kind.value}"


def chain_of(backup: Manifest, known: Sequence[Manifest]) -> tuple[Manifest, ...]:
    """The full backup first, then what rests on it, up to this one; the first has a parent if that is missing."""
    by_id = {each.id: each for each in known}
    chain = [backup]
    while (parent := chain[-1].parent) is not None and parent in by_id:
        chain.append(by_id[parent])
    return tuple(reversed(chain))


def kind_due(known: Sequence[Manifest], now: datetime) -> Kind:
    """A full one to begin with, and whenever the chain is five days old."""
    fulls = [each for each in known if each.kind is Kind.FULL]
    if not fulls or now - fulls[-1].began_at >= CHAIN_LASTS - UNFINISHED_AFTER / 2:
        return Kind.FULL
    return Kind.INCREMENTAL


def retention(known: Sequence[Manifest], now: datetime) -> tuple[Retained, ...]:
    """In the order of `known`, the oldest first. The newest chain stays, however old: no house is without a backup."""
    roots = [chain_of(each, known)[0] for each in known]
    following = [*(each.ended_at for each in known), now][1:]
    return tuple(
        Retained(backup=each, why=_why(until, now) if root.id == roots[-1].id or now - root.began_at < LASTS else None)
        for each, root, until in zip(known, roots, following, strict=True)
    )


def _why(until: datetime, now: datetime) -> Why:
    """`until`: from then on instants are restored from the next backup."""
    return Why.DAILY if until > now - RESTORABLE else Why.CHAIN


def backup_for(instant: datetime | None, known: Sequence[Manifest]) -> Manifest | None:
    """The newest that had ended by then; None for an instant means the latest there is."""
    return next((each for each in reversed(known) if instant is None or each.ended_at <= instant), None)


def place_in_log(segment: str) -> str:
    """A segment's place whatever its timeline."""
    return segment[8:]


def index_name(segment: str) -> str:
    """The list that a segment stands in: one for each 256 of them."""
    return f"{WAL}{segment[:16]}.index"
