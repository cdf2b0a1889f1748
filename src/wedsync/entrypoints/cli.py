"""The `wedsync` command: everything an operator does, each part with a help that teaches.

It only puts together; what a command does lives in `entrypoints/commands`.
"""

import sys

import click

from wedsync.entrypoints.commands import (
    attest,
    backup,
    doctor,
    drill,
    erasures,
    freeze,
    hold,
    imports,
    jobs,
    letters,
    migrate,
    operator,
    people,
    report,
    requests,
    restore,
    seed,
    sign_out,
    tier,
    up,
    verify,
    version,
    web,
    worker,
)
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.settings import SettingsError

HELP = """WedSync: a couple enters a fact once; every supplier who may read it sees it at once.

\b
On one machine, with nothing else installed:   wedsync up
In production, each where it belongs:          wedsync migrate, web, worker
When something seems wrong:                    wedsync doctor
Before you release something:                  wedsync freeze check --for deploy

Settings come from the environment; docs/settings.md lists them."""

COMMANDS = (
    up.command,
    web.command,
    worker.command,
    migrate.command,
    seed.command,
    doctor.command,
    report.command,
    freeze.command,
    operator.command,
    people.command,
    sign_out.command,
    tier.command,
    jobs.command,
    letters.command,
    verify.command,
    attest.command,
    backup.command,
    restore.command,
    drill.command,
    erasures.command,
    requests.command,
    hold.command,
    imports.command,
    version.command,
)


def command_line() -> click.Group:
    """The group with all commands, in the order in which somebody meets them."""
    help_names: dict[str, list[str]] = {"help_option_names": ["-h", "--help"]}
    group = _InOrder("wedsync", help=HELP, context_settings=help_names)
    for command in COMMANDS:
        group.add_command(command())
    return group


def main() -> None:
    """Run the command; what cannot go on is one sentence on stderr and a number."""
    try:
        command_line().main(prog_name="wedsync")
    except SettingsError as error:
        for sentence in error.sentences:
            click.echo(f"wedsync: {sentence}", err=True)
        sys.exit(ExitCode.SETTINGS)
    except CannotStart as refusal:
        click.echo(f"wedsync: {refusal.sentence}", err=True)
        sys.exit(refusal.code)


class _InOrder(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)
