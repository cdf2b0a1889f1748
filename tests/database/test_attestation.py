"""The look of every minute: what it keeps, whom it tells, and the command that looks from outside."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, LiteralString

import msgspec
import psycopg
import pytest
from tests.database.installation import SECRET, Installation, installed
from tests.support import commands
from tests.support.database import ROLE_PASSWORD, Servers, sealer

from wedsync.operations.attestation.attesting import RUNBOOK, look
from wedsync.operations.attestation.findings import protection_finding
from wedsync.platform import attested
from wedsync.platform.attested import BASELINE_FILE, Attestor, Difference, against_code, from_code, take
from wedsync.platform.database import Database
from wedsync.platform.house import sign
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import Letter, OutboxMailer
from wedsync.platform.migrations import role_url
from wedsync.platform.operators import appoint
from wedsync.platform.outbox import newest_letters
from wedsync.platform.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[2]
AWAY: Final[LiteralString] = "alter table app.weddings disable trigger changed"
BACK: Final[LiteralString] = "alter table app.weddings enable always trigger changed"
LAST: Final[LiteralString] = (
    "revoke maintain on app.wedding_events from wedsync_keeper; grant maintain on app.wedding_events to wedsync_keeper;"
    "revoke execute on function app.clock() from wedsync_app; grant execute on function app.clock() to wedsync_app"
)
# Of each installation's own, so that no code can know it.
FOREIGN: Final[LiteralString] = (
    "do $do$ begin execute format('grant temporary on database %I to wedsync_app', current_database()); end $do$"
)
FOREIGN_NO_MORE: Final[LiteralString] = (
    "do $do$ begin execute format('revoke temporary on database %I from wedsync_app', current_database()); end $do$"
)
ATTESTOR: Final = Attestor(SECRET)


@pytest.fixture
async def installation(shared_servers: Servers) -> AsyncIterator[Installation]:
    async with installed(shared_servers.admin_url, f"wedsync_attested_{os.getpid()}") as made:
        yield made


@pytest.fixture
async def workshop(installation: Installation, tmp_path: Path) -> AsyncIterator[Workshop]:
    worker = role_url(installation.url, "wedsync_worker", ROLE_PASSWORD)
    async with Database(worker, sealer()) as database:
        yield Workshop(database=database, mailer=OutboxMailer(tmp_path, "a@b"), base_url="http://here")


async def change(made: Installation, text: LiteralString) -> None:
    async with await psycopg.AsyncConnection.connect(made.url, autocommit=True) as connection:
        await connection.execute("set event_triggers = off")
        await connection.execute(text)


async def kept(made: Installation) -> list[int]:
    """How much was found, each time that it became another."""
    async with await psycopg.AsyncConnection.connect(made.url, autocommit=True) as connection:
        rows = await (
            await connection.execute("select jsonb_array_length(findings) from guard.attestations order by id")
        ).fetchall()
    return [int(row[0]) for row in rows]


def subjects(folder: Path) -> list[str]:
    return [each.subject for each in reversed(newest_letters(folder, 20, "http://here"))]


async def test_a_change_is_kept_and_told_once_and_so_is_its_end(
    installation: Installation, workshop: Workshop, tmp_path: Path
) -> None:
    appoint(installation.url, installation.fixed.clara.email, "ops")
    assert await look(workshop, ATTESTOR) == []
    assert await look(workshop, ATTESTOR) == []
    assert (await kept(installation), subjects(tmp_path)) == ([0], [])
    await change(installation, AWAY)
    found = await look(workshop, ATTESTOR)
    assert found == [Difference(kind="trigger", name="app.weddings.changed", what="changed")]
    await look(workshop, ATTESTOR)
    assert await kept(installation) == [0, 1]
    assert subjects(tmp_path) == ["WedSync: THE PROTECTION WAS CHANGED"]
    assert (ROOT / RUNBOOK).is_file()
    assert RUNBOOK in newest_letters(tmp_path, 1, "http://here")[0].body
    await change(installation, BACK)
    assert [each.what for each in await look(workshop, ATTESTOR)] == ["rewritten since it was signed"]
    assert await kept(installation) == [0, 1, 1]


class Unreachable:
    """A mailer whose server is away."""

    async def send(self, letter: Letter) -> None:
        raise ConnectionRefusedError(letter.to)

    async def forget(self, words: tuple[str, ...]) -> None:
        raise NotImplementedError


async def test_news_that_reached_nobody_is_news_with_the_next_look(
    installation: Installation, workshop: Workshop, tmp_path: Path
) -> None:
    appoint(installation.url, installation.fixed.clara.email, "ops")
    await look(workshop, ATTESTOR)
    await change(installation, AWAY)
    with pytest.raises(ConnectionRefusedError):
        await look(msgspec.structs.replace(workshop, mailer=Unreachable()), ATTESTOR)
    assert await look(workshop, ATTESTOR)
    assert subjects(tmp_path) == ["WedSync: THE PROTECTION WAS CHANGED"]


async def test_the_same_privileges_in_another_order_are_what_the_code_makes(installation: Installation) -> None:
    """A database that grew with the versions was granted them in another order than a new one."""
    await change(installation, LAST)
    assert against_code(await asyncio.to_thread(take, installation.url), from_code()) == []


async def test_a_worker_of_the_version_before_sees_what_was_signed_and_raises_no_alarm_over_what_it_does_not_know(
    installation: Installation, workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rollout: the database is brought up to date first, and for a while an older worker looks at it."""
    older = tmp_path / "baseline.txt"
    lines = BASELINE_FILE.read_text().splitlines(keepends=True)
    older.write_text("".join(line for line in lines if "trigger: app.weddings.changed" not in line))
    monkeypatch.setattr(attested, "BASELINE_FILE", older)
    monkeypatch.setattr(attested, "from_code", lambda: from_code(older))
    assert ATTESTOR.is_of_another_version(installation.signed)
    assert await look(workshop, ATTESTOR) == []
    await change(installation, AWAY)
    assert await look(workshop, ATTESTOR) == [Difference(kind="trigger", name="app.weddings.changed", what="changed")]


