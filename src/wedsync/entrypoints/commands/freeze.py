"""`wedsync freeze`: may something be released now, and if not, when again."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import click
import msgspec

from wedsync.entrypoints.commands import overrides
from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.kernel.clock import utc_now
from wedsync.kernel.freeze import FIRST_YEAR, LAST_YEAR, Freeze, FreezeCalendar, FreezeState
from wedsync.kernel.shield import show_instant
from wedsync.operations.overrides.tokens import gap_refusal, public_key
from wedsync.operations.shield.now import trust_in
from wedsync.operations.shield.verdict import ALWAYS, Change, Trust, Verdict, verdict
from wedsync.platform.calendar_feed import calendar_feed
from wedsync.platform.database import Database
from wedsync.platform.release_tokens import NotAToken, read_token
from wedsync.platform.settings import Settings, SettingsError, read_settings, require
from wedsync.platform.tokens import Sealer

HELP = """Say whether releases stand still: Friday 18:00 to Monday 08:00 and over holidays, wherever people marry.

\b
Now, in words:              wedsync freeze status
In a release pipeline:      wedsync freeze check --for deploy
For your own calendar:      wedsync freeze calendar --year 2027 --ics > freezes.ics"""
CHECK_HELP = """End with 0 when it may start, 3 when it is frozen, 4 when that cannot be told, which counts as frozen.

5: it is frozen, and the token holds in everything but the image, because no --digest was given. It lets nothing pass.

--token shows the token of an approved override: it lets the image of --digest pass, and is read with the public key in
--key alone. `wedsync freeze override redeem` uses it up before the release begins.

While a wedding is on outside of a freeze, code (deploy) and migrations that only add (migration) may start; everything
else waits until none is. A rollout under way may always be completed or rolled back.

It compares this machine's clock with the database's; --offline judges by this machine's alone."""
FROZEN: Final = 3
CANNOT_TELL: Final = 4
NO_DIGEST: Final = 5
KINDS: Final = ", ".join(each.value for each in Change)
AHEAD: Final = timedelta(days=40)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A token as a pipeline shows it, for which image; without `key` the house's own is asked."""

    token: Path
    key: Path | None
    digest: str


def command() -> click.Group:
    """`freeze`, with what one may ask it."""
    group = click.Group("freeze", help=HELP)
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    offline = click.Option(["--offline"], is_flag=True, help="Ask no database.")
    year = click.Option(["--year"], type=click.IntRange(FIRST_YEAR, LAST_YEAR), required=True, help="Which year.")
    as_ics = click.Option(["--ics", "as_ics"], is_flag=True, help="Print as a calendar (RFC 5545).")
    what = click.Option(["--for", "what"], required=True, help=f"What you are about to do: {KINDS}.")
    instant = click.Argument(["instant"])
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    shown = [
        click.Option(["--token"], type=file, help="File with the token of an override."),
        click.Option(["--key"], type=file, help="File with the public key, as `wedsync freeze key` prints it."),
        click.Option(["--digest"], default="", help="The image you release."),
    ]
    for made in (
        click.Command("status", callback=status, params=[as_json, offline], help="Show how it stands now."),
        click.Command("at", callback=at, params=[instant, as_json], help="Show how it stands at an instant."),
        click.Command("next", callback=following, params=[as_json], help="Show the freezes of the next weeks."),
        click.Command("calendar", callback=calendar, params=[year, as_json, as_ics], help="Show those of a year."),
        click.Command("check", callback=check, params=[what, as_json, offline, *shown], help=CHECK_HELP),
        click.Command("key", callback=key, help="Print the public key that release tokens are verified with."),
        overrides.record_command(),
        overrides.releases_command(),
        overrides.command(),
    ):
        group.add_command(made)
    return group


def status(*, as_json: bool, offline: bool) -> None:
    """How it stands now."""
    _tell(_now(offline=offline), as_json=as_json)


def at(*, instant: str, as_json: bool) -> None:
    """How it stands, stood or will stand, by the calendar alone."""
    try:
        when = datetime.fromisoformat(instant)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None or not FIRST_YEAR <= when.year <= LAST_YEAR:
        message = f"{instant!r} is no instant. Write it with its offset, such as 2027-05-01T18:00:00+01:00."
        raise click.BadParameter(message)
    settings = read_settings(os.environ)
    trust = Trust(zone_data_checked_on=when.date(), clocks_apart_s=0.0)
    _tell(verdict(FreezeCalendar(settings.cell), when.astimezone(UTC), trust), as_json=as_json)


def following(*, as_json: bool) -> None:
    """What comes, and what is on."""
    settings, now = read_settings(os.environ), utc_now()
    _list(settings, FreezeCalendar(settings.cell).between(now, now + AHEAD), as_json=as_json)


