"""PostgreSQL's backup as it flows past, one tar cut into parts; what it wrote about itself is kept on the way.

A tar is a header of 512 bytes for each file, its content, and padding. PostgreSQL writes plain files and folders, with
short names, so it is read here without a copy more than needed: a restore is as fast as this is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final

from wedsync.platform.backups.sealing import Damaged

READ_BYTES: Final = 1024 * 1024
PART_BYTES: Final = 128 * 1024 * 1024
WANTED: Final = b"backup_manifest"
_BLOCK: Final = 512
_NAME: Final = slice(0, 100)
_SIZE: Final = slice(124, 136)
_KIND: Final = slice(156, 157)
_FILE: Final = (b"0", b"\0")
_FOLDER: Final = b"5"
Take = Callable[[memoryview], object]


class TarInParts:
    """Parts of one size, the last one shorter."""

    def __init__(self, source: IO[bytes], manifest: Path) -> None:
        """What PostgreSQL says about the backup goes to the file `manifest`."""
        self._source: Final = source
        self._manifest: Final = manifest
        self._held = source.read(READ_BYTES)
        self._walk: Final = _Walk(self._wanted)

    @property
    def is_over(self) -> bool:
        """Whether all of it was read."""
        return not self._held

    def next_part(self) -> Iterator[bytes]:
        """The next one, piece by piece."""
        size = 0
        while self._held and size < PART_BYTES:
            piece, self._held = self._held, self._source.read(READ_BYTES)
            size += len(piece)
            self._walk.feed(memoryview(piece))
            yield piece

    def _wanted(self, header: bytes) -> Take | None:
        return self._keep if _name(header) == WANTED else None

    def _keep(self, data: memoryview) -> None:
        with self._manifest.open("ab") as file:
            file.write(data)


def unpack_tar(content: Iterator[bytes], folder: Path) -> None:
    """Lay it out; nothing lands outside of `folder`. All of `content` is read, so that all of it is proved."""
    laying = _Laying(folder)
    walk = _Walk(laying.begin)
    for chunk in content:
        walk.feed(memoryview(chunk))
    laying.close()


class _Laying:
    """One file after another."""

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder
        self._open: IO[bytes] | None = None

    def begin(self, header: bytes) -> Take | None:
        self.close()
        name, kind = _name(header).decode(), header[_KIND]
        if not name:
            return None  # the end is blocks of zeros
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts or kind not in {*_FILE, _FOLDER}:
            raise Damaged(name, "is nothing that PostgreSQL puts into a backup")
        path = self._folder / inside
        if kind == _FOLDER:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            return None
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._open = path.open("wb", buffering=0)
        path.chmod(0o600)
        return self._open.write

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


class _Walk:
    """Says which file begins, and hands over what is in it to whoever wants it."""

    def __init__(self, begin: Callable[[bytes], Take | None]) -> None:
        self._begin: Final = begin
        self._header: Final = bytearray()
        self._take: Take | None = None
        self._left = 0
        self._padding = 0

    def feed(self, data: memoryview) -> None:
        while data:
            if self._left:
                passed = min(self._left, len(data))
                if self._take is not None:
                    self._take(data[:passed])
                self._left -= passed
            elif self._padding:
                passed = min(self._padding, len(data))
                self._padding -= passed
            else:
                passed = min(_BLOCK - len(self._header), len(data))
                self._header.extend(data[:passed])
                self._read_header()
            data = data[passed:]

    def _read_header(self) -> None:
        if len(self._header) < _BLOCK:
            return
        header = bytes(self._header)
        self._header.clear()
        octal = header[_SIZE].strip(b"\0 ")
        self._left = int(octal, 8) if octal else 0
        self._padding = -self._left % _BLOCK
        self._take = self._begin(header)


def _name(header: bytes) -> bytes:
    return header[_NAME].rstrip(b"\0")
