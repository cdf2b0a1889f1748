"""PostgreSQL's backup as it flows past, one tar cut into parts; what it wrote about itself is kept on the way.

A tar is a header of 512 bytes for each file, its content, and padding: one file in it is found without a second read.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from typing_extensions import Buffer

READ_BYTES: Final = 1024 * 1024
PART_BYTES: Final = 128 * 1024 * 1024
WANTED: Final = b"backup_manifest"
_BLOCK: Final = 512
_NAME: Final = slice(0, 100)
_SIZE: Final = slice(124, 136)


class TarInParts:
    """Parts of one size, the last one shorter."""

    def __init__(self, source: IO[bytes], manifest: Path) -> None:
        """What PostgreSQL says about the backup goes to the file `manifest`."""
        self._source: Final = source
        self._manifest: Final = manifest
        self._held = source.read(READ_BYTES)
        self._header = bytearray()
        self._left = 0
        self._padding = 0
        self._is_wanted = False

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
            self._look(memoryview(piece))
            yield piece

    def _look(self, data: memoryview) -> None:
        while data:
            if self._left:
                data = self._pass_content(data)
            elif self._padding:
                passed = min(self._padding, len(data))
                self._padding -= passed
                data = data[passed:]
            else:
                taken = min(_BLOCK - len(self._header), len(data))
                self._header += data[:taken]
                data = data[taken:]
                self._read_header()

    def _pass_content(self, data: memoryview) -> memoryview:
        passed = min(self._left, len(data))
        if self._is_wanted:
            with self._manifest.open("ab") as file:
                file.write(data[:passed])
        self._left -= passed
        return data[passed:]

    def _read_header(self) -> None:
        if len(self._header) < _BLOCK:
            return
        octal = bytes(self._header[_SIZE]).strip(b"\0 ")
        self._left = int(octal, 8) if octal else 0  # the end is blocks of zeros
        self._padding = -self._left % _BLOCK
        self._is_wanted = bytes(self._header[_NAME]).rstrip(b"\0") == WANTED
        self._header.clear()


def unpack_tar(content: Iterator[bytes], folder: Path) -> None:
    """Lay it out; nothing lands outside of `folder`. All of `content` is read, so that all of it is proved."""
    stream = io.BufferedReader(_Stream(content), READ_BYTES)
    with tarfile.open(fileobj=stream, mode="r|", bufsize=READ_BYTES) as tar:
        tar.extractall(folder, filter="tar")
    for _ in content:
        pass


class _Stream(io.RawIOBase):
    """Pieces of any size as a file to read from."""

    def __init__(self, content: Iterator[bytes]) -> None:
        self._content: Final = content
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        target = memoryview(buffer)
        if not self._held:
            self._held = memoryview(next(self._content, b""))
        taken = min(len(target), len(self._held))
        target[:taken] = self._held[:taken]
        self._held = self._held[taken:]
        return taken
