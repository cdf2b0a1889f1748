"""`wedsync sign-out`: what is done when a device, a mailbox or the secret of this installation is in wrong hands."""

from __future__ import annotations

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.formats import plural
from wedsync.platform.operators import CannotAppoint, sign_out

HELP = """Sign a person out on every device, or everybody with --everybody. It holds at once, in every process.

Needs DATABASE_URL of an administrator, or a running `wedsync up`. Whoever is signed out comes in again as ever: to
keep somebody out, their password and their mailbox have to be theirs again."""


def command() -> click.Command:
    """`sign-out`."""
    email = click.Argument(["email"], required=False)
    everybody = click.Option(["--everybody"], is_flag=True, help="Everybody, operators included.")
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    return click.Command("sign-out", callback=end_all, params=[email, everybody, as_json], help=HELP)


def end_all(*, email: str | None, everybody: bool, as_json: bool) -> None:
    """End their sessions."""
    if (email is None) is not everybody:
        message = "Name an address, or say --everybody."
        raise click.UsageError(message)
    try:
        found = sign_out(settings_for("admin").database_url, None if email is None else email.strip().lower())
    except CannotAppoint as error:
        raise CannotStart(ExitCode.FAILED, f"Nobody was signed out: {error}") from None
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    click.echo(f"Signed out: {plural(found.people, 'person', 'people')}, {plural(found.devices, 'device', 'devices')}.")