@pytest.mark.parametrize("settings", [Settings(), Settings(database_url="postgresql:///none", secret=SECRET)])
def test_doctor_says_that_it_cannot_tell(settings: Settings) -> None:
    found = protection_finding(settings)
    assert (found.is_well, found.seen.partition(" tell")[0]) == (False, "cannot")


async def test_what_cannot_be_looked_at_is_found_too(installation: Installation, workshop: Workshop) -> None:
    await change(installation, "revoke execute on function app.reference_rows() from wedsync_worker")
    assert [each.what for each in await look(workshop, ATTESTOR)] == ["cannot be read"]


def attest(made: Installation, *options: str, secret: str = SECRET) -> tuple[int, str]:
    environment = commands.ambient(DATABASE_URL=made.url, WEDSYNC_SECRET=secret)
    done = commands.wedsync("attest", *options, environment=environment)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.deep
async def test_command_and_doctor_say_what_differs_and_only_what_the_code_makes_or_nobody_knows_is_signed(
    installation: Installation,
) -> None:
    code, told = attest(installation)
    assert (code, "every one is what was signed" in told) == (0, True)
    doctor = protection_finding(Settings(database_url=installation.url, secret=SECRET))
    assert doctor.is_well
    await change(installation, AWAY)
    doctor = protection_finding(Settings(database_url=installation.url, secret=SECRET))
    assert (doctor.seen, RUNBOOK in doctor.advice) == ("1 object is not what was signed", True)
    code, told = attest(installation, "--json")
    report = json.loads(told)
    assert (code, report["is_whole"], report["differences"]) == (
        1,
        False,
        [{"kind": "trigger", "name": "app.weddings.changed", "what": "changed"}],
    )
    code, told = attest(installation, "--accept")
    assert (code, "Not signed" in told) == (1, True)
    await change(installation, BACK)
    assert attest(installation)[0] == 1
    await change(installation, FOREIGN)
    code, told = attest(installation, "--accept")
    assert (code, "no code knows them:\n  database here: changed\n" in told) == (0, True)
    code, told = attest(installation)
    assert (code, "database here" in told) == (0, False)
    assert attest(installation, secret="b" * 40)[0] == 1
    await change(installation, FOREIGN_NO_MORE)
    lines: list[str] = []
    sign(installation.url, SECRET, lines.append, is_due=True)  # as `wedsync migrate` does
    assert lines == ["Signed, as no code knows it: database here: changed"]
    assert protection_finding(Settings(database_url=installation.url, secret=SECRET)).is_well
