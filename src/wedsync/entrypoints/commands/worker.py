"""`wedsync worker`: does the jobs that pages and the API left in the queue."""

import asyncio
import os

import click

from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.erasure_ledger import LedgerBroken
from wedsync.platform.error_reports import reporting
from wedsync.platform.settings import read_settings, require
from wedsync.platform.supervisor import until_told
from wedsync.platform.telemetry import configure_logging

HELP = """Work through the queue. Needs DATABASE_URL (role wedsync_worker), VALKEY_URL and WEDSYNC_SECRET.

It begins by erasing again what a restored database no longer knows to be erased.
SIGTERM lets the jobs in hand finish. A job that was cut off is done again by the next worker."""


def command() -> click.Command:
    """`worker`."""
    return click.Command("worker", callback=worker, help=HELP)


def worker() -> None:
    """Work until SIGTERM."""
    settings = read_settings(os.environ)
    require(settings, "DATABASE_URL", "VALKEY_URL", "WEDSYNC_SECRET")
    configure_logging(settings.log)
    from wedsync.entrypoints.worker import run  # noqa: PLC0415 - settings first

    try:
        with reporting(settings, "worker"):
            # Told to stop before the queue listens for that itself, it ends as well as later.
            asyncio.run(until_told(run(settings)))
    except LedgerBroken as error:
        sentence = f"{error} Nothing was replayed, and no work is done. Fetch the ledger from its own backup."
        raise CannotStart(ExitCode.FAILED, sentence) from None
