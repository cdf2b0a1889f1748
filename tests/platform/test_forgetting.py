"""What is kept for a while only goes when its time is over, and not before."""

from pathlib import Path

import httpx
import psycopg
from tests.support.database import TestDatabase, sealer
from tests.support.world import owner, person

from wedsync.features.client_lists.actions import bring_list
from wedsync.features.client_lists.files import read_file
from wedsync.features.people.links import ask_for_link
from wedsync.kernel.ids import new_id
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.forgetting import forget
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]


async def counted(admin: Admin, sql: str, *values: object) -> object:
    row = await (await admin.execute(sql, values)).fetchone()
    assert row is not None
    return row[0]


async def test_an_answer_is_forgotten_after_a_day_and_kept_until_then(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    headers = clara.bearer | {"idempotency-key": "founded-once"}
    assert (await client.post("/api/v1/weddings", json={"first_name": "Clara"}, headers=headers)).status_code == 201
    kept = "select count(*) from app.idempotency_keys where person_id = %s"
    for travel, left in (("23 hours", 1), ("25 hours", 0)):
        await admin.execute("select set_config('app.travel', %s, false)", [travel])
        await admin.execute("select app.forget_answers()")
        assert await counted(admin, kept, clara.person_id) == left


async def test_a_link_that_nobody_used_is_forgotten_after_thirty_days(database: Database, admin: Admin) -> None:
    address = f"{new_id().hex}@example.org"
    async with database.transaction(NOBODY) as tx:
        await ask_for_link(tx, address)
    kept = "select count(*) from app.login_tokens where email = %s"
    for travel, left in (("29 days", 1), ("31 days", 0)):
        await admin.execute("select set_config('app.travel', %s, false)", [travel])
        await admin.execute("select app.forget_links()")
        assert await counted(admin, kept, address) == left
    assert await counted(admin, "select count(*) from app.audit_events where before::text like %s", f"%{address}%") == 0


async def test_the_rows_of_a_list_are_forgotten_once_it_can_no_longer_be_undone(
    database: Database, admin: Admin
) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    async with database.transaction(anna.actor) as tx:
        brought = await bring_list(tx, anna.supplier_id, read_file(b"Name\nAnn Lee\n"))
    kept = "select count(*) from app.client_import_rows where import_id = %s"
    for travel, left in (("29 days", 1), ("31 days", 0)):
        await admin.execute("select set_config('app.travel', %s, false)", [travel])
        await admin.execute("select app.forget_lists()")
        assert await counted(admin, kept, brought.id) == left


async def test_a_reminder_is_forgotten_thirty_days_after_it_went_and_never_while_it_waits(
    database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    await admin.execute("set role wedsync_guard")
    for letter in (new_id(), None):
        await admin.execute(
            "insert into app.reminders (person_id, opened_at, letter_id, taken_at)"
            " values (%(whose)s, now(), %(letter)s, case when %(letter)s::uuid is not null then now() end)",
            {"whose": clara.person_id, "letter": letter},
        )
    await admin.execute("reset role")
    kept = "select count(*) from app.reminders where person_id = %s"
    for travel, left in (("29 days", 2), ("31 days", 1)):
        await admin.execute("select set_config('app.travel', %s, false)", [travel])
        await admin.execute("select app.forget_reminders()")
        assert await counted(admin, kept, clara.person_id) == left


async def test_the_worker_may_forget_and_the_web_may_not(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    async with Database(own_database.worker_url, sealer()) as workers:
        mailer = OutboxMailer(tmp_path, "us@example.org")
        await forget(Workshop(database=workers, mailer=mailer, base_url="http://wedsync.test"))
    with psycopg.connect(own_database.app_url) as web:
        try:
            web.execute("select app.forget_answers()")
        except psycopg.errors.InsufficientPrivilege:
            return
    raise AssertionError("the web forgot")
