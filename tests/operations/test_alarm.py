"""A night that fails is told to who runs the house: at once, and once until one goes well again."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest
from tests.operations.backing_up import KEY
from tests.operations.releasing import Staff, hire
from tests.support.database import Servers, TestDatabase, cloned, sealer

from wedsync.entrypoints.worker import JOBS
from wedsync.kernel.clock import utc_now
from wedsync.operations.continuity import alarm
from wedsync.operations.continuity.alarm import BACKUP, RESTORE, alarm_chore, raise_alarm
from wedsync.operations.continuity.jobs import NightFails, continuity_chores
from wedsync.operations.continuity.log import Head, Log
from wedsync.operations.continuity.queries import RECORD_BACKUP, RECORD_LOG_COPIED, BackupRun, LogCopied
from wedsync.operations.continuity.standing import vault_to_write
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.outbox import newest_letters
from wedsync.platform.queue import work_through
from wedsync.platform.settings import Settings


class Night(msgspec.Struct, frozen=True):
    """The worker at night, with an outbox."""

    own: TestDatabase
    staff: Staff
    workshop: Workshop
    outbox: Path

    async def told(self) -> list[tuple[str, str]]:
        """To whom and what, of everything so far."""
        await work_through(self.own.worker_url, self.workshop, JOBS, until_empty=True)
        names = {each.email: each.name for each in (self.staff.olga, self.staff.oscar, self.staff.dora)}
        found = newest_letters(self.outbox, 100, "http://wedsync.test")
        return sorted((names.get(each.to, each.to), each.subject) for each in found)


# Of its own: backups and operators of all other tests would be in it.
@pytest.fixture
async def night(shared_servers: Servers, tmp_path: Path) -> AsyncIterator[Night]:
    async with (
        cloned(shared_servers.admin_url, f"wedsync_alarm_{os.getpid()}") as own,
        Database(own.app_url, sealer()) as app,
        Database(own.worker_url, sealer(), read_connections=1, write_connections=2) as workers,
    ):
        mailer = OutboxMailer(tmp_path / "outbox", "us@example.org")
        workshop = Workshop(database=workers, mailer=mailer, base_url="http://wedsync.test")
        yield Night(own, await hire(app, own), workshop, tmp_path / "outbox")


async def test_a_log_that_does_not_leave_the_house_is_told_once_until_the_stream_has_caught_up(
    night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm, "STREAM_STARTS_WITHIN_S", 0.0)
    settings = Settings(
        home=tmp_path / "var", backups=str(tmp_path / "place"), backup_key=KEY, database_url=night.own.worker_url
    )
    log, look, now = Log(vault_to_write(settings)), alarm_chore(settings), utc_now()
    told = []
    # Away, slowly catching up and falling back, there, and away again.
    for minutes_behind in (4000, 2000, 16, 10, 20, 1, 60):
        covers = now - timedelta(minutes=minutes_behind)
        log.put_head(Head(segment="0" * 24, segment_bytes=16, offset=0, covers=covers, pieces=(), data=b""))
        async with night.workshop.database.transaction(NOBODY) as tx:
            await tx.run(RECORD_LOG_COPIED, LogCopied(covers))
        await look.run(night.workshop)
        told.append(await night.told())
    once = [(name, "WedSync: the log does not leave the house") for name in ("Olga", "Oscar")]
    assert told == [once] * 6 + [sorted(once * 2)]


async def test_a_night_that_fails_is_told_once_until_one_goes_well(night: Night, tmp_path: Path) -> None:
    nowhere = Settings(
        home=tmp_path / "var", backups=str(tmp_path / "none"), database_url="postgresql://nobody@127.0.0.1:1/x"
    )
    backup = next(each for each in continuity_chores(nowhere) if each.name == "operations.backup")
    first = [("Olga", "WedSync: no backup was taken"), ("Oscar", "WedSync: no backup was taken")]
    for _ in range(2):
        with pytest.raises(NightFails):
            await backup.run(night.workshop)
        assert await night.told() == first
    await raise_alarm(night.workshop, RESTORE, "app.guests had 12 rows, and has 11")
    restore = [(name, "WedSync: a restore was not proven") for name in ("Olga", "Oscar")]
    assert await night.told() == sorted(first + restore)
    now = utc_now()
    run = BackupRun(backup="one", kind="full", began_at=now, ended_at=now, database_bytes=1, stored_bytes=1)
    with psycopg.connect(night.own.admin_url, autocommit=True) as connection:
        connection.execute(RECORD_BACKUP, [msgspec.json.encode(run).decode()])
    await raise_alarm(night.workshop, BACKUP, "no way to postgresql://backup:hush@db/wedsync: disk full")
    assert await night.told() == sorted(first * 2 + restore)
    letters = "".join(each.body for each in newest_letters(night.outbox, 100, "http://wedsync.test"))
    assert ("disk full" in letters, "hush" in letters) == (True, False)
