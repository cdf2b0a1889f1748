"""The door in a real browser, which keeps what a form requires: the password beside a link is not required."""

from typing import TypeAlias
from uuid import UUID

import psycopg
import pytest
from playwright.async_api import Browser, expect
from tests.support.browsers import IN_A_BROWSER
from tests.support.database import sealer
from tests.support.world import owner

from wedsync.features.people import links
from wedsync.features.people.jobs import LINK
from wedsync.platform.database import NOBODY, Database

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
pytestmark = IN_A_BROWSER


@pytest.mark.parametrize(("password", "is_let_in"), [("", True), ("too short", False), ("four words of my own", True)])
async def test_a_link_signs_in_without_a_password_as_well(
    browser: Browser, address: str, admin: Admin, database: Database, password: str, *, is_let_in: bool
) -> None:
    somebody = await owner(database, "Pia")
    async with database.transaction(NOBODY) as tx:
        await links.ask_for_link(tx, somebody.email)
    row = await (await admin.execute("select id from app.login_tokens where email = %s", [somebody.email])).fetchone()
    assert row is not None
    async with await browser.new_page(base_url=address) as page:
        await page.goto(f"/sign-in/link/{sealer().token(LINK, UUID(str(row[0])))}")
        await page.get_by_label("Choose a password").fill(password)
        await page.get_by_role("main").get_by_role("button", name="Sign in").click()
        if is_let_in:
            await expect(page).to_have_url(f"{address}/s/{somebody.supplier_id}/today")
        else:
            await expect(page.get_by_role("heading", name="One more step")).to_be_visible()
