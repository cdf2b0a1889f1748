"""The log as it is kept: whole segments in lists with their hashes, and the head, which grows until it is whole.

The head is one file that is written again and again: the end of the log, and until when everything is here. Whatever it
holds once it is 256 kB long is put aside as a piece, so that little is written twice.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import IO, Final

import msgspec

from wedsync.operations.continuity.model import HISTORY, SEGMENT, WAL, Part, index_name, place_in_log
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.sealing import Damaged

HEAD: Final = f"{WAL}head"
PIECE_BYTES: Final = 256 * 1024
READ_BYTES: Final = 1024 * 1024
LIST_SUFFIX: Final = ".index"


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A whole segment, and when it was put here: everything in it is older."""

    part: Part
    kept_at: datetime

    @property
    def name(self) -> str:
        """As PostgreSQL calls it."""
        return self.part.name.removeprefix(WAL)

    @property
    def place(self) -> str:
        """Whatever the timeline."""
        return place_in_log(self.name)


class Segments(msgspec.Struct, frozen=True, kw_only=True):
    """A list of them, in order."""

    listed: tuple[Segment, ...] = ()


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The end of the log: `data` stands at `offset` of `segment`, after `pieces`; everything until `covers` is here."""

    segment: str
    segment_bytes: int
    offset: int
    covers: datetime
    pieces: tuple[Part, ...]
    data: bytes


def piece_name(segment: str, offset: int) -> str:
    """Where a part of a segment is kept that is not whole yet."""
    return f"{WAL}{segment}.{offset:08x}"


class Log:
    """The log in a vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault: Final = vault

    def head(self) -> Head | None:
        """None where nothing was ever streamed. Raises Damaged."""
        return self._vault.maybe(HEAD, Head)

    def put_head(self, head: Head) -> None:
        """As it is now."""
        self._vault.put_value(HEAD, head)

    def put_piece(self, segment: str, offset: int, data: bytes) -> Part:
        """What was the head's."""
        return self._vault.put(piece_name(segment, offset), [data])

    def put_segment(self, path: Path, at: datetime) -> Segment:
        """A whole one, packed, and into its list; its pieces may go then."""
        with path.open("rb") as file:
            part = self._vault.put(WAL + path.name, _packed(file))
        segment = Segment(part=part, kept_at=at)
        name = index_name(path.name)
        before = self._vault.maybe(name, Segments) or Segments()
        listed = (*(each for each in before.listed if each.name != segment.name), segment)
        self._vault.put_value(name, Segments(listed=listed))
        for item in self._vault.place.items(f"{WAL}{path.name}."):
            self._vault.place.delete(item.name)
        return segment

    def put_history(self, path: Path) -> None:
        """Where a timeline began."""
        self._vault.put(WAL + path.name, [path.read_bytes()])

    def segments(self, since: str = "") -> list[Segment]:
        """Every whole one that was put here, in order; not those in lists that end before a place. Raises Damaged."""
        names = [item.name for item in self._vault.place.items(WAL) if item.name.endswith(LIST_SUFFIX)]
        lists = [name for name in names if _place_of_list(name) >= since[:8]]
        listed = [each for name in lists for each in self._vault.value(name, Segments).listed]
        return sorted(listed, key=_by_name)

    def unlisted(self, known: Sequence[Segment]) -> list[str]:
        """Whole ones that stand in no list."""
        names = {each.part.name for each in known}
        return [
            item.name
            for item in self._vault.place.items(WAL)
            if SEGMENT.fullmatch(item.name.removeprefix(WAL)) and item.name not in names
        ]

    def unpack(self, segment: Segment, target: Path) -> None:
        """Write it out as PostgreSQL knows it. Raises Damaged."""
        with target.open("wb") as file:
            file.writelines(_unpacked(self._vault.get_part(segment.part), segment.part.name))

    def unpack_head(self, head: Head, target: Path) -> None:
        """Write out what there is of it, and nothing after that. Raises Damaged."""
        with target.open("wb") as file:
            for piece in head.pieces:
                file.writelines(self._vault.get_part(piece))
            file.seek(head.offset)
            file.write(head.data)
            file.truncate(head.segment_bytes)

    def unpack_histories(self, folder: Path) -> None:
        """Where each timeline began. Raises Damaged."""
        for item in self._vault.place.items(WAL):
            name = item.name.removeprefix(WAL)
            if HISTORY.fullmatch(name):
                with (folder / name).open("wb") as file:
                    file.writelines(self._vault.get(item.name))


def gaps(places: Iterable[str], segment_bytes: int) -> list[tuple[str, str]]:
    """The last place before each gap and the first after it."""
    per_file = 0x100000000 // segment_bytes
    return [
        (before, after)
        for before, after in pairwise(sorted(set(places)))
        if _number(after, per_file) - _number(before, per_file) > 1
    ]


def _number(place: str, per_file: int) -> int:
    return int(place[:8], 16) * per_file + int(place[8:], 16)


def _place_of_list(name: str) -> str:
    return place_in_log(name.removeprefix(WAL).removesuffix(LIST_SUFFIX))


def _by_name(segment: Segment) -> str:
    return segment.name


def _packed(file: IO[bytes]) -> Iterator[bytes]:
    """Fast rather than small: a segment that was closed early is mostly zeros."""
    packer = zlib.compressobj(1)
    while chunk := file.read(READ_BYTES):
        yield packer.compress(chunk)
    yield packer.flush()


def _unpacked(content: Iterator[bytes], name: str) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    try:
        for chunk in content:
            yield unpacker.decompress(chunk)
        yield unpacker.flush()
    except zlib.error:
        raise Damaged(name, "cannot be unpacked") from None
