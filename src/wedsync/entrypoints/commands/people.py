"""`wedsync people`: for who has lost how they sign in."""

from __future__ import annotations

from typing import Final

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.features.people.administering import change_address
from wedsync.features.people.model import read_address
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.operators import CannotAppoint, Readdressed

SHORTEST_REASON: Final = 5
LONGEST_REASON: Final = 150
HELP = """For people who cannot help themselves any more. What is done stands in their security events.

Needs DATABASE_URL of an administrator, or a running `wedsync up`."""
ADDRESS_HELP = """Give somebody who no longer reads the mailbox OLD the address NEW to sign in with.

Call them back on a number you know first. Every device of theirs is signed out, links that were sent work no
longer, and letters to both addresses say so."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was done."""

    old: str
    new: str
    state: Readdressed


def command() -> click.Group:
    """`people`, with change-address."""
    group = click.Group("people", help=HELP)
    reason = f"Why, and how you know that it is they: {SHORTEST_REASON} to {LONGEST_REASON} characters. They read it."
    params: list[click.Parameter] = [
        click.Argument(["old"]),
        click.Argument(["new"]),
        click.Option(["--reason"], required=True, help=reason),
        click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON."),
    ]
    group.add_command(click.Command("change-address", callback=readdress, params=params, help=ADDRESS_HELP))
    return group


def readdress(*, old: str, new: str, reason: str, as_json: bool) -> None:
    """Change it."""
    before, after, why = _address(old, "OLD"), _address(new, "NEW"), _reason(reason)
    if before == after:
        message = "OLD and NEW are the same."
        raise click.BadParameter(message)
    try:
        state = change_address(settings_for("admin").database_url, before, after, why)
    except CannotAppoint as error:
        raise CannotStart(ExitCode.FAILED, f"Nothing was changed: {error}") from None
    match state:
        case Readdressed.UNKNOWN:
            message = f"Nobody has an account under {before}."
            raise click.ClickException(message)
        case Readdressed.TAKEN:
            message = f"Somebody has an account under {after} already. Nothing was changed."
            raise click.ClickException(message)
        case Readdressed.CHANGED:
            told = f"{before} signs in with {after} now. They sign in again; letters to both addresses say so."
            click.echo(_json(Told(old=before, new=after, state=state)) if as_json else told)


def _json(told: Told) -> str:
    return msgspec.json.encode(told).decode()


def _address(raw: str, name: str) -> str:
    try:
        return read_address(raw.strip())
    except FieldError as error:
        raise click.BadParameter(error.detail, param_hint=name) from None


def _reason(raw: str) -> str:
    reason = " ".join(raw.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        message = f"Say why in {SHORTEST_REASON} to {LONGEST_REASON} characters."
        raise click.BadParameter(message, param_hint="--reason")
    return reason
