"""Reads the letters that the demo world laid in its outbox instead of sending them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

_LINK: Final = re.compile(r"https?://[^\s<>]+")


class LaidDown(msgspec.Struct, frozen=True, kw_only=True):
    """One letter; `link` is the path of the first address in it that is ours, or "", `others` of the rest."""

    to: str
    subject: str
    body: str
    sent_at: datetime
    link: str
    others: tuple[str, ...]


def newest_letters(folder: Path, most: int, public_url: str) -> tuple[LaidDown, ...]:
    """The letters of a folder, newest first. Names begin with the time, so the last by name is the newest."""
    paths = sorted(folder.glob("*.eml"), reverse=True)[:most] if folder.is_dir() else []
    return tuple(_read(path, public_url) for path in paths)


def _read(path: Path, public_url: str) -> LaidDown:
    message = message_from_bytes(path.read_bytes(), policy=default)
    part = message.get_body(("plain",))
    body = "" if part is None else str(part.get_content()).strip()
    # What somebody typed stands in letters too; only a link that we wrote is worth a button.
    links, ours = (urlsplit(link) for link in _LINK.findall(body)), urlsplit(public_url)
    paths = tuple(link.path for link in links if (link.scheme, link.netloc) == (ours.scheme, ours.netloc))
    try:
        sent_at = parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
    except ValueError:
        sent_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return LaidDown(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        body=body,
        sent_at=sent_at,
        link="".join(paths[:1]),
        others=paths[1:],
    )
