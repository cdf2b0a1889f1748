"""`wedsync hold`: what is in a dispute stays. Each step is the API's."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID

import click
import msgspec

from wedsync.entrypoints.commands.sessions import answer_of, session_option, signed_in
from wedsync.kernel.shield import show_instant
from wedsync.operations.holds.model import Hold, State

HELP = """Hold what is in a dispute: nothing of it is purged or erased (G5). It lets nobody read anything.

\b
One asks:                 wedsync hold set --person ID --reason "Claim 4711"
Another one sets it:      wedsync hold approve ID
To let it go, likewise:   wedsync hold release ID, by one and then by another

Sign in first: wedsync operator sign-in YOU@EXAMPLE.ORG."""
RELEASE_HELP = """Let it go: the first who says so asks for it, somebody else does it."""
PLACE: Final = "/api/v1/operations/holds"


def command() -> click.Group:
    """`hold`, with its steps in order."""
    group = click.Group("hold", help=HELP)
    session, as_json = session_option(), click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    hold = click.Argument(["hold"], type=click.UUID)
    asked: list[click.Parameter] = [
        click.Option(["--person"], type=click.UUID, default=None, help="The person to hold, by id."),
        click.Option(["--wedding"], type=click.UUID, default=None, help="Or the wedding."),
        click.Option(["--reason"], required=True, help="The matter, by its file rather than by names."),
    ]
    for name, callback, params, told in (
        ("set", ask, asked, "Ask for a hold; it holds once somebody else approves it."),
        ("approve", approve, [hold], "Set it, as the second."),
        ("release", release, [hold], RELEASE_HELP),
        ("list", listed, [], "Show the latest hundred, and how they stand."),
    ):
        group.add_command(click.Command(name, callback=callback, params=[*params, session, as_json], help=told))
    return group


def ask(*, person: UUID | None, wedding: UUID | None, reason: str, session: Path | None, as_json: bool) -> None:
    """Ask."""
    body = {"reason": reason, "subject_id": person, "wedding_id": wedding}
    _tell(answer_of(signed_in(session), Hold, "POST", PLACE, body), as_json=as_json)


def approve(*, hold: UUID, session: Path | None, as_json: bool) -> None:
    """Set it."""
    _tell(answer_of(signed_in(session), Hold, "PUT", f"{PLACE}/{hold}/approval"), as_json=as_json)


def release(*, hold: UUID, session: Path | None, as_json: bool) -> None:
    """Ask for it, or do it."""
    client = signed_in(session)
    stands = next(
        (each for each in answer_of(client, list[Hold], "GET", f"{PLACE}?limit=100") if each.id == hold), None
    )
    is_asked = stands is not None and stands.state is State.RELEASE_REQUESTED
    _tell(answer_of(client, Hold, "PUT", f"{PLACE}/{hold}/release{'/approval' if is_asked else ''}"), as_json=as_json)


def listed(*, session: Path | None, as_json: bool) -> None:
    """Show them."""
    found = answer_of(signed_in(session), list[Hold], "GET", f"{PLACE}?limit=100")
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif not found:
        click.echo("Nothing is held.", err=True)
    for each in () if as_json else found:
        _tell(each, as_json=False)


def _tell(found: Hold, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    what = f"person {found.subject_id}" if found.subject_id else f"wedding {found.wedding_id}"
    click.echo(f"{found.state.value.upper().replace('_', ' ')}  {found.id}  {what}: {found.reason}")
    click.echo(f"  asked for by {found.asked_by}, {show_instant(found.created_at, 'UTC')}")
    for word, who in (
        ("set", found.approved_by),
        ("its release asked for", found.release_asked_by),
        ("let go", found.released_by),
    ):
        if who is not None:
            click.echo(f"  {word} by {who}")
