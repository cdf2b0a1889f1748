"""A place and the key to it: everything that lies there goes through here, sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from wedsync.operations.continuity.model import BACKUPS, MANIFEST, Manifest, Part
from wedsync.platform.backups.places import Item, Place, PlaceFails
from wedsync.platform.backups.sealing import BackupKey, Damaged, Readable, Sealed

FORMAT: Final = 1
MARK: Final = "wedsync-backups.json"
LARGEST_VALUE_BYTES: Final = 512 * 1024 * 1024
_T = TypeVar("_T")


class WrongKey(Exception):  # noqa: N818 - it reads as the sentence it carries
    """The place was sealed with another key, or by code that does not know this one's format."""


class _Mark(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    key: str


class Vault:
    """Names are those of the place."""

    def __init__(self, place: Place, key: BackupKey) -> None:
        """`open_for_writing` or `open_for_reading` comes first."""
        self.place: Final = place
        self.key: Final = key

    def open_for_writing(self) -> None:
        """Mark a place that is new. Raises WrongKey."""
        if not self._is_ours():
            draft = self.place.draft()
            draft.write_bytes(msgspec.json.encode(_Mark(format=FORMAT, key=self.key.mark)))
            self.place.put(MARK, draft)

    def open_for_reading(self) -> None:
        """Raises WrongKey, and PlaceFails where there are no backups."""
        if not self._is_ours():
            raise PlaceFails(f"There are no backups in {self.place.shown}. Name the place with WEDSYNC_BACKUPS.")

    def put(self, name: str, content: Iterable[bytes]) -> Part:
        """Seal it and put it there."""
        draft = self.place.draft()
        try:
            with draft.open("wb", buffering=0) as out:
                sealed = self.key.seal(name, content, out)
            self.place.put(name, draft)
        except OSError as error:
            sentence = f"{self.place.shown} cannot be written ({error.strerror}). Make room, then try again."
            raise PlaceFails(sentence) from error
        finally:
            draft.unlink(missing_ok=True)
        return Part(name=name, sealed=sealed)

    def get(self, name: str) -> Iterator[bytes]:
        """Its content, each chunk proved. Raises Damaged, also where it is missing."""
        with self._reading(name) as source:
            yield from self.key.unseal(name, source)

    def get_part(self, part: Part) -> Iterator[bytes]:
        """The same, and the whole file compared with what was written down."""
        with self._reading(part.name) as source:
            hashing = _Hashing(source)
            yield from self.key.unseal(part.name, hashing)
        if hashing.sealed_as(part.sealed):
            return
        raise Damaged(part.name, "is not the file that was put here")

    def prove(self, part: Part) -> None:
        """Read all of it. Raises Damaged."""
        for _ in self.get_part(part):
            pass

    def put_value(self, name: str, value: msgspec.Struct) -> Part:
        """A small thing, as JSON."""
        return self.put(name, [msgspec.json.encode(value)])

    def value(self, name: str, kind: type[_T]) -> _T:
        """It again. Raises Damaged."""
        held = bytearray()
        for chunk in self.get(name):
            held += chunk
            if len(held) > LARGEST_VALUE_BYTES:
                raise Damaged(name, "is larger than anything we wrote")
        try:
            return msgspec.json.decode(held, type=kind)
        except msgspec.DecodeError:
            raise Damaged(name, "was written by another version of WedSync") from None

    def maybe(self, name: str, kind: type[_T]) -> _T | None:
        """It, or None where there is none. Raises Damaged."""
        return self.value(name, kind) if any(each.name == name for each in self.place.items(name)) else None

    def manifests(self) -> list[Manifest]:
        """Every backup that is whole, the oldest first. Raises Damaged."""
        return [self.value(name, Manifest) for name in self._manifest_names()]

    def newest(self) -> Manifest | None:
        """The newest of them; no other is read. Raises Damaged."""
        names = self._manifest_names()
        return self.value(names[-1], Manifest) if names else None

    def backup_files(self) -> list[Item]:
        """Every file of every backup."""
        return self.place.items(BACKUPS)

    def _manifest_names(self) -> list[str]:
        return [each.name for each in self.backup_files() if each.name.endswith(f"/{MANIFEST}")]

    @contextmanager
    def _reading(self, name: str) -> Iterator[Readable]:
        try:
            with self.place.reading(name) as source:
                yield source
        except FileNotFoundError:
            raise Damaged(name, "is missing") from None

    def _is_ours(self) -> bool:
        try:
            with self.place.reading(MARK) as source:
                mark = msgspec.json.decode(source.read(1024), type=_Mark)
        except FileNotFoundError:
            if self.place.items(BACKUPS):
                raise Damaged(MARK, "is missing, though backups are there") from None
            return False
        except msgspec.MsgspecError:
            raise Damaged(MARK, "cannot be read") from None
        if mark.format != FORMAT:
            raise WrongKey(
                f"The backups in {self.place.shown} were written by another version of WedSync. Use that one."
            )
        if mark.key != self.key.mark:
            raise WrongKey(
                f"The backups in {self.place.shown} were sealed with another key. Name the right one with "
                "WEDSYNC_BACKUP_KEY."
            )
        return True


class _Hashing:
    """Reads on, and hashes what it reads."""

    def __init__(self, source: Readable) -> None:
        self._source: Final = source
        self._digest: Final = sha256()
        self._size = 0

    def read(self, size: int, /) -> bytes:
        data = self._source.read(size)
        self._digest.update(data)
        self._size += len(data)
        return data

    def sealed_as(self, sealed: Sealed) -> bool:
        return self._size == sealed.size_bytes and self._digest.hexdigest() == sealed.sha256
