"""`wedsync operator`: who runs the installation. The one way in."""

from __future__ import annotations

from typing import Final

import click
import msgspec

from wedsync.entrypoints.commands.sessions import session_option, sign_in
from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.features.people import administering
from wedsync.kernel.permissions import OperatorRole
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.operators import CannotAppoint, appoint, appointed, dismiss

HELP = """Appoint who runs the installation: they see the control room and decide about releases in a freeze.

Needs DATABASE_URL of an administrator, or a running `wedsync up`. Every appointment stands in the audit."""
ADD_HELP = """Appoint a person who has an account, or give an operator another role."""
ROLES: Final = ", ".join(each.value for each in OperatorRole)
SIGN_IN_HELP = """Begin a session at this terminal, for `wedsync freeze override`. It lasts a day."""
RESET_HELP = """For who has lost their app and their recovery codes: it is off, and they sign in again.

Call them back on a number you know first. They are told by letter; an operator sets another one up at once."""
REMOVE_HELP = """End it at once. What they did stays on record."""


def command() -> click.Group:
    """`operator`, with sign-in, add, list, reset-second-step and remove."""
    group = click.Group("operator", help=HELP)
    email = click.Argument(["email"])
    role = click.Option(["--role"], required=True, help=f"One of {ROLES}.")
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    password = click.Option(["--password"], prompt=True, hide_input=True, help="Asked for when it is not given.")
    code = click.Option(["--code"], prompt="Code of your app", help="Asked for when it is not given.")
    sign = [email, password, code, session_option()]
    group.add_command(click.Command("sign-in", callback=sign_in, params=sign, help=SIGN_IN_HELP))
    group.add_command(click.Command("add", callback=add, params=[email, role], help=ADD_HELP))
    group.add_command(click.Command("list", callback=listed, params=[as_json], help="Show all of them."))
    group.add_command(click.Command("reset-second-step", callback=reset_second_step, params=[email], help=RESET_HELP))
    group.add_command(click.Command("remove", callback=remove, params=[email], help=REMOVE_HELP))
    return group


def add(*, email: str, role: str) -> None:
    """Appoint them."""
    if role not in {each.value for each in OperatorRole}:
        message = f"{role!r} is none of {ROLES}."
        raise click.BadParameter(message)
    try:
        is_done = appoint(settings_for("admin").database_url, email.strip().lower(), role)
    except CannotAppoint as error:
        raise CannotStart(ExitCode.FAILED, f"Nobody was appointed: {error}") from None
    if not is_done:
        message = f"Nobody has an account under {email}. They sign up first."
        raise click.ClickException(message)
    click.echo(f"{email} is {OperatorRole(role).label.lower()} now. They sign in again.")


def reset_second_step(*, email: str) -> None:
    """Turn it off."""
    try:
        is_done = administering.reset_second_step(settings_for("admin").database_url, email.strip().lower())
    except CannotAppoint as error:
        raise CannotStart(ExitCode.FAILED, f"Nothing was changed: {error}") from None
    if not is_done:
        message = f"{email} has no second step."
        raise click.ClickException(message)
    click.echo(f"The second step of {email} is off. They sign in again.")


def remove(*, email: str) -> None:
    """Dismiss them."""
    try:
        is_done = dismiss(settings_for("admin").database_url, email.strip().lower())
    except CannotAppoint as error:
        raise CannotStart(ExitCode.FAILED, f"Nothing was changed: {error}") from None
    if not is_done:
        message = f"{email} is no operator."
        raise click.ClickException(message)
    click.echo(f"{email} is no operator any more.")


def listed(*, as_json: bool) -> None:
    """Everybody who runs it now."""
    try:
        found = appointed(settings_for("admin").database_url)
    except CannotAppoint as error:
        raise CannotStart(ExitCode.FAILED, f"The operators cannot be read: {error}") from None
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif not found:
        click.echo("Nobody yet. `wedsync operator add them@example.org --role ops` appoints the first.", err=True)
    for each in () if as_json else found:
        click.echo(f"{each.email}  {each.name}  {OperatorRole(each.role).label}")
