"""Backups: what was taken can be restored to any instant, whatever is damaged is named, and nothing is restored over anything."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import psycopg
import pytest
from tests.operations.backing_up import Backups, flipped, missing
from tests.support.database import Servers, cloned, sealer
from tests.support.servers import eventually, running_servers

from wedsync.entrypoints.commands.backup import Listed, listed
from wedsync.entrypoints.commands.restore import UPLOADS_LOST
from wedsync.entrypoints.commands.restore import Report as Restored
from wedsync.kernel.clock import utc_now
from wedsync.operations.continuity.checking import Checker
from wedsync.operations.continuity.drilling import by_chance, loss_s
from wedsync.operations.continuity.findings import backup_finding, proof_finding, stream_finding
from wedsync.operations.continuity.jobs import in_a_process_of_its_own
from wedsync.operations.continuity.log import Head, Log, piece_name
from wedsync.operations.continuity.model import (
    Kind,
    LostUpload,
    Part,
    Upload,
    Why,
    new_id,
)
from wedsync.operations.continuity.pruning import Pruned, prune
from wedsync.operations.continuity.queries import Continuity, RestoreDrill
from wedsync.operations.continuity.rebuilding import clear
from wedsync.operations.continuity.restoring import CannotRestore, Restorer, plan, reaches
from wedsync.operations.continuity.uploads import bring_back, keep_uploads
from wedsync.operations.control_room.drawing import continuity_tiles
from wedsync.operations.observability.watching import watch
from wedsync.platform.backups.flowing import ahead
from wedsync.platform.backups.private_server import PrivateServer
from wedsync.platform.backups.programs import Programs
from wedsync.platform.backups.sealing import Damaged
from wedsync.platform.backups.source import BACKUP_LOCK
from wedsync.platform.database import Database
from wedsync.platform.embedded.binaries import find_binaries, reachable_binaries
from wedsync.platform.embedded.child import Identity
from wedsync.platform.embedded.home import SIGN_INS
from wedsync.platform.settings import read_settings

NOW: Final = datetime(2027, 6, 12, 3, 17, tzinfo=UTC)


class Past(msgspec.Struct, frozen=True):
    """A place with a full and an incremental backup and the log, and what stood there at some instants."""

    backups: Backups
    instants: dict[str, datetime]


@pytest.fixture(scope="module")
async def past(shared_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Past]:
    folder = tmp_path_factory.mktemp("continuity")
    async with cloned(shared_servers.admin_url, f"wedsync_continuity_{os.getpid()}") as database:
        backups = Backups(database.worker_url, database.admin_url, folder / "var", folder / "backups")
        (backups.home / "files" / "weddings").mkdir(parents=True)
        (backups.home / "files" / "weddings" / "plan.pdf").write_bytes(os.urandom(3_000_000))
        (backups.home / "files" / "weddings" / "menu.txt").write_text("nut roast")
        backups.say(
            "set event_triggers = off; create schema probe; "
            "create table probe.notes (at timestamptz default clock_timestamp(), words text)"
        )
        instants = {}
        try:
            with backups.streaming():
                assert backups.done("backup", "run")["kind"] == "full"
                instants["first"] = note(backups, "first")
                assert backups.done("backup", "run")["kind"] == "incremental"
                backups.say("insert into probe.notes (words) select repeat('x', 900) from generate_series(1, 1000)")
                instants["second"] = note(backups, "second")
                instants["third"] = note(backups, "third")
        finally:
            backups.say("select pg_drop_replication_slot('wedsync_backup')")
        yield Past(backups, instants)


def note(backups: Backups, words: str) -> datetime:
    """Written down, and an instant after that and before anything else."""
    backups.say("insert into probe.notes (words) values (%s)", words)
    time.sleep(0.05)
    at = datetime.now(UTC)
    time.sleep(0.05)
    return at


@pytest.mark.deep
@pytest.mark.parametrize(("when", "there"), [("first", ["first"]), ("second", ["first", "second"])])
def test_what_was_there_at_an_instant_is_there_again_and_nothing_later(
    past: Past, tmp_path: Path, when: str, there: list[str]
) -> None:
    into = tmp_path / "again"
    told = past.backups.done("restore", "--at", past.instants[when].isoformat(), "--into", str(into))
    try:
        assert notes_in(Path(told["data"]), past.backups) == there
        assert (into / "files" / "weddings" / "plan.pdf").read_bytes() == (
            past.backups.home / "files" / "weddings" / "plan.pdf"
        ).read_bytes()
    finally:
        clear(into)


def test_the_latest_comes_back_to_its_last_commit_without_an_upload_that_is_gone_which_is_named(
    past: Past, tmp_path: Path
) -> None:
    into, backups = tmp_path / "again", past.backups
    plan_pdf = next(each for each in backups.vault.manifests()[-1].uploads if each.path == "weddings/plan.pdf")
    asked_at = backups.say("select clock_timestamp()")
    with missing(backups.place / plan_pdf.part.name):
        said = backups.command("restore", "--at", "latest", "--into", str(into), "--json")
    there = [path.read_text() for path in (into / "files" / "weddings").iterdir()]
    demo = (into / SIGN_INS).read_text()
    clear(into)
    assert said.returncode == UPLOADS_LOST, said.stderr
    told = msgspec.json.decode(said.stdout, type=Restored)
    assert told.lost_uploads == (LostUpload(path=plan_pdf.path, file=plan_pdf.part.name, why="is missing"),)
    assert (there, demo) == (["nut roast"], "[]")
    # The house commits a little of its own after that, and nothing after it was asked for.
    assert backups.say("select max(at) from probe.notes") < told.restored_to < asked_at


def test_an_upload_that_is_gone_or_cut_off_is_put_there_again_and_every_backup_is_whole_with_it(past: Past) -> None:
    vault, folder = past.backups.vault, past.backups.home / "files"
    gone, cut = (past.backups.place / each.part.name for each in vault.manifests()[-1].uploads)
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-1])
    assert len(found_damaged(past.backups)) == 2
    keep_uploads(vault, folder, vault.manifests()[-1].uploads)
    assert found_damaged(past.backups) == {}
    lost = bring_back(vault, vault.manifests()[0].uploads, past.backups.home / "again")
    assert lost == ()


def test_an_upload_whose_content_is_another_one_is_lost(past: Past, tmp_path: Path) -> None:
    vault, name = past.backups.vault, "files/of-another-content"
    try:
        upload = Upload(path="plan.pdf", part=vault.put(name, [b"not the plan"]))
        assert bring_back(vault, (upload,), tmp_path) == (
            LostUpload(path="plan.pdf", file=name, why="is not what was uploaded"),
        )
    finally:
        vault.place.delete(name)
    assert not list(tmp_path.iterdir())


def test_a_segment_that_filled_after_it_was_planned_is_restored_whole(past: Past, tmp_path: Path) -> None:
    vault = past.backups.vault
    found = plan(vault, None)
    assert found.segments
    filled = found.segments[-1]
    piece = Part(name=piece_name(filled.name, 0), sealed=filled.part.sealed)
    head = Head(segment=filled.name, segment_bytes=16, offset=16, covers=NOW, pieces=(piece,), data=b"")
    (tmp_path / "pg_wal").mkdir()
    planned = msgspec.structs.replace(found, segments=(), head=head)
    programs = Programs("")
    Restorer(vault, programs, lambda _line: None).lay_log(planned, tmp_path, is_all=True)
    laid = tmp_path / "pg_wal" / filled.name
    assert laid.stat().st_size == found.backup.segment_bytes
    never_filled = msgspec.structs.replace(
        head, segment="F" * 24, pieces=(msgspec.structs.replace(piece, name="wal/F"),)
    )
    with pytest.raises(Damaged, match="is missing"):
        Restorer(vault, programs, lambda _line: None).lay_log(
            msgspec.structs.replace(planned, head=never_filled), tmp_path, is_all=True
        )


def test_a_broken_segment_ends_a_restore_before_what_follows_it(past: Past, tmp_path: Path) -> None:
    found = plan(past.backups.vault, None)
    whole = found.segments[-1]
    first, last = (
        msgspec.structs.replace(whole, part=msgspec.structs.replace(whole.part, name=f"wal/{name}")) for name in "EF"
    )
    planned = msgspec.structs.replace(found, segments=(first, *[whole] * 12, last))
    (tmp_path / "pg_wal").mkdir()
    with pytest.raises(Damaged, match="is missing"):
        Restorer(past.backups.vault, Programs(""), lambda _line: None).lay_log(planned, tmp_path, is_all=True)
    assert [(tmp_path / "pg_wal" / name).exists() for name in "EF"] == [True, False]


def test_what_is_read_ahead_keeps_its_order_and_breaks_where_it_was_broken() -> None:
    def broken() -> Iterator[bytes]:
        yield from (b"%d" % number for number in range(20))
        raise Damaged("part", "was altered or cut off")

    pieces = ahead(broken())
    assert [next(pieces) for _ in range(20)] == [b"%d" % number for number in range(20)]
    with pytest.raises(Damaged, match="was altered"):
        next(pieces)


def test_a_program_that_says_more_than_is_read_ends_all_the_same() -> None:
    with Programs("").reading("/usr/bin/timeout", "5", "seq", "100000") as output:
        assert output.read(4) == b"1\n2\n"


def test_a_folder_that_is_there_is_never_restored_over(past: Past, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear Clara")
    said = past.backups.command("restore", "--at", "latest", "--into", str(tmp_path))
    assert said.returncode == 1
    assert "there already" in said.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2020-01-01T00:00:00Z", "No backup is that old"),
        ("2090-01-01T00:00:00Z", "The log is whole until"),
    ],
)
def test_an_instant_that_cannot_be_reached_is_one_sentence(past: Past, instant: str, words: str) -> None:
    with pytest.raises(CannotRestore, match=words):
        plan(past.backups.vault, datetime.fromisoformat(instant))


def test_an_instant_between_the_end_of_the_log_and_the_next_backup_names_what_can_be_reached(past: Past) -> None:
    vault = past.backups.vault
    at = datetime(2091, 1, 1, 2, 17, tzinfo=UTC)
    after = msgspec.structs.replace(vault.manifests()[0], id=new_id(Kind.FULL, at), began_at=at, ended_at=at)
    vault.put_value(f"backups/{after.id}/manifest", after)
    try:
        with pytest.raises(
            CannotRestore, match=r"from the next backup on, 2091-01-01T02:17:00\+00:00\. Nothing between"
        ):
            plan(vault, at - timedelta(days=1))
        assert plan(vault, at).backup == after
    finally:
        vault.place.delete(f"backups/{after.id}/manifest")


async def test_what_is_behind_a_gap_is_told_as_lost_and_is_no_instant_to_prove(past: Past) -> None:
    settings, vault = read_settings(past.backups.environment), past.backups.vault
    log, at = Log(vault), NOW - timedelta(days=1)
    before = log.head()
    assert before is not None
    behind = before.segment[:8] + "000000FF000000FE"
    log.put_head(msgspec.structs.replace(before, segment=behind, covers=NOW))
    after = msgspec.structs.replace(
        vault.manifests()[0], id=new_id(Kind.FULL, at), began_at=at, ended_at=at, counted=None,
        first_segment=behind, last_segment=behind,
    )  # fmt: skip
    try:
        until = reaches(vault)
        assert until == plan(vault, None).covers
        assert until is not None
        assert until < utc_now()
        young = Continuity(
            house_since=NOW, backup=None, backed_up_at=None, proven_at=None, proven_to=None, recovery_s=None,
            loss_s=None, failed_at=None, copied_until=None,
        )  # fmt: skip
        assert not stream_finding(settings, young, NOW).is_well
        assert (loss_s(vault) or 0) > 0
        async with Database(settings.database_url, sealer(), read_connections=1) as database:
            await watch(settings, database)
        assert past.backups.say("select covers from guard.log_copied") == until
        vault.put_value(f"backups/{after.id}/manifest", after)
        assert reaches(vault) == NOW
        drawn = {by_chance(vault) for _ in range(10)}
        assert all(each is not None and not until < each < at for each in drawn)
    finally:
        log.put_head(before)
        vault.place.delete(f"backups/{after.id}/manifest")


def test_the_list_says_why_each_backup_is_kept(
    past: Past, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in past.backups.environment.items():
        monkeypatch.setenv(name, value)
    listed(as_json=True)
    assert [each.why for each in msgspec.json.decode(capsys.readouterr().out, type=list[Listed])] == [Why.DAILY] * 2
    vault, at = past.backups.vault, datetime.now(UTC) - timedelta(days=35)
    old = msgspec.structs.replace(vault.manifests()[0], id=new_id(Kind.FULL, at), began_at=at, ended_at=at)
    vault.put_value(f"backups/{old.id}/manifest", old)
    try:
        listed(as_json=False)
    finally:
        vault.place.delete(f"backups/{old.id}/manifest")
    said = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [words[-1] for words in said] == ["leaves", "daily", "daily"]
    assert said[0][0] == old.id


def test_every_kind_of_file_that_is_altered_or_gone_is_named_and_nothing_else_is(past: Past) -> None:
    backups = past.backups
    assert found_damaged(backups) == {}
    picked = [files[len(files) // 2] for prefix in ("backups/", "wal/", "files/") if (files := backups.files(prefix))]
    assert len(picked) == 3
    for number, path in enumerate(picked):
        for damage in (flipped(path, number), missing(path)):
            with damage:
                assert backups.name(path) in found_damaged(backups)
    with flipped(picked[0], 7):
        said = backups.command("backup", "verify")
    assert said.returncode == 1
    assert backups.name(picked[0]) in said.stdout


def test_the_wrong_key_is_one_sentence(past: Past) -> None:
    said = past.backups.command("backup", "list", WEDSYNC_BACKUP_KEY="another key, forty bytes of it at least")
    assert said.returncode == 1
    assert "sealed with another key" in said.stderr


def test_nothing_that_was_written_can_be_read_without_the_key(past: Past) -> None:
    for path in past.backups.files("backups/"):
        assert b"wedsync" not in path.read_bytes()
        assert b"PG_VERSION" not in path.read_bytes()


def test_a_second_backup_at_the_same_time_is_refused(past: Past) -> None:
    with psycopg.connect(past.backups.admin_url, autocommit=True) as another:
        another.execute("select pg_advisory_lock(%s)", [BACKUP_LOCK])
        said = past.backups.command("backup", "run")
    assert said.returncode == 1
    assert "Another backup of this database is under way" in said.stderr


@pytest.mark.deep
def test_a_drill_counts_reads_and_compares_and_puts_on_record_what_is_not_as_signed(past: Past) -> None:
    # The table of these tests was never signed; everything else is as it should be.
    upload = past.backups.vault.manifests()[-1].uploads[0]
    with missing(past.backups.place / upload.part.name):
        said = past.backups.command("drill", "restore", "--json")
    assert said.returncode == 1, said.stderr
    drill = msgspec.json.decode(said.stdout, type=RestoreDrill)
    assert drill.findings == (
        f"upload {upload.path}: {upload.part.name} is missing",
        "column probe.notes.at: unknown",
        "column probe.notes.words: unknown",
        "function app.clock(): changed",
        "relation probe.notes: unknown",
        "schema probe: unknown",
        "baseline signed: missing",
    )
    assert not drill.is_proven
    assert drill.recovery_s > 0
    assert drill.uploads == 1
    assert past.backups.say("select uploads from guard.restore_drills order by id desc limit 1") == 1
    assert past.backups.say("select findings from guard.restore_drills order by id desc limit 1") == [*drill.findings]


def test_a_backup_is_due_after_26_hours_and_a_proof_after_8_days_or_a_failed_drill() -> None:
    day = timedelta(days=1)
    young = Continuity(
        house_since=NOW, backup=None, backed_up_at=None, proven_at=None, proven_to=None, recovery_s=None, loss_s=None,
        failed_at=None, copied_until=None,
    )  # fmt: skip
    assert backup_finding(young, NOW + day).is_well
    assert not backup_finding(young, NOW + 1.2 * day).is_well
    taken = msgspec.structs.replace(young, backup="one", backed_up_at=NOW + day, proven_at=NOW + day)
    assert backup_finding(taken, NOW + 2 * day).is_well
    assert not backup_finding(taken, NOW + 2.2 * day).is_well
    assert proof_finding(taken, NOW + 9 * day).is_well
    assert not proof_finding(taken, NOW + 9.1 * day).is_well
    failed = msgspec.structs.replace(taken, failed_at=NOW + 2 * day)
    assert not proof_finding(failed, NOW + 3 * day).is_well
    assert [tile.tone for tile in continuity_tiles(failed, NOW + 2 * day, "Europe/London")] == ["ok", "bad"]


def test_pruning_deletes_an_old_chain_with_what_only_it_needed_and_leaves_the_rest_whole(past: Past) -> None:
    vault, now = past.backups.vault, datetime.now(UTC)
    whole = [past.backups.name(path) for path in past.backups.files()]
    at = now - timedelta(days=35)
    old = new_id(Kind.FULL, at)
    base, upload = vault.put(f"backups/{old}/base.tar.00001", [b"old"]), vault.put("files/old", [b"old"])
    template = vault.manifests()[0]
    uploads = (*template.uploads, Upload(path="old", part=upload))
    past_one = msgspec.structs.replace(
        template, id=old, began_at=at, ended_at=at, previous=None, base=(base,), uploads=uploads
    )
    vault.put_value(f"backups/{old}/manifest", past_one)
    unfinished = new_id(Kind.FULL, now - timedelta(days=2))
    vault.put(f"backups/{unfinished}/under-way", [])
    assert prune(vault, now - timedelta(hours=1)) == Pruned(backups=[], files=1)
    assert prune(vault, now).backups == [old]
    prune(vault, now)
    assert [past.backups.name(path) for path in past.backups.files()] == whole
    assert found_damaged(past.backups) == {}


async def test_a_night_that_fails_says_why_and_one_that_does_not_is_done(past: Past, tmp_path: Path) -> None:
    settings = read_settings(past.backups.environment)
    await in_a_process_of_its_own(settings, "backup", "list")
    nowhere = msgspec.structs.replace(settings, backups=str(tmp_path))
    with pytest.raises(RuntimeError, match="There are no backups in"):
        await in_a_process_of_its_own(nowhere, "backup", "list")


def found_damaged(backups: Backups) -> dict[str, str]:
    report = Checker(backups.vault, lambda _line: None).report()
    assert report.is_whole == (not report.damaged)
    return {each.name: each.what for each in report.damaged}


def notes_in(data: Path, backups: Backups) -> list[str]:
    """What stands there, short notes only."""
    owner = data.stat()
    identity = Identity(owner.st_uid, owner.st_gid) if owner.st_uid != os.geteuid() else None
    postgres = reachable_binaries(find_binaries(""), identity, data.parent) / "postgres"
    with PrivateServer(postgres, data, identity, {}) as server:
        url = server.url("wedsync_admin", backups.admin_url.rpartition("/")[2])
        server.open(url)
        with psycopg.connect(url) as connection:
            found = connection.execute("select words from probe.notes where length(words) < 10 order by at").fetchall()
    return [str(row[0]) for row in found]


@pytest.mark.deep
async def test_a_stream_goes_on_where_the_server_gave_up_what_it_kept_for_it(tmp_path: Path) -> None:
    with running_servers(tmp_path / "server") as found:
        async with cloned(found.admin, "wedsync_lost") as database:
            backups = Backups(database.worker_url, database.admin_url, tmp_path / "var", tmp_path / "backups")
            with backups.streaming():
                pass
            begun = [path.name for path in backups.home.rglob("*.partial")]
            assert begun
            backups.say("alter system set idle_replication_slot_timeout = '1s'")
            backups.say("select pg_reload_conf()")
            lost = "select wal_status from pg_replication_slots"
            assert eventually(lambda: backups.say("checkpoint") or backups.say(lost) == "lost", 30)
            backups.say("alter system reset idle_replication_slot_timeout")
            backups.say("select pg_reload_conf()")
            assert eventually(lambda: is_gone(backups, begun[0].removesuffix(".partial")), 30)
            since = datetime.now(UTC)
            with backups.streaming():
                assert eventually(lambda: head_of(backups).covers > since, 40)
            assert head_of(backups).segment not in begun[0]


def head_of(backups: Backups) -> Head:
    head = Log(backups.vault).head()
    assert head is not None
    return head


def is_gone(backups: Backups, segment: str) -> bool:
    """Whether the server has let go of it, after writing on."""
    for statement in ("select pg_logical_emit_message(false, 'filler', 'x')", "select pg_switch_wal()", "checkpoint"):
        backups.say(statement)
    return bool(backups.say("select count(*) = 0 from pg_ls_waldir() where name = %s", segment))
