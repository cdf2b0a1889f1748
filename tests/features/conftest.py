"""A house that browsers can visit, and one browser for each file that visits it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright
from tests.features.staging import Stage, stage
from tests.support.browsers import CHROMIUM
from tests.support.database import TestDatabase
from tests.support.web import served, settings_for

from wedsync.entrypoints.web import create_app
from wedsync.platform.database import Database


@pytest.fixture(scope="module")
async def still(database: Database, own_database: TestDatabase) -> Stage:
    """For whoever only looks."""
    return await stage(database, own_database)


@pytest.fixture(scope="module")
async def address(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[str]:
    async with served(create_app(settings_for(own_database, valkey_url, base_url=""))) as found:
        yield found


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """With nothing open, and nothing left open."""
    yield chromium
    for context in chromium.contexts:
        await context.close()
