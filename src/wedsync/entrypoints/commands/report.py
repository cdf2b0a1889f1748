"""`wedsync report`: how the installation stands, measured, with evidence."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import click
import msgspec

from wedsync.entrypoints.commands.doctor import look
from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.kernel.problems import Problem
from wedsync.operations.report.evidence import FOLDER
from wedsync.operations.report.gathering import Surroundings, gather
from wedsync.operations.report.markdown import as_markdown
from wedsync.operations.report.model import Report
from wedsync.operations.report.views import page_of
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.pages import render
from wedsync.platform.settings import Settings

HELP = """Print how this installation stands, measured, each line with its evidence; nothing is typed by hand.

\b
wedsync report                          as Markdown
wedsync report --html > it.html  as a page that needs no server
wedsync report --json                   for a program

What `make test`, `make gates` and the benchmarks left in build/evidence is proof only for the commit that runs."""


def command() -> click.Command:
    """`report`, with --html, --json and --evidence."""
    as_html = click.Option(["--html", "as_html"], is_flag=True, help="Print as a page that needs no server.")
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    folder = click.Path(path_type=Path)
    evidence = click.Option(["--evidence"], type=folder, default=FOLDER, help=f"Where proofs were left [{FOLDER}].")
    return click.Command("report", callback=report, params=[as_html, as_json, evidence], help=HELP)


def report(*, as_html: bool, as_json: bool, evidence: Path) -> None:
    """Look at everything and print it."""
    settings = settings_for("worker")
    try:
        found = asyncio.run(_gathered(settings, evidence))
    except Problem as error:
        raise CannotStart(ExitCode.FAILED, f"The database does not answer as the worker: {error}") from None
    click.echo(_printed(found, as_html=as_html, as_json=as_json), nl=False)


async def _gathered(settings: Settings, evidence: Path) -> Report:
    checkout = Path.cwd()
    commit = settings.commit or _git(checkout, "rev-parse", "HEAD") or ""
    # Where git does not say that nothing differs, something may.
    differs = not settings.commit and _git(checkout, "status", "--porcelain") != ""
    around = Surroundings(checkout=checkout, evidence=evidence, commit=commit, differs=differs)
    return await gather(settings, await look(), around)


def _printed(found: Report, *, as_html: bool, as_json: bool) -> str:
    if as_json:
        return msgspec.json.encode(found).decode() + "\n"
    return render(page_of(found)) if as_html else as_markdown(found)


def _git(folder: Path, *asked: str) -> str | None:
    """What it says; None where there is no repository, or no git."""
    try:
        said = subprocess.run(  # noqa: S603 - our own words, the path is an argument
            ["git", "-C", str(folder), *asked],  # noqa: S607 - whichever git there is
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if said.returncode else said.stdout.strip()
