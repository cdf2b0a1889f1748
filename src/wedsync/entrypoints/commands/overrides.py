"""`wedsync freeze override`: a release that cannot wait, from asking to the review. Each step is the API's."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID

import click
import msgspec

from wedsync.entrypoints.commands.sessions import answer_of, session_option, signed_in
from wedsync.kernel.ids import PersonId
from wedsync.kernel.shield import show_instant
from wedsync.operations.deployments.queries import Begun, Deployment
from wedsync.operations.operators.queries import Operator
from wedsync.operations.overrides.model import LONGEST_WINDOW_HOURS, Kind, Override
from wedsync.operations.overrides.tokens import Token
from wedsync.operations.shield.verdict import WAITS_FOR_A_GAP, Change
from wedsync.platform.api_client import ApiClient

HELP = """Release in spite of a freeze: for a SEV1, a hole that is used, or data that is being lost (F6).

\b
One asks:                     wedsync freeze override request --kind sev1 …
Two others approve:           wedsync freeze override approve ID
Whoever releases:             wedsync freeze override token ID > token
                              wedsync freeze override redeem --token token --digest sha256:…
Within two working days:      wedsync freeze override review ID …

Sign in first: wedsync operator sign-in YOU@EXAMPLE.ORG."""
REQUEST_HELP = """Ask for one image to be released. Two others approve it, one of them who leads the incident.

--kind rollback returns to the image that ran before: one approval, and nobody who leads.

--kind gap --for CHANGE is no emergency: a change that waits for weddings to end goes between events, if two others
approve. Its token passes no freeze and no running event; --incident says where it is planned, and nobody leads."""
REDEEM_HELP = """Use the token up: of two who come at once one is let through. Release only when this ends with 0."""
RECORD_HELP = """Write down that a release begins; begin it only when this ends with 0.

