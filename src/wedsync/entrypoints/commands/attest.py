"""`wedsync attest`: is everything that protects the weddings what was signed."""

from __future__ import annotations

import sys

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.platform.attested import (
    Attested,
    Attestor,
    CannotAttest,
    Difference,
    against_code,
    from_code,
    keep,
    latest,
    of_this_house,
    powers,
    take,
)
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.settings import Settings, require

HELP = """Compare every trigger, function, policy, privilege and role of the database with what was signed.

Needs DATABASE_URL of an administrator and WEDSYNC_SECRET, or a running `wedsync up`. Ends with 1 if anything differs.

\b
--accept signs the database as it stands, after you have looked: after a restore, or a VACUUM FULL. It refuses where an
object is not what this version of the code makes. What no code knows it names: who goes past everything here, and what
became another since it was signed."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What --json prints."""

    is_whole: bool
    objects: int
    differences: list[Difference]
    powers: list[str]
    accepted: list[Difference]


def command() -> click.Command:
    """`attest`, with --accept and --json."""
    accept = click.Option(["--accept"], is_flag=True, help="Sign it as it stands.")
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    return click.Command("attest", callback=attest, params=[accept, as_json], help=HELP)


def attest(*, accept: bool, as_json: bool) -> None:
    """Look, tell, and end with 1 if something differs."""
    settings = settings_for("admin")
    require(settings, "WEDSYNC_SECRET")
    try:
        report = _looked(settings, accept=accept)
    except CannotAttest as error:
        raise CannotStart(ExitCode.FAILED, f"The catalogue cannot be read: {error}") from None
    click.echo(msgspec.json.encode(report).decode() if as_json else _told(report))
    sys.exit(0 if report.is_whole else 1)


def _looked(settings: Settings, *, accept: bool) -> Report:
    attestor, objects = Attestor(settings.secret), take(settings.database_url)
    accepted = _accept(settings, attestor, objects) if accept else []
    found = attestor.examine(objects, latest(settings.database_url))
    return Report(
        is_whole=not found, objects=len(objects), differences=found, powers=powers(objects), accepted=accepted
    )


def _accept(settings: Settings, attestor: Attestor, objects: tuple[Attested, ...]) -> list[Difference]:
    """What is signed with it that no code knows, and was not signed like that before."""
    wrong = against_code(objects, from_code())
    if wrong:
        listed = "\n".join(_line(each) for each in wrong)
        raise CannotStart(ExitCode.FAILED, f"Not signed: this is not what this version makes.\n{listed}")
    before = latest(settings.database_url)
    keep(settings.database_url, attestor.sign(objects))
    return [] if before is None else of_this_house(objects, before)


def _told(report: Report) -> str:
    lines = [f"{report.objects:,} objects: {'every one is what was signed.' if report.is_whole else 'CHANGED'}"]
    lines += map(_line, report.differences)
    if report.accepted:
        lines += ["Signed with them, as no code knows them:", *map(_line, report.accepted)]
    return "\n".join([*lines, "Past them all go:", *(f"  {each}" for each in report.powers)])


def _line(each: Difference) -> str:
    return f"  {each.kind} {each.name}: {each.what}"
