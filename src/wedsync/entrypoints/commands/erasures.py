"""`wedsync erasures`: a restored database forgets again what was erased since."""

from __future__ import annotations

import asyncio
import sys

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.features.privacy.queries import LINES_NOTED
from wedsync.features.privacy.replaying import Replayed
from wedsync.features.privacy.replaying import replay as replay_all
from wedsync.kernel.problems import Problem
from wedsync.platform.database import NOBODY, Database, NoParams
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.erasure_ledger import LedgerBroken
from wedsync.platform.formats import plural
from wedsync.platform.health_checks import Finding
from wedsync.platform.settings import Settings
from wedsync.platform.tokens import Sealer

LEDGER = "ledger"
HELP = """What was erased stays erased.

Erasures are written down outside of the database, under pseudonyms (WEDSYNC_ERASURE_LEDGER)."""
REPLAY_HELP = """Erase again, in a restored database, what was erased since it was backed up. Before it serves anybody.

Needs DATABASE_URL of the worker and WEDSYNC_SECRET, or a running `wedsync up`, which does this by itself at its start.
To repeat it changes nothing."""
CHECK_HELP = (
    """Compare the ledger with the database, and change nothing. Ends with 1 when something has to be replayed."""
)


def command() -> click.Group:
    """`erasures`, with what can be done about them."""
    group = click.Group("erasures", help=HELP)
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    group.add_command(click.Command("replay", callback=replay, params=[as_json], help=REPLAY_HELP))
    group.add_command(click.Command("check", callback=check, params=[as_json], help=CHECK_HELP))
    return group


def replay(*, as_json: bool) -> None:
    """Do it, and tell."""
    click.echo(_told(_run(only_look=False), as_json=as_json, verb="erased again"))


def check(*, as_json: bool) -> None:
    """Look, tell, and end with 1 when there is something to do."""
    report = _run(only_look=True)
    click.echo(_told(report, as_json=as_json, verb="to be erased again"))
    sys.exit(1 if report.again else 0)


async def ledger_finding(settings: Settings) -> Finding:
    """For `doctor`: where the ledger is, whether its chain is whole, and whether all of it is carried out."""
    place = settings.erasure_ledger_path
    try:
        async with Database(settings.database_url, Sealer(settings.secret.encode())) as database:
            report = await replay_all(database, place, only_look=True)
            async with database.transaction(NOBODY) as tx:
                noted = (await tx.one(LINES_NOTED, NoParams())).lines
    except LedgerBroken as error:
        return _finding(f"{place}: {error}", "Fetch the ledger from its own backup: the longest that is whole.")
    except (Problem, OSError) as error:
        return _finding(f"{place}: cannot tell: {error}", "Ask with the DATABASE_URL of the worker.")
    if noted and not report.written_down:
        return _finding(
            f"nothing is written down in {place}, but this database knows of {plural(noted, 'erasure', 'erasures')}",
            "Name the right file with WEDSYNC_ERASURE_LEDGER, or fetch it from its own backup.",
        )
    seen = f"{place}: {plural(report.written_down, 'erasure', 'erasures')}, chain whole"
    if report.again:
        return _finding(f"{seen}, {report.again:,} to be carried out again", "Run `wedsync erasures replay`.")
    return Finding(name=LEDGER, is_well=True, seen=f"{seen}, nothing to carry out again")


def _finding(seen: str, advice: str) -> Finding:
    return Finding(name=LEDGER, is_well=False, seen=seen, advice=advice)


def _run(*, only_look: bool) -> Replayed:
    try:
        return asyncio.run(_replayed(only_look=only_look))
    except LedgerBroken as error:
        raise CannotStart(
            ExitCode.FAILED, f"{error} Nothing was replayed. Fetch the ledger from its own backup."
        ) from None
    except Problem as problem:
        raise CannotStart(ExitCode.FAILED, f"The erasures were not replayed: {problem}") from None


async def _replayed(*, only_look: bool) -> Replayed:
    settings = settings_for("worker")
    async with Database(settings.database_url, Sealer(settings.secret.encode())) as database:
        return await replay_all(database, settings.erasure_ledger_path, only_look=only_look)


def _told(report: Replayed, *, as_json: bool, verb: str) -> str:
    if as_json:
        return msgspec.json.encode(report).decode()
    return (
        f"{report.written_down:,} erasures are written down: {report.known:,} known here, {report.again:,} {verb}, "
        f"{report.of_nobody:,} of nobody in this database."
    )
