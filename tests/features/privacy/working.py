"""A worker at work at another time, with a ledger and an outbox of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from tests.support.database import TestDatabase, sealer, travelling
from tests.support.web import BASE_URL

from wedsync.features.privacy.erasing import erase_due
from wedsync.platform.database import Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer

A_DAY = timedelta(hours=24, minutes=1)


@asynccontextmanager
async def workshop_of(tests: TestDatabase, folder: Path, *, later: timedelta = A_DAY) -> AsyncIterator[Workshop]:
    """What a job may use, so much later."""
    async with travelling(tests, later), Database(tests.worker_url, sealer()) as database:
        yield Workshop(
            database=database, mailer=OutboxMailer(folder / "outbox", "us@example.org"), base_url=BASE_URL, home=folder
        )


async def forget_now(tests: TestDatabase, folder: Path, *, later: timedelta = A_DAY) -> None:
    """Carry out every erasure that is due then."""
    async with workshop_of(tests, folder, later=later) as workshop:
        await erase_due(folder / "erasures.ledger", workshop)
