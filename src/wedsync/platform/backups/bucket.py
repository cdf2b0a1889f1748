"""Backups in a bucket of an S3 service, by obstore. Its synchronous calls alone are used."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from wedsync.platform.backups.places import Item, PlaceFails
from wedsync.platform.backups.sealing import Readable

if TYPE_CHECKING:
    from obstore.store import RetryConfig, S3Config  # known to the types alone

# A file goes up in pieces of this size, so many at a time: what one upload takes of memory at most.
PIECE_BYTES: Final = 8 * 1024 * 1024
AT_ONCE: Final = 4
READ_BYTES: Final = 1024 * 1024
# The stream tries again by itself, and somebody at a terminal waits.
PATIENCE: Final[RetryConfig] = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


class Bucket:
    """s3://bucket/prefix?endpoint=https://…&region=…; `key` is ID:SECRET, or empty for what the machine itself has."""

    def __init__(self, url: str, key: str, drafts: Path) -> None:
        """`drafts` is a folder of ours on this machine's disk."""
        parts = urlsplit(url)
        self.shown: Final = f"s3://{parts.netloc}{parts.path}"
        self._prefix: Final = parts.path.strip("/")
        self._drafts: Final = drafts
        config = _config(parse_qs(parts.query), key)
        self._store: Final = S3Store(
            parts.netloc, config=config, client_options={"allow_http": True}, retry_config=PATIENCE
        )

    def draft(self) -> Path:
        """Here, until it is put."""
        self._drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._drafts / secrets.token_hex(8)

    def put(self, name: str, draft: Path) -> None:
        """It is acknowledged when this returns: S3 shows a file whole or not at all."""
        with self._telling():
            obstore.put(self._store, self._key(name), draft, chunk_size=PIECE_BYTES, max_concurrency=AT_ONCE)
        draft.unlink()

    @contextmanager
    def reading(self, name: str) -> Iterator[Readable]:
        """A megabyte is fetched ahead."""
        with self._telling():
            yield _Reader(obstore.open_reader(self._store, self._key(name), buffer_size=READ_BYTES))

    def items(self, prefix: str) -> list[Item]:
        """S3 lists by folders; the rest of the prefix is looked at here."""
        folder = self._key(prefix.rpartition("/")[0]).rstrip("/")
        start = len(self._prefix) + 1 if self._prefix else 0
        with self._telling():
            found = [
                Item(meta["path"][start:], meta["size"])
                for page in obstore.list(self._store, prefix=folder or None)
                for meta in page
            ]
        return sorted(item for item in found if item.name.startswith(prefix))

    def delete(self, name: str) -> None:
        """Away with it."""
        with self._telling():
            try:
                obstore.delete(self._store, self._key(name))
            except FileNotFoundError:
                return

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except BaseError as error:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            sentence = f"{self.shown} does not take or give what it should: {lines[0] if lines else 'no word'}"
            raise PlaceFails(f"{sentence[:300]}. Is the endpoint right, and the key?") from error


class _Reader:
    """Plain bytes."""

    def __init__(self, reader: obstore.ReadableFile) -> None:
        self._reader: Final = reader

    def read(self, size: int, /) -> bytes:
        return bytes(self._reader.read(size))


def _config(words: dict[str, list[str]], key: str) -> S3Config:
    config: S3Config = {"virtual_hosted_style_request": False}
    if "endpoint" in words:
        config["endpoint"] = words["endpoint"][0]
    if "region" in words:
        config["region"] = words["region"][0]
    if key:
        config["access_key_id"], _, config["secret_access_key"] = key.partition(":")
    return config
