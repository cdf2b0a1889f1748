"""Puts a copy of the database together as it was at an instant, in a new folder. The running house is not touched.

Files are proved while they are unpacked; PostgreSQL's own programs join a chain, verify the result and replay the log.
What is read next is opened while this is written, and what was written goes to the disk meanwhile.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from wedsync.operations.continuity.log import Head, Log, Segment, gaps
from wedsync.operations.continuity.model import BACKUPS, MANIFEST, Manifest, backup_for, chain_of, place_in_log
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.flowing import Settling, ahead
from wedsync.platform.backups.private_server import PrivateServer, TargetNotReached
from wedsync.platform.backups.programs import Programs
from wedsync.platform.backups.sealing import Damaged
from wedsync.platform.backups.tar_parts import unpack_tar
from wedsync.platform.embedded.child import Identity

# Segments put here up to this long after the instant are fetched with those before it: some may have come late.
LATE: Final = timedelta(minutes=10)
# So long after the last word about its end the log may reach: whether it does is known once it was replayed.
HEARTBEAT: Final = timedelta(minutes=1)
SPARE_BYTES: Final = 512 * 1024 * 1024
# Segments unpacked at once: one is packed tighter than the disk is fast.
AT_ONCE: Final = 2
IS_OPEN: Final = "select not pg_is_in_recovery()"
Progress = Callable[[str], None]


class CannotRestore(Exception):  # noqa: N818 - it reads as the sentence it carries
    """Nothing was restored; the sentence says why, and what to do."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Which backups and which part of the log lead to the instant; None means the latest there is.

    `covers`: until when the log is whole. `resumes_at`: where the next backup begins anew after that, if one does.
    """

    instant: datetime | None
    chain: tuple[Manifest, ...]
    segments: tuple[Segment, ...]
    head: Head | None
    covers: datetime
    resumes_at: datetime | None

    @property
    def backup(self) -> Manifest:
        """The last of the chain."""
        return self.chain[-1]

    @property
    def needed_bytes(self) -> int:
        """What unpacking takes at most: a chain is laid beside its result for a while."""
        trees = self.backup.tree_bytes + sum(part.sealed.plain_bytes for each in self.chain for part in each.base)
        uploads = sum(each.part.sealed.plain_bytes for each in self.backup.uploads)
        return trees + len(self.segments) * self.backup.segment_bytes + uploads + SPARE_BYTES


def plan(vault: Vault, instant: datetime | None) -> Plan:
    """Raises CannotRestore where that instant cannot be reached, and Damaged."""
    known = vault.manifests()
    backup = backup_for(instant, known)
    if backup is None:
        since = f"The first instant there is: {known[0].ended_at.isoformat()}." if known else "There is no backup."
        raise CannotRestore(f"No backup is that old. {since}")
    chain = chain_of(backup, known)
    missing = chain[0].parent
    if missing is not None:
        raise Damaged(f"{BACKUPS}{missing}/{MANIFEST}", "is missing, and other backups rest on it")
    log = Log(vault)
    head = log.head()
    segments, head, covers = _unbroken(head, log.segments(place_in_log(backup.first_segment)), backup)
    resumes_at = next((each.ended_at for each in known if each.ended_at > covers), None)
    if instant is not None and instant > covers + HEARTBEAT:
        raise _out_of_reach(covers, resumes_at)
    return Plan(instant=instant, chain=chain, segments=tuple(segments), head=head, covers=covers, resumes_at=resumes_at)


def _out_of_reach(covers: datetime, resumes_at: datetime | None) -> CannotRestore:
    if resumes_at is None:
        return CannotRestore(f"The log is whole until {covers.isoformat()}. Name an instant before that, or `latest`.")
    return CannotRestore(
        f"The log is whole until {covers.isoformat()}, and from the next backup on, {resumes_at.isoformat()}. "
        "Nothing between the two can be restored: name an instant before the one or after the other, or `latest`."
    )


def reaches(vault: Vault) -> datetime | None:
    """Until when `plan` brings everything back, found out cheaply; None where nothing was ever streamed.

    Before the first backup it says how far the log is: that there is no backup is said elsewhere.
    """
    log, backup = Log(vault), vault.newest()
    head = log.head()
    if head is None or backup is None:
        return head.covers if head else None
    return _unbroken(head, log.segments(place_in_log(backup.first_segment)), backup)[2]


def spans(vault: Vault) -> list[tuple[datetime, datetime]]:
    """From when to when each backup brings everything back, once it was counted; those that are empty are left out."""
    known, log = vault.manifests(), Log(vault)
    head, segments = log.head(), log.segments()
    firsts = [each.counted.at if each.counted else each.ended_at for each in known]
    covered = [_unbroken(head, segments, each)[2] for each in known]
    following = [*(each.ended_at for each in known[1:]), *covered[-1:]]
    found = zip(firsts, map(min, covered, following), strict=True)
    return [(first, until) for first, until in found if first < until]


def _unbroken(
    head: Head | None, segments: Sequence[Segment], backup: Manifest
) -> tuple[list[Segment], Head | None, datetime]:
    """The log from the backup on as far as nothing is missing, and until when that is. The head was read first."""
    segments = [each for each in segments if each.place >= place_in_log(backup.first_segment)]
    last = place_in_log(backup.last_segment)
    places = [last, *(each.place for each in segments if each.place >= last)]
    if head is not None and place_in_log(head.segment) >= last:
        places.append(place_in_log(head.segment))
    for before, _ in gaps(places, backup.segment_bytes)[:1]:
        head, segments = None, [each for each in segments if each.place <= before]
    if head is None:
        # A segment was put here after everything in it; of what was committed until then the next may hold a part.
        return segments, None, max([backup.ended_at, *(each.kept_at for each in segments[:-1])])
    return segments, head, max(backup.ended_at, head.covers)


class Restorer:
    """Unpacks what a plan names."""

    def __init__(self, vault: Vault, programs: Programs, progress: Progress) -> None:
        self._vault: Final = vault
        self._log: Final = Log(vault)
        self._programs: Final = programs
        self._progress: Final = progress

    def refuse_small_disk(self, found: Plan, folder: Path) -> None:
        """CannotRestore before anything is written."""
        free = shutil.disk_usage(folder).free
        if free < found.needed_bytes:
            raise CannotRestore(
                f"{folder} has {free // 2**20:,} MB free, and this takes up to {found.needed_bytes // 2**20:,} MB. "
                "Name a folder on another disk."
            )

    def unpack(self, found: Plan, data: Path) -> None:
        """The database's files as they were when the backup ended, verified, with the log to go on from there."""
        folders = [data.with_name(f"{data.name}.{number}") for number in range(len(found.chain))]
        if len(folders) == 1:
            folders = [data]
        with Settling() as settling:
            for backup, folder in zip(found.chain, folders, strict=True):
                self._progress(f"Unpacking {backup.id}")
                folder.mkdir(mode=0o700)
                unpack_tar(ahead(self._base(backup, settling)), folder)
            if len(folders) > 1:
                self._progress("Joining the chain")
                self._programs.run("pg_combinebackup", "--link", "--no-sync", "-o", str(data), *map(str, folders))
                for folder in folders:
                    shutil.rmtree(folder)
            self._progress("Verifying the copy")
            settling.settle()
            self._programs.run("pg_verifybackup", "--quiet", "--no-parse-wal", str(data))
        data.chmod(0o700)

    def lay_log(self, found: Plan, data: Path, *, is_all: bool) -> None:
        """The log from the backup on: up to the instant and a little more, or all there is."""
        folder = data / "pg_wal"
        until = None if is_all or found.instant is None else found.instant + LATE
        wanted = found.segments
        if until is not None:
            enough = next((number for number, each in enumerate(wanted, start=1) if each.kept_at > until), None)
            wanted = wanted[:enough]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            under_way = [pool.submit(self._log.unpack, each, folder / each.name) for each in wanted]
            try:
                for number, each in enumerate(under_way, start=1):
                    each.result()
                    self._progress(f"Unpacked the log: {number:,} of {len(wanted):,}")
            finally:
                # A broken one ends it: what follows is not begun any more.
                pool.shutdown(cancel_futures=True)
        head = found.head
        if head is not None and len(wanted) == len(found.segments) and head.segment not in {s.name for s in wanted}:
            self._lay_head(head, folder / head.segment)
        self._log.unpack_histories(folder)

    def recover(self, found: Plan, data: Path, server: PrivateServer, url: str) -> datetime:
        """Replay up to the instant; the server is open for writing then. Raises ServerFails.

        It is the instant then, or for the latest there is the last commit that was replayed.
        """
        self._replay(found, data, server, url)
        return found.instant or server.last_commit_at(url) or found.backup.ended_at

    def _replay(self, found: Plan, data: Path, server: PrivateServer, url: str) -> None:
        self._progress("Replaying the log")
        try:
            server.recover(target(found.instant), url, until=IS_OPEN)
        except TargetNotReached:
            # Nothing was committed between the instant and the end of what was fetched.
            server.stop()
            self.lay_log(found, data, is_all=True)
            lend(data / "pg_wal", server.identity)
            try:
                server.recover(target(found.instant), url, until=IS_OPEN)
            except TargetNotReached:
                if found.instant is not None and found.instant > found.covers:
                    raise _out_of_reach(found.covers, found.resumes_at) from None
                server.stop()
                server.recover(target(None), url, until=IS_OPEN)

    def _lay_head(self, head: Head, to: Path) -> None:
        try:
            self._log.unpack_head(head, to)
        except Damaged:
            # A house that lives may have filled the segment since it was planned: the whole one stands for its pieces.
            whole = next((each for each in self._log.segments() if each.name == head.segment), None)
            if whole is None:
                raise
            self._log.unpack(whole, to)

    def _base(self, backup: Manifest, settling: Settling) -> Iterator[bytes]:
        for part in backup.base:
            yield from self._vault.get(part.name)
            settling.settle()


def target(instant: datetime | None) -> dict[str, str]:
    """What PostgreSQL is told."""
    found = {"recovery_target_action": "promote", "recovery_target_timeline": "latest"}
    return found if instant is None else found | {"recovery_target_time": instant.isoformat()}


def lend(path: Path, to: Identity | None) -> None:
    """Everything in `path` belongs to whom the server runs as."""
    if to is not None:
        for folder, _, files in os.walk(path):
            os.chown(folder, to.uid, to.gid)
            for file in files:
                os.chown(Path(folder) / file, to.uid, to.gid)
