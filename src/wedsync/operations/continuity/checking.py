"""Reads everything in a place of backups and names each file that is not what was put there, or is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, TypeVar

import msgspec

from wedsync.operations.continuity.log import HEAD, LIST_SUFFIX, Head, Log, Segment, Segments, gaps, piece_name
from wedsync.operations.continuity.model import (
    BACKUPS,
    HISTORY,
    LEDGERS,
    MANIFEST,
    UNDER_WAY,
    WAL,
    Manifest,
    Part,
    index_name,
    place_in_log,
)
from wedsync.operations.continuity.uploads import prove_upload
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.sealing import Damaged

Progress = Callable[[str], None]
_T = TypeVar("_T")


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """A file, by its name in the place, and what is wrong with it."""

    name: str
    what: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What --json prints. `notes` are no damage: what was never finished, which instants cannot be reached."""

    is_whole: bool
    backups: int
    files: int
    size_bytes: int
    damaged: list[Damage]
    notes: list[str]


class Checker:
    """Looks once."""

    def __init__(self, vault: Vault, progress: Progress) -> None:
        self._vault: Final = vault
        self._log: Final = Log(vault)
        self._progress: Final = progress
        self._damaged: Final[dict[str, str]] = {}
        self._notes: Final[list[str]] = []
        self._proven: Final[set[str]] = set()
        self._size = 0

    def report(self) -> Report:
        """Everything, file by file."""
        manifests = self._manifests()
        for manifest in manifests:
            self._prove(manifest.parts)
            self._prove((upload.part for upload in manifest.uploads), partial(prove_upload, self._vault))
        self._look_at_log(manifests)
        self._look_at_rest()
        return Report(
            is_whole=not self._damaged,
            backups=len(manifests),
            files=len(self._proven),
            size_bytes=self._size,
            damaged=[Damage(name=name, what=self._damaged[name]) for name in sorted(self._damaged)],
            notes=self._notes,
        )

    def _manifests(self) -> list[Manifest]:
        names = [item.name for item in self._vault.backup_files()]
        found = []
        for backup in sorted({name.split("/")[1] for name in names}):
            manifest = f"{BACKUPS}{backup}/{MANIFEST}"
            if manifest not in names and f"{BACKUPS}{backup}/{UNDER_WAY}" in names:
                self._notes.append(f"{backup} is under way, or was never finished; pruning removes it within a day")
                continue
            read = self._value(manifest, Manifest)
            if read is not None:
                found.append(read)
        known = {each.id for each in found} | {name.split("/")[1] for name in self._damaged}
        for number, each in enumerate(found):
            # The oldest one's was pruned.
            for other in filter(None, (each.previous if number else None, each.parent)):
                if other not in known:
                    self._damaged[f"{BACKUPS}{other}/{MANIFEST}"] = "is missing"
        return found

    def _look_at_log(self, manifests: Sequence[Manifest]) -> None:
        head = self._head()
        if head is not None:
            self._look_at_head(head)
        segments = self._segments()
        oldest = min((place_in_log(each.first_segment) for each in manifests), default="")
        segments = [each for each in segments if each.place >= oldest]
        self._prove(each.part for each in segments)
        if head is not None and head.segment in {each.name for each in segments}:
            self._forgive_pieces(head)
        if manifests:
            self._look_for_gaps(manifests, segments, head)

    def _segments(self) -> list[Segment]:
        names = {item.name for item in self._vault.place.items(WAL)}
        found: list[Segment] = []
        for name in sorted(each for each in names if each.endswith(LIST_SUFFIX)):
            read = self._value(name, Segments)
            found += read.listed if read else ()
        for name in self._log.unlisted(found):
            index = index_name(name.removeprefix(WAL))
            if index not in names:
                self._damaged[index] = "is missing"
            elif index not in self._damaged:
                self._notes.append(f"{name} was put here and not listed yet; the stream does that again")
        return found

    def _head(self) -> Head | None:
        is_streamed = bool(self._vault.place.items(WAL))
        return self._value(HEAD, Head) if is_streamed else None

    def _look_at_head(self, head: Head) -> None:
        self._prove(head.pieces)
        offset = 0
        for piece in head.pieces:
            if piece.name != piece_name(head.segment, offset):
                self._damaged[piece_name(head.segment, offset)] = "is missing"
                return
            offset += piece.sealed.plain_bytes
        if offset != head.offset:
            self._damaged[piece_name(head.segment, offset)] = "is missing"

    def _forgive_pieces(self, head: Head) -> None:
        """The whole segment stands for them: the stream deletes them then."""
        for name in [each for each in self._damaged if each.startswith(f"{WAL}{head.segment}.")]:
            del self._damaged[name]

    def _look_for_gaps(self, manifests: Sequence[Manifest], segments: Sequence[Segment], head: Head | None) -> None:
        newest = place_in_log(manifests[-1].last_segment)
        places = {each.place for each in segments} | ({place_in_log(head.segment)} if head else set())
        if not places:
            self._notes.append("The log was never streamed: only the ends of backups can be restored")
            return
        places |= {place_in_log(each.last_segment) for each in manifests}
        for before, after in gaps(places, manifests[-1].segment_bytes):
            if after > newest:
                self._damaged[f"{WAL}{before}-{after}"] = (
                    "is missing: `wedsync backup run` now, and see why the stream broke"
                )
            else:
                self._notes.append(
                    f"The log between {before} and {after} was never put here: no instant in it can be restored"
                )

    def _look_at_rest(self) -> None:
        names = [item.name for item in self._vault.place.items(LEDGERS)]
        names += [each.name for each in self._vault.place.items(WAL) if HISTORY.fullmatch(each.name.removeprefix(WAL))]
        for name in names:
            if name not in self._proven and name not in self._damaged:
                self._read(name)

    def _read(self, name: str) -> None:
        try:
            for chunk in self._vault.get(name):
                self._size += len(chunk)
            self._proven.add(name)
        except Damaged as damage:
            self._damaged[name] = damage.why

    def _prove(self, parts: Iterable[Part], prove: Callable[[Part], None] | None = None) -> None:
        for part in parts:
            if part.name in self._proven or part.name in self._damaged:
                continue
            self._progress(f"{len(self._proven):,} files, {self._size // 2**20:,} MB")
            try:
                (prove or self._vault.prove)(part)
                self._proven.add(part.name)
                self._size += part.sealed.size_bytes
            except Damaged as damage:
                self._damaged[part.name] = damage.why

    def _value(self, name: str, kind: type[_T]) -> _T | None:
        try:
            found = self._vault.value(name, kind)
        except Damaged as damage:
            self._damaged[name] = damage.why
            return None
        self._proven.add(name)
        return found
