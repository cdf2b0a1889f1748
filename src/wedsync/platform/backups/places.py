"""Where backups lie: a folder here, or a bucket of an S3 service. What is put there is there whole, or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

import msgspec

from wedsync.platform.backups.sealing import Readable

DRAFTS: Final = ".drafts"


class PlaceFails(Exception):  # noqa: N818 - it reads as the sentence it carries
    """The place cannot be reached, read or written; the sentence says which, and what to do."""


class Item(msgspec.Struct, frozen=True, order=True):
    """One file there."""

    name: str
    size_bytes: int


class Place(Protocol):
    """What is asked of a place. Names are relative, with slashes. Raises PlaceFails."""

    @property
    def shown(self) -> str:
        """For people: no credentials."""

    def draft(self) -> Path:
        """A file of this name may be written here first; it is not there yet."""

    def put(self, name: str, draft: Path) -> None:
        """Make a draft the file `name`, on the disk when this returns; the draft is gone then."""

    def reading(self, name: str) -> AbstractContextManager[Readable]:
        """Read a file from its beginning; FileNotFoundError where there is none."""

    def items(self, prefix: str) -> list[Item]:
        """Every file whose name begins so, by name."""

    def delete(self, name: str) -> None:
        """Away with it; nothing happens where there is none."""


class Folder:
    """A place on this machine, or mounted into it."""

    def __init__(self, path: Path) -> None:
        self._path: Final = path

    @property
    def shown(self) -> str:
        """The path."""
        return str(self._path)

    def draft(self) -> Path:
        """Beside the files, so that to put it is to rename it."""
        folder = self._path / DRAFTS
        with self._telling():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / secrets.token_hex(8)

    def put(self, name: str, draft: Path) -> None:
        """File and folder are on the disk when this returns."""
        target = self._path / name
        with self._telling():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(draft)
            draft.replace(target)
            _sync(target.parent)

    @contextmanager
    def reading(self, name: str) -> Iterator[Readable]:
        """Unbuffered: a chunk is read at a time."""
        with (self._path / name).open("rb", buffering=0) as file:
            yield file

    def items(self, prefix: str) -> list[Item]:
        """Looks into the folder of the prefix alone."""
        start = self._path / prefix.rpartition("/")[0]
        found = []
        for folder, _, files in os.walk(start):
            if Path(folder).name == DRAFTS:
                continue
            for file in files:
                path = Path(folder) / file
                name = path.relative_to(self._path).as_posix()
                if name.startswith(prefix):
                    with suppress(FileNotFoundError):  # deleted under the look
                        found.append(Item(name, path.stat().st_size))
        return sorted(found)

    def delete(self, name: str) -> None:
        """The file; and its folder once that is empty."""
        path = self._path / name
        with self._telling():
            path.unlink(missing_ok=True)
            if path.parent not in {self._path, self._path.parent} and not any(path.parent.iterdir()):
                path.parent.rmdir()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            sentence = f"{self._path} cannot be written ({error.strerror}). Make room, or name another WEDSYNC_BACKUPS."
            raise PlaceFails(sentence) from error


def door_of_bucket(url: str) -> tuple[str, int]:
    """Where the server of a bucket listens; without an endpoint that is Amazon's."""
    words = parse_qs(urlsplit(url).query)
    region = words.get("region", ["us-east-1"])[0]
    endpoint = urlsplit(words.get("endpoint", [f"https://s3.{region}.amazonaws.com"])[0])
    return endpoint.hostname or "", endpoint.port or (80 if endpoint.scheme == "http" else 443)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
