"""Deletes what is older than 35 days, chain by chain, and what no backup needs any more.

What is deleted is first marked as under way and loses its manifest before its parts: cut off, it is taken up next time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from wedsync.operations.continuity.log import Log
from wedsync.operations.continuity.model import (
    BACKUPS,
    FILES,
    LASTS,
    LEDGERS,
    MANIFEST,
    SEGMENT,
    UNDER_WAY,
    UNFINISHED_AFTER,
    WAL,
    Manifest,
    index_name,
    place_in_log,
    retention,
)
from wedsync.operations.continuity.vault import Vault

STAMP: Final = "%Y%m%dT%H%M%S%fZ"


class Pruned(msgspec.Struct, frozen=True, kw_only=True):
    """What left."""

    backups: list[str]
    files: int


def prune(vault: Vault, now: datetime) -> Pruned:
    """Raises Damaged where a manifest cannot be read: then nobody knows what it needs, and nothing is deleted."""
    # In this order: a backup that ends meanwhile was under way when its uploads were seen, or is among the known.
    uploads = [item.name for item in vault.place.items(FILES)]
    is_under_way = any(item.name.endswith(f"/{UNDER_WAY}") for item in vault.backup_files())
    known = vault.manifests()
    leaving = [each.backup for each in retention(known, now) if each.why is None]
    for manifest in leaving:
        vault.put(f"{BACKUPS}{manifest.id}/{UNDER_WAY}", [])
        vault.place.delete(f"{BACKUPS}{manifest.id}/{MANIFEST}")
    staying = [each for each in known if each not in leaving]
    doomed = [
        *_without_manifest(vault, {each.id for each in known} - {each.id for each in leaving}, now, leaving),
        *([] if is_under_way else _unused(uploads, staying)),
        *_old_ledgers(vault, staying, now),
        *_old_log(vault, staying),
    ]
    for name in doomed:
        vault.place.delete(name)
    return Pruned(backups=[each.id for each in leaving], files=len(doomed))


def _without_manifest(vault: Vault, whole: set[str], now: datetime, leaving: Sequence[Manifest]) -> list[str]:
    """The parts of backups that left, and of those that were never finished; the mark goes last."""
    gone = {each.id for each in leaving}
    found = []
    for item in vault.backup_files():
        backup = item.name.split("/")[1]
        if backup not in whole and (backup in gone or now - _at(backup.partition("-")[0]) > UNFINISHED_AFTER):
            found.append(item.name)
    return sorted(found, key=_mark_last)


def _mark_last(name: str) -> tuple[bool, str]:
    return name.endswith(UNDER_WAY), name


def _unused(uploads: Sequence[str], staying: Sequence[Manifest]) -> list[str]:
    """Only while no backup is under way: it may name some that no other names."""
    used = {upload.part.name for each in staying for upload in each.uploads}
    return [name for name in uploads if name not in used]


def _old_ledgers(vault: Vault, staying: Sequence[Manifest], now: datetime) -> list[str]:
    """The newest one stays, however old, and those that backups name."""
    used = {each.ledger.name for each in staying if each.ledger}
    names = [item.name for item in vault.place.items(LEDGERS)]
    return [name for name in names[:-1] if name not in used and now - _at(name.removeprefix(LEDGERS)) >= LASTS]


def _old_log(vault: Vault, staying: Sequence[Manifest]) -> list[str]:
    """Whatever lies before the oldest backup. A list stays while a segment in it is needed: the stream writes it."""
    if not staying:
        return []
    oldest = min(place_in_log(each.first_segment) for each in staying)
    listed = Log(vault).segments()
    needed = {index_name(each.name) for each in listed if each.place >= oldest}
    lists = {index_name(each.name) for each in listed} - needed
    names = [item.name for item in vault.place.items(WAL)]
    return [
        name
        for name in names
        if (segment := name.removeprefix(WAL)) and SEGMENT.fullmatch(segment) and place_in_log(segment) < oldest
    ] + sorted(lists)


def _at(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