def calendar(*, year: int, as_json: bool, as_ics: bool) -> None:
    """A year's, with those that reach into it."""
    settings = read_settings(os.environ)
    listed = FreezeCalendar(settings.cell).of_year(year)
    if as_ics:
        click.echo(calendar_feed(settings.cell.name, listed), nl=False)
    else:
        _list(settings, listed, as_json=as_json)


def key() -> None:
    """As a JWK."""
    click.echo(public_key(_with_secret()))


def check(*, what: str, as_json: bool, offline: bool, token: Path | None, key: Path | None, digest: str) -> None:
    """May it start? The answer is the exit code."""
    try:
        change = Change(what)
    except ValueError:
        message = f"{what!r} is none of {KINDS}."
        raise click.BadParameter(message) from None
    if change in ALWAYS:
        click.echo("{}" if as_json else f"{what.capitalize()} never waits for a freeze to end.")
        return
    found = _now(offline=offline, change=change)
    if token is not None and not found.may_start:
        found = _with_token(found, change, Shown(token=token, key=key, digest=digest))
        if found.may_start and not digest:
            _tell(msgspec.structs.replace(found, may_start=False), as_json=as_json)
            sys.exit(NO_DIGEST)
    _tell(found, as_json=as_json)
    if not found.may_start:
        sys.exit(CANNOT_TELL if found.state is FreezeState.UNKNOWN else FROZEN)


def _with_token(found: Verdict, change: Change, shown: Shown) -> Verdict:
    """The verdict once a token was shown: it lets its image pass whatever stands still, or its change in a gap."""
    try:
        public = public_key(_with_secret()) if shown.key is None else shown.key.read_text("utf-8")
        release = read_token(shown.token.read_text("utf-8"), public)
    except NotAToken as error:
        return msgspec.structs.replace(found, reason=f"{found.reason} {error}")
    # Without a digest all the rest is looked at, and `check` lets nothing pass.
    refusal = release.refusal(cell=found.cell, digest=shown.digest or release.digest, now=found.told_at)
    refusal = refusal or gap_refusal(release, change, found)
    if refusal:
        return msgspec.structs.replace(found, reason=f"{found.reason} {refusal}")
    if shown.digest:
        reason = f"The token for {release.incident} lets this image pass. Use it up before the release begins."
    else:
        until = show_instant(datetime.fromtimestamp(release.exp, UTC), "UTC")
        reason = (
            f"The token is signed by us, for this cell and for {release.incident}, and good until {until}. "
            "NOT looked at: whether it is for your image. Give --digest."
        )
    return msgspec.structs.replace(found, may_start=True, reason=reason)


def _with_secret() -> Settings:
    """Settings from which the key follows: by themselves, or by the house that runs here."""
    settings = read_settings(os.environ)
    if not settings.release_key and not settings.secret:
        settings = settings_for("app")
        require(settings, "WEDSYNC_SECRET")
    return settings


def _now(*, offline: bool, change: Change = Change.DEPLOY) -> Verdict:
    settings = read_settings(os.environ)
    checked_on = settings.zone_data_checked_on
    trust = Trust(zone_data_checked_on=checked_on, clocks_apart_s=0.0) if offline else asyncio.run(_asked(checked_on))
    return verdict(FreezeCalendar(settings.cell), utc_now(), trust, change)


async def _asked(checked_on: date) -> Trust:
    """What the database says; without one nobody can tell."""
    try:
        url = settings_for("app").database_url
    except SettingsError:
        return Trust(zone_data_checked_on=checked_on, clocks_apart_s=None)
    async with Database(url, Sealer(b""), read_connections=1) as database:
        return await trust_in(database, checked_on)


def _tell(found: Verdict, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    word = "LET PASS" if found.may_start and found.state is not FreezeState.OPEN else found.state.value.upper()
    click.echo(f"{word}  {found.cell}: {found.reason}")
    for zone in found.zones:
        if found.last_start is not None:
            click.echo(f"  last start {show_instant(found.last_start, zone)}")
        elif found.until is not None:
            click.echo(f"  until {show_instant(found.until, zone)}")


def _list(settings: Settings, listed: tuple[Freeze, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(listed).decode())
        return
    zone = settings.cell.regions[0].zones[0]
    for freeze in listed:
        hours = (freeze.ends_at - freeze.starts_at) / timedelta(hours=1)
        click.echo(f"{show_instant(freeze.starts_at, zone)} to {show_instant(freeze.ends_at, zone)}  {hours:g} h")
        click.echo(f"    {freeze.reason}")
