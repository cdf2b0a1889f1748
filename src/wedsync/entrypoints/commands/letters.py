"""`wedsync letters`: why somebody gets a letter, or none."""

from __future__ import annotations

import asyncio

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.features.people.queries import ByEmail
from wedsync.features.preferences.letter_model import LetterTerms
from wedsync.features.preferences.letter_queries import HELD_FOR, TERMS_OF, HeldFor
from wedsync.kernel.clock import utc_now
from wedsync.kernel.letters import CHOSEN, quiet_until
from wedsync.kernel.problems import Unavailable
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.tokens import Sealer

HELP = """Letters to one person."""
WHY_HELP = """Say which letters go to EMAIL and when: what they chose, whether it is night there, and what is held.

What must arrive arrives whatever stands here. Whether the mail server took a letter is in the worker's log."""


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """On which terms letters go to somebody, and what waits for their letter of once a day."""

    terms: LetterTerms
    held: HeldFor


def command() -> click.Group:
    """`letters`, with what one may ask."""
    group = click.Group("letters", help=HELP)
    email = click.Argument(["email"])
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    group.add_command(click.Command("why", callback=why, params=[email, as_json], help=WHY_HELP))
    return group


def why(*, email: str, as_json: bool) -> None:
    """Tell on which terms letters go to them."""
    settings = settings_for("worker")
    try:
        found = asyncio.run(_found(settings.database_url, email))
    except Unavailable:
        raise CannotStart(ExitCode.FAILED, "Nothing can be looked up: the database does not answer.") from None
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif found is None:
        click.echo("No account has this address: every letter to it goes at once.")
    else:
        _tell(found)


def _tell(found: Why) -> None:
    terms = found.terms
    for kind, (label, _) in CHOSEN.items():
        click.echo(f"{label}: {terms.choice(kind).value}")
    until = quiet_until(terms.zone, utc_now(), terms.quiet)
    if terms.quiet is None:
        click.echo("No quiet hours.")
    else:
        now = f"on until {show_instant(until, terms.zone)}" if until else "not on now"
        click.echo(f"Quiet hours {terms.quiet.start:02}:00 to {terms.quiet.end:02}:00 in {terms.zone}: {now}.")
    if found.held.due_at is not None:
        click.echo(f"Held: {found.held.letters}, until {show_instant(found.held.due_at, terms.zone)}.")


async def _found(url: str, email: str) -> Why | None:
    async with Database(url, Sealer(b""), read_connections=1) as database:
        reader = database.reader(NOBODY)
        terms = await reader.maybe(TERMS_OF, ByEmail(email))
        return None if terms is None else Why(terms=terms, held=await reader.one(HELD_FOR, ByEmail(email)))
