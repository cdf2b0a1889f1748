"""Signing in at a terminal: the session lies in a file that only its owner reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import at_its_door
from wedsync.platform.api_client import ApiClient, ApiRefusal
from wedsync.platform.embedded.home import write_private
from wedsync.platform.settings import read_settings

Shape = TypeVar("Shape")


class Begun(msgspec.Struct, frozen=True):
    """What the API answers."""

    token: str


def session_option() -> click.Option:
    """Where the session lies."""
    told = "File with your session, as `wedsync operator sign-in` leaves it."
    kind = click.Path(dir_okay=False, path_type=Path)
    return click.Option(["--session"], type=kind, default=None, help=told)


def sign_in(*, email: str, password: str, code: str, session: Path | None) -> None:
    """Begin a session and keep it."""
    file = session or _usual_file()
    body = {"email": email, "password": password, "code": code}
    begun = answer_of(_client(""), Begun, "POST", "/api/v1/sessions", body)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(file, begun.token)
    click.echo(f"Signed in. The session lies in {file} and lasts a day.")


def signed_in(session: Path | None) -> ApiClient:
    """The API, as the person whose session lies there."""
    file = session or _usual_file()
    try:
        return _client(file.read_text("utf-8").strip())
    except FileNotFoundError:
        message = f"There is no session in {file}. `wedsync operator sign-in YOU@EXAMPLE.ORG` begins one."
        raise click.ClickException(message) from None


def answer_of(  # noqa: PLR0917 - read as it is spoken: of whom, for what, how, where
    client: ApiClient, shape: type[Shape], method: str, path: str, body: object = None
) -> Shape:
    """What the API answers. Raises ClickException with the words it says no with."""
    try:
        return msgspec.json.decode(client.ask(method, path, body), type=shape)
    except ApiRefusal as refusal:
        raise click.ClickException(str(refusal)) from None


def _client(token: str) -> ApiClient:
    return ApiClient(at_its_door(read_settings(os.environ), os.environ).public_url, token)


def _usual_file() -> Path:
    return read_settings(os.environ).home / "secrets" / "operator-session"
