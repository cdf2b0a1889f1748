"""Proves that backups bring the house back: restores one to an instant by chance, and looks whether it is the house.

On the way the rows of each table are counted where the backup had counted them. Then every upload is brought back by
its SHA-256, every index compared with its table, every chain of facts recomputed, everything that protects compared
with what was signed, and a page's question asked as one of the couple. It all happens beside the running house, on a
socket of its own, and is deleted afterwards.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from wedsync.features.weddings.queries import WEDDING
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId, WeddingId
from wedsync.kernel.problems import Problem
from wedsync.operations.continuity.model import LostUpload
from wedsync.operations.continuity.queries import RestoreDrill
from wedsync.operations.continuity.rebuilding import UPLOADS, Site, site, unpack
from wedsync.operations.continuity.restoring import CannotRestore, Plan, Restorer, plan, reaches, spans
from wedsync.operations.continuity.uploads import bring_back
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.attested import Attestor, CannotAttest, latest, take
from wedsync.platform.backups.private_server import PrivateServer
from wedsync.platform.backups.programs import ProgramFails, Programs
from wedsync.platform.database import Actor, ById, Database
from wedsync.platform.tokens import Sealer
from wedsync.platform.verification import CannotVerify, verify_chains

MOST_NAMED: Final = 20
MOST_READ: Final = 100_000
IS_PAUSED: Final = "select pg_get_wal_replay_pause_state() = 'paused'"
# A server's own settings; the one that is restored to is another server.
OF_THE_SERVER: Final = "server setting"
Progress = Callable[[str], None]


class Drill:
    """One drill."""

    def __init__(
        self, vault: Vault, programs: Programs, *, secret: str, named_binaries: str, progress: Progress
    ) -> None:
        """`secret` is the installation's: what protects was signed with it."""
        self._vault: Final = vault
        self._programs: Final = programs
        self._restorer: Final = Restorer(vault, programs, progress)
        self._secret: Final = secret
        self._named_binaries: Final = named_binaries
        self._progress: Final = progress

    def run(self, folder: Path, instant: datetime | None = None) -> RestoreDrill:
        """In a folder that is gone afterwards. Raises CannotRestore, Damaged, ServerFails, ProgramFails."""
        began_at, lost_s = utc_now(), loss_s(self._vault)
        found = plan(self._vault, instant or by_chance(self._vault))
        with site(folder, self._named_binaries) as place:
            self._restorer.refuse_small_disk(found, place.shelf.folder)
            watch = time.monotonic()
            unpack(self._restorer, found, place)
            with place.server(found.backup) as server:
                recovery_s = time.monotonic() - watch
                findings = list(self._counted(found, server))
                watch = time.monotonic()
                url = server.url(found.backup.facts.superuser, found.backup.facts.database)
                restored_to = self._restorer.recover(found, place.data, server, url)
                lost = self._brought_back(found, place)
                recovery_s += time.monotonic() - watch
                findings += (f"upload {each.path}: {each.file} {each.why}" for each in lost)
                findings += self._looked(found, server, url)
        return RestoreDrill(
            backup=found.backup.id,
            restored_to=restored_to,
            began_at=began_at,
            ended_at=utc_now(),
            recovery_s=round(recovery_s, 3),
            loss_s=lost_s,
            uploads=len(found.backup.uploads) - len(lost),
            is_proven=not findings,
            findings=tuple(findings[:MOST_NAMED]),
        )

    def _brought_back(self, found: Plan, place: Site) -> tuple[LostUpload, ...]:
        self._progress("Bringing back uploads")
        return bring_back(self._vault, found.backup.uploads, place.home.path / UPLOADS)

    def _counted(self, found: Plan, server: PrivateServer) -> Iterator[str]:
        counted = found.backup.counted
        if counted is None or (found.head is None and found.covers < counted.at):
            return
        self._progress("Counting rows")
        url = server.url(found.backup.facts.superuser, found.backup.facts.database)
        there = {
            "recovery_target_lsn": counted.lsn,
            "recovery_target_inclusive": "off",
            "recovery_target_action": "pause",
        }
        server.recover(there, url, until=IS_PAUSED)
        now = server.counted(url)
        server.stop()
        for name in sorted(counted.rows.keys() | now.keys()):
            if counted.rows.get(name) != now.get(name):
                yield f"{name} had {counted.rows.get(name)} rows, and has {now.get(name)}"

    def _looked(self, found: Plan, server: PrivateServer, url: str) -> Iterator[str]:
        self._progress("Comparing what protects with what was signed")
        yield from self._unsigned(url)
        self._progress("Recomputing every chain")
        yield from _broken(url)
        self._progress("Asking as one of the couple")
        app = server.url("wedsync_app", found.backup.facts.database)
        yield from self._unread(server, url, app)
        self._progress("Comparing every index with its table")
        yield from self._corrupt(url)

    def _unsigned(self, url: str) -> Iterator[str]:
        try:
            differences = Attestor(self._secret).examine(take(url), latest(url))
        except CannotAttest as error:
            yield f"What protects cannot be read: {error}"
            return
        yield from (f"{each.kind} {each.name}: {each.what}" for each in differences if each.kind != OF_THE_SERVER)

    def _unread(self, server: PrivateServer, url: str, app_url: str) -> Iterator[str]:
        partner = server.newest_partner(url)
        if partner is None:
            return
        person, wedding = PersonId(partner[0]), WeddingId(partner[1])
        try:
            asyncio.run(_read(app_url, self._secret, Actor(person_id=person, wedding_id=wedding), wedding))
        except Problem as problem:
            yield f"wedding {wedding} cannot be read: {problem}"

    def _corrupt(self, url: str) -> Iterator[str]:
        said: list[str] = []
        try:
            with self._programs.reading(
                "pg_amcheck",
                *("--install-missing", "--heapallindexed", "--parent-check", "--jobs=2", url),
                environment={"PGOPTIONS": "-c event_triggers=off"},  # a copy may get an extension
            ) as output:
                said = output.read(MOST_READ).decode(errors="replace").splitlines()
        except ProgramFails as error:  # it ends so too where it found something
            said = said or [str(error)]
        yield from said


def loss_s(vault: Vault) -> float | None:
    """How much would be lost now; None where nothing was ever streamed."""
    until = reaches(vault)
    return None if until is None else max(0.0, round((utc_now() - until).total_seconds(), 3))


def by_chance(vault: Vault) -> datetime | None:
    """Any instant that can be restored; the latest where nothing was streamed."""
    if vault.newest() is None:
        raise CannotRestore("There is no backup yet: `wedsync backup run`.")
    found = spans(vault)
    if not found:
        return None
    lengths = [(until - first).total_seconds() for first, until in found]
    first, until = random.choices(found, lengths)[0]  # noqa: S311 - no secret
    return first + (until - first) * random.random()  # noqa: S311 - no secret


async def _read(app_url: str, secret: str, actor: Actor, wedding: WeddingId) -> None:
    async with Database(app_url, Sealer(secret.encode()), read_connections=1) as database:
        await database.reader(actor).one(WEDDING, ById(wedding))


def _broken(url: str) -> Iterator[str]:
    try:
        for checked in verify_chains(url):
            yield from (f"wedding {each.wedding_id}: {each.fact_key or 'revisions'} broken" for each in checked.broken)
    except CannotVerify as error:
        yield f"The chains cannot be read: {error}"