It is refused while a release may not begin, and on Mondays within an hour of the one before. What an override lets pass
is written down by its redemption."""
WAITING: Final = ", ".join(each.value for each in Change if each in WAITS_FOR_A_GAP)
PLACE: Final = "/api/v1/operations"


def record_command() -> click.Command:
    """`record`: a release that no override lets pass."""
    what = click.Option(["--for", "what"], required=True, help="What kind of change it is.")
    params = [what, _text("--digest", "The image."), session_option()]
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    return click.Command("record", callback=record, params=[*params, as_json], help=RECORD_HELP)


def record(*, what: str, digest: str, session: Path | None, as_json: bool) -> None:
    """Write down that it begins."""
    body = {"change": what, "image_digest": digest}
    begun = answer_of(signed_in(session), Begun, "POST", f"{PLACE}/deployments", body)
    click.echo(msgspec.json.encode(begun).decode() if as_json else f"BEGUN  {begun.id}")


def releases_command() -> click.Command:
    """`releases`: what was recorded."""
    params: list[click.Parameter] = [
        session_option(),
        _after(),
        click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON."),
    ]
    return click.Command(
        "releases", callback=releases, params=params, help="Show the releases that began, newest first."
    )


def releases(*, session: Path | None, after: UUID | None, as_json: bool) -> None:
    """Show them."""
    found = answer_of(signed_in(session), list[Deployment], "GET", _page("deployments", after))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif not found:
        click.echo("None on record.", err=True)
    for each in () if as_json else found:
        click.echo(f"{each.state.value.upper().replace('_', ' ')}  {each.id}  {each.change} by {each.name}")
        click.echo(f"  {each.image_digest}")
        passed = f", let pass for {each.incident}" if each.incident else ""
        click.echo(f"  began {show_instant(each.created_at, 'UTC')}{passed}")


def command() -> click.Group:
    """`override`, with its steps in order."""
    group = click.Group("override", help=HELP)
    session, as_json = session_option(), click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    override = click.Argument(["override"], type=click.UUID)
    for name, callback, params, told in (
        ("request", request, _asked(), REQUEST_HELP),
        ("approve", approve, [override], "Let it pass, as one of two who did not ask for it."),
        ("refuse", refuse, [override], "Let it not pass; who asked takes it back with this."),
        ("list", listed, [_after()], "Show the latest hundred, with their state."),
        ("show", show, [override], "Show one, and what became of it."),
        ("token", token, [override], "Print the token of an approved one: two hours, one use."),
        ("redeem", redeem, [_file("--token"), _text("--digest", "The image you release.")], REDEEM_HELP),
        ("review", review, [override, *_learnt()], "Write down what was learnt; not by who asked for it."),
    ):
        group.add_command(click.Command(name, callback=callback, params=[*params, session, as_json], help=told))
    return group


def request(  # noqa: PLR0913 - each is an option that somebody types
    *,
    kind: str,
    reason: str,
    rollback_plan: str,
    incident: str,
    digest: str,
    commander: str | None,
    change: str | None,
    hours: int,
    session: Path | None,
    as_json: bool,
) -> None:
    """Ask."""
    client = signed_in(session)
    body = {
        "kind": kind,
        "reason": reason,
        "rollback_plan": rollback_plan,
        "incident": incident,
        "image_digest": digest,
        "window_hours": hours,
        "commander_id": None if commander is None else _operator(client, commander),
        "change": change,
    }
    _tell(answer_of(client, Override, "POST", f"{PLACE}/overrides", body), as_json=as_json)


def approve(*, override: UUID, session: Path | None, as_json: bool) -> None:
    """Let it pass."""
    _tell(answer_of(signed_in(session), Override, "PUT", f"{PLACE}/overrides/{override}/approval"), as_json=as_json)


def refuse(*, override: UUID, session: Path | None, as_json: bool) -> None:
    """Let it not pass."""
    _tell(answer_of(signed_in(session), Override, "PUT", f"{PLACE}/overrides/{override}/refusal"), as_json=as_json)


def listed(*, after: UUID | None, session: Path | None, as_json: bool) -> None:
    """Show them."""
    found = answer_of(signed_in(session), list[Override], "GET", _page("overrides", after))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif not found:
        click.echo("None was asked for.", err=True)
    for each in () if as_json else found:
        _head(each)


def show(*, override: UUID, session: Path | None, as_json: bool) -> None:
    """Look at it."""
    _tell(answer_of(signed_in(session), Override, "GET", f"{PLACE}/overrides/{override}"), as_json=as_json)


def token(*, override: UUID, session: Path | None, as_json: bool) -> None:
    """Print it; alone, so that it can be sent into a file."""
    found = answer_of(signed_in(session), Token, "POST", f"{PLACE}/overrides/{override}/tokens")
    click.echo(msgspec.json.encode(found).decode() if as_json else found.token)


def redeem(*, token: Path, digest: str, session: Path | None, as_json: bool) -> None:
    """Use it up."""
    body = {"token": token.read_text("utf-8").strip(), "image_digest": digest}
    _tell(answer_of(signed_in(session), Override, "POST", f"{PLACE}/redemptions", body), as_json=as_json)


def review(*, override: UUID, justified: bool, findings: str, session: Path | None, as_json: bool) -> None:
    """Write down what was learnt."""
    body = {"is_justified": justified, "findings": findings}
    _tell(answer_of(signed_in(session), Override, "PUT", f"{PLACE}/overrides/{override}/review", body), as_json=as_json)


def _asked() -> list[click.Parameter]:
    longest = click.IntRange(1, LONGEST_WINDOW_HOURS)
    return [
        _text("--kind", f"One of {', '.join(each.value for each in Kind)}."),
        _text("--reason", "What is wrong and cannot wait."),
        _text("--rollback-plan", "What happens if the release makes it worse."),
        _text("--incident", "Where the incident is written down."),
        _text("--digest", "The image: sha256: and 64 hexadecimal digits."),
        click.Option(["--commander"], default=None, help="Who leads the incident: an operator's name or id."),
        click.Option(["--for", "change"], default=None, help=f"With --kind gap, one of {WAITING}."),
        click.Option(
            ["--hours"], type=longest, default=4, help="How long it may be used, from now.", show_default=True
        ),
    ]


def _learnt() -> list[click.Parameter]:
    told = "Whether it would be done again."
    return [
        click.Option(["--justified/--not-justified"], required=True, default=None, help=told),
        _text("--findings", "What happened, and what is changed so that it need not happen again."),
    ]


def _after() -> click.Option:
    return click.Option(["--after"], type=click.UUID, default=None, help="Those before this one, by its id.")


def _page(what: str, after: UUID | None) -> str:
    return f"{PLACE}/{what}?limit=100{'' if after is None else f'&after={after}'}"


def _text(name: str, told: str) -> click.Option:
    return click.Option([name], required=True, help=told)


def _file(name: str) -> click.Option:
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.Option([name], type=kind, required=True, help="File with the token.")


def _operator(client: ApiClient, named: str) -> PersonId:
    everybody = answer_of(client, list[Operator], "GET", f"{PLACE}/operators")
    found = [each for each in everybody if named.casefold() in {each.display_name.casefold(), str(each.person_id)}]
    if len(found) != 1:
        names = ", ".join(f"{each.display_name} ({each.person_id})" for each in everybody)
        message = f"{named!r} is not one of the operators: {names}."
        raise click.BadParameter(message)
    return found[0].person_id


def _tell(found: Override, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    _head(found)
    click.echo(f"  {found.image_digest}")
    click.echo(f"  asked for by {found.author}, good until {show_instant(found.window_ends_at, 'UTC')}")
    for each in found.approvals:
        click.echo(f"  approved by {each.name}")
    if found.ended_by is not None:
        click.echo(f"  {found.state.value} by {found.ended_by}")
    if found.commander is not None:
        click.echo(f"  {found.commander} leads the incident")
    if found.used_by is not None:
        due = "" if found.review_due_on is None else f"; its review is due on {found.review_due_on}"
        click.echo(f"  used by {found.used_by}{due}")


def _head(found: Override) -> None:
    kind = found.kind.value if found.change is None else f"{found.kind.value} for {found.change.value}"
    click.echo(f"{found.state.value.upper()}  {found.id}  {kind}, {found.incident}")
