"""Takes a backup: PostgreSQL's own copy, sealed part by part while it flows, so that memory stays small.

A backup is whole once its manifest is there, which is written last. It holds the log it needs to be consistent, the
files people uploaded, and the secrets the house made for itself; never the backup key.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from wedsync.operations.continuity.model import (
    BACKUPS,
    LEDGERS,
    MANIFEST,
    UNDER_WAY,
    Kind,
    Manifest,
    Part,
    Secrets,
    kind_due,
    new_id,
)
from wedsync.operations.continuity.uploads import keep_uploads
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.programs import Connection, ProgramFails, Programs
from wedsync.platform.backups.source import Facts, Source, SourceFails
from wedsync.platform.backups.tar_parts import READ_BYTES, TarInParts

Progress = Callable[[str], None]


class House(msgspec.Struct, frozen=True, kw_only=True):
    """What is backed up beside the database: the uploads, the erasure ledger, and a secret the house made itself."""

    uploads: Path
    ledger: Path
    signing: str | None


class ServerManifest(msgspec.Struct, frozen=True):
    """What PostgreSQL writes about a backup, as far as it is read here."""

    house: int = msgspec.field(name="System-Identifier")
    ranges: list[Range] = msgspec.field(name="WAL-Ranges")
    files: list[File] = msgspec.field(name="Files")


class Range(msgspec.Struct, frozen=True):
    """The log it needs."""

    timeline: int = msgspec.field(name="Timeline")
    start: str = msgspec.field(name="Start-LSN")
    end: str = msgspec.field(name="End-LSN")


class File(msgspec.Struct, frozen=True):
    """A file in it."""

    size: int = msgspec.field(name="Size")


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The copy as it lies there now, before its manifest."""

    base: tuple[Part, ...]
    server_manifest: Part
    about: ServerManifest


class Taker:
    """Takes backups of one server into one vault."""

    def __init__(self, vault: Vault, source: Source, programs: Programs, *, url: str, progress: Progress) -> None:
        """`url` is that of `wedsync_backup`."""
        self._vault: Final = vault
        self._source: Final = source
        self._programs: Final = programs
        self._connection: Final = Connection(url)
        self._progress: Final = progress

    def take(self, house: House, *, is_full: bool) -> Manifest:
        """A whole backup. Raises SourceFails, ProgramFails, PlaceFails, Damaged."""
        with self._source.alone():
            facts = self._source.facts()
            if not facts.may_copy:
                raise SourceFails("This server lets no role of ours copy it. Use the backups of whoever runs it.")
            known = self._vault.manifests()
            kind = Kind.FULL if is_full or not facts.is_summarized else kind_due(known, facts.now)
            parent = known[-1] if kind is Kind.INCREMENTAL else None
            try:
                return self._whole(house, facts, known, parent)
            except ProgramFails as error:
                if parent is None or "summar" not in str(error):
                    raise
            self._progress("The log since the last backup is not summarised; taking a full one")
            return self._whole(house, facts, known, None)

    def _whole(self, house: House, facts: Facts, known: list[Manifest], parent: Manifest | None) -> Manifest:
        backup = new_id(Kind.INCREMENTAL if parent else Kind.FULL, facts.now)
        self._vault.put(f"{BACKUPS}{backup}/{UNDER_WAY}", [])
        taken = self._copied(backup, parent, facts)
        if known and known[-1].house != str(taken.about.house):
            place = self._vault.place.shown
            raise SourceFails(f"{place} holds backups of another database. Name another WEDSYNC_BACKUPS for this one.")
        first, last = taken.about.ranges[0], taken.about.ranges[-1]
        ended_at = self._source.facts().now
        manifest = Manifest(
            id=backup,
            kind=Kind.INCREMENTAL if parent else Kind.FULL,
            parent=parent.id if parent else None,
            previous=known[-1].id if known else None,
            house=str(taken.about.house),
            began_at=facts.now,
            ended_at=ended_at,
            first_segment=_segment(first.timeline, first.start, facts.segment_bytes),
            last_segment=_segment(last.timeline, last.end, facts.segment_bytes),
            segment_bytes=facts.segment_bytes,
            tree_bytes=sum(file.size for file in taken.about.files),
            facts=facts,
            base=taken.base,
            server_manifest=taken.server_manifest,
            secrets=self._secrets(backup, house),
            uploads=keep_uploads(self._vault, house.uploads, known[-1].uploads if known else ()),
            ledger=keep_ledger(self._vault, house.ledger, ended_at),
            counted=self._source.counted(),
        )
        self._vault.put_value(f"{BACKUPS}{backup}/{MANIFEST}", manifest)
        self._vault.place.delete(f"{BACKUPS}{backup}/{UNDER_WAY}")
        return manifest

    def _copied(self, backup: str, parent: Manifest | None, facts: Facts) -> Taken:
        with tempfile.TemporaryDirectory(prefix="wedsync-") as scratch:
            since: tuple[str, ...] = ()
            if parent is not None:
                before = Path(scratch) / "before"
                with before.open("wb") as file:
                    file.writelines(self._vault.get_part(parent.server_manifest))
                since = (f"--incremental={before}",)
            manifest = Path(scratch) / "backup_manifest"
            with self._programs.reading(
                "pg_basebackup",
                *("-d", self._connection.words, "-Ft", "-D", "-", "-X", "fetch", "-c", "fast", *since),
                environment=self._connection.environment,
            ) as output:
                base = tuple(self._parts(backup, TarInParts(output, manifest), facts.size_bytes))
            with manifest.open("rb") as file:
                kept = self._vault.put(f"{BACKUPS}{backup}/backup_manifest", iter(lambda: file.read(READ_BYTES), b""))
            return Taken(
                base=base,
                server_manifest=kept,
                about=msgspec.json.decode(manifest.read_bytes(), type=ServerManifest),
            )

    def _parts(self, backup: str, split: TarInParts, about_bytes: int) -> Iterator[Part]:
        number = done = 0
        while not split.is_over:
            number += 1
            part = self._vault.put(f"{BACKUPS}{backup}/base.tar.{number:05d}", split.next_part())
            done += part.sealed.plain_bytes
            self._progress(f"Copied {done // 2**20:,} MB of about {about_bytes // 2**20:,} MB")
            yield part

    def _secrets(self, backup: str, house: House) -> Part | None:
        if house.signing is None:
            return None
        return self._vault.put_value(f"{BACKUPS}{backup}/secrets", Secrets(signing=house.signing))


def keep_ledger(vault: Vault, ledger: Path, at: datetime) -> Part | None:
    """The erasure ledger as it stands, beside the earlier ones: none is ever put over another."""
    if not ledger.exists():
        return None
    with ledger.open("rb") as file:
        return vault.put(f"{LEDGERS}{at:%Y%m%dT%H%M%S%f}Z", iter(lambda: file.read(READ_BYTES), b""))


def _segment(timeline: int, lsn: str, segment_bytes: int) -> str:
    high, low = (int(part, 16) for part in lsn.split("/"))
    return f"{timeline:08X}{high:08X}{low // segment_bytes:08X}"
