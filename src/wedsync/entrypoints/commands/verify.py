"""`wedsync verify chain`: is every fact what was once written."""

from __future__ import annotations

import os
import sys
from uuid import UUID

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.verification import BrokenFact, CannotVerify, verify_chains

HELP = """Prove what is stored against itself."""
CHAIN_HELP = """Recompute the chain of every wedding's facts: nothing altered, removed or added past the guard.

Needs DATABASE_URL of an administrator, or a running `wedsync up`. Changes nothing. Ends with 1 if anything is broken.
Erased values leave every chain whole."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What --json prints."""

    is_whole: bool
    weddings: int
    revisions: int
    broken: list[BrokenFact]


def command() -> click.Group:
    """`verify`, with what can be proved."""
    group = click.Group("verify", help=HELP)
    wedding = click.Option(["--wedding"], type=click.UUID, default=None, help="One wedding alone.")
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    group.add_command(click.Command("chain", callback=chain, params=[wedding, as_json], help=CHAIN_HELP))
    return group


def chain(*, wedding: UUID | None, as_json: bool) -> None:
    """Look at all, tell, and end with 1 if something does not fit."""
    report = Report(is_whole=True, weddings=0, revisions=0, broken=[])
    try:
        for checked in verify_chains(settings_for("admin").database_url, wedding):
            report = Report(
                is_whole=report.is_whole and not checked.broken,
                weddings=report.weddings + checked.weddings,
                revisions=report.revisions + checked.revisions,
                broken=[*report.broken, *checked.broken],
            )
            _show_progress(f"{report.weddings:,} weddings")
    except CannotVerify as error:
        raise CannotStart(ExitCode.FAILED, f"The chains cannot be read: {error}") from None
    _show_progress("")
    if wedding is not None and not report.weddings:
        message = f"There is no wedding {wedding}."
        raise click.BadParameter(message)
    click.echo(msgspec.json.encode(report).decode() if as_json else _told(report))
    sys.exit(0 if report.is_whole else 1)


def _show_progress(text: str) -> None:
    """For who watches, on one line; a file or a pipe gets the report alone."""
    if os.isatty(2):
        click.echo(f"\r{text}", nl=False, err=True)


def _told(report: Report) -> str:
    told = f"{report.weddings:,} weddings, {report.revisions:,} revisions: "
    if report.is_whole:
        return f"{told}every one is what was written."
    return "\n".join([f"{told}BROKEN", *map(_line, report.broken)])


def _line(each: BrokenFact) -> str:
    what = (
        f"{each.fact_key} revision {each.revision} was altered" if each.fact_key else "revisions are missing or added"
    )
    return f"  wedding {each.wedding_id}: {what}"
