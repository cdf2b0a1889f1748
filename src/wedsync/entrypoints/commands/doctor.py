"""`wedsync doctor`: looks at everything WedSync stands on and says what to do."""

from __future__ import annotations

import asyncio
import os
import sys

import click
import msgspec

from wedsync.entrypoints.commands.erasures import ledger_finding
from wedsync.entrypoints.commands.surroundings import at_its_door, settings_for
from wedsync.operations.attestation.findings import protection_finding
from wedsync.operations.continuity.findings import continuity_findings
from wedsync.platform.health_checks import Finding, machine_findings, place_of, server_findings, web_finding
from wedsync.platform.settings import Settings, SettingsError, read_settings

HELP = """Check versions, settings, servers, clocks, zones, roles, migrations, protection, ledger, backups.

Says what to do, and changes nothing. Ends with 0 when all is well, else with 1."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What --json prints."""

    is_well: bool
    findings: list[Finding]

    @classmethod
    def of(cls, findings: list[Finding]) -> Report:
        """With advice only where something is not well."""
        told = [msgspec.structs.replace(each, advice="") if each.is_well else each for each in findings]
        return cls(is_well=all(each.is_well for each in findings), findings=told)

    @property
    def printed(self) -> str:
        """As JSON."""
        return msgspec.json.encode(self).decode()


def command() -> click.Command:
    """`doctor`, with --json for who watches from afar."""
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print the findings as JSON.")
    return click.Command("doctor", callback=run, params=[as_json], help=HELP)


def run(*, as_json: bool) -> None:
    """Look, tell, and end with 1 if something is not well."""
    findings = asyncio.run(look())
    report = Report.of(findings)
    if as_json:
        click.echo(report.printed)
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.is_well else 'NO '} {finding.name:<11} {finding.seen}")
            if not finding.is_well:
                click.echo(f"    → {finding.advice}")
    sys.exit(0 if report.is_well else 1)


async def look() -> list[Finding]:
    """Everything there is to look at, whether or not it answers."""
    try:
        machine = machine_findings(read_settings(os.environ))
        app, admin, worker = settings_for("app"), settings_for("admin"), settings_for("worker")
    except SettingsError as error:
        advice = "docs/settings.md lists every setting."
        return [Finding(name="settings", is_well=False, seen=line, advice=advice) for line in error.sentences]
    settings = at_its_door(read_settings(os.environ), os.environ)
    return [
        *_place(settings),
        *machine,
        *_servers(settings, app),
        *await _answers(app, admin),
        protection_finding(admin),
        await ledger_finding(worker),
        *await continuity_findings(worker),
    ]


def _place(settings: Settings) -> list[Finding]:
    """Which house this is, and whether its door answers."""
    home = settings.home.resolve()
    return [
        Finding(name="settings", is_well=True, seen=f"home {home}, open at {settings.public_url}"),
        web_finding(settings),
    ]


def _servers(settings: Settings, found: Settings) -> list[Finding]:
    """What runs here and what was named from outside, without passwords."""
    return [
        Finding(name=f"{name} at", is_well=True, seen=f"{'external' if named else 'embedded'}, {place_of(url)}")
        for name, named, url in (
            ("database", settings.database_url, found.database_url),
            ("valkey", settings.valkey_url, found.valkey_url),
        )
    ]


async def _answers(app: Settings, admin: Settings) -> list[Finding]:
    return await server_findings(app.database_url, admin.database_url, app.valkey_url)
