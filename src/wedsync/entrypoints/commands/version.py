"""`wedsync version`: what runs here, for a bug report."""

import click
import msgspec

import wedsync
from wedsync.platform.health_checks import versions


def command() -> click.Command:
    """`version`, with --json."""
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    return click.Command("version", callback=run, params=[as_json], help="Show what runs here, for a bug report.")


def run(*, as_json: bool) -> None:
    """Print ours and our parts'."""
    found = {"wedsync": wedsync.__version__} | versions()
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for name, text in found.items():
        click.echo(f"{name:<10} {text}")
