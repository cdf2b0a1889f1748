"""A release that cannot wait: one asks, two others approve, it is used once and reviewed. Nobody goes round any of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import LiteralString
from uuid import UUID

import msgspec
import psycopg
import pytest
from tests.database.roles import Role, role
from tests.operations.releasing import (
    CELL,
    DIGEST,
    OTHER_DIGEST,
    Staff,
    approve,
    approved,
    ask,
    hire,
    raced,
    refuse,
    use,
    wanted,
)
from tests.support.database import TestDatabase, travelling
from tests.support.web import client_of
from tests.support.world import Somebody

from wedsync.kernel.freeze import BusyDates, Cell, Region
from wedsync.kernel.problems import AlreadyDone, Conflict, Forbidden, Invalid, NotFound
from wedsync.kernel.working_days import working_days_after
from wedsync.operations.overrides import actions
from wedsync.operations.overrides.model import Kind, Override, Review, State
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.operators import dismiss
from wedsync.platform.release_tokens import NotAToken, Release, ReleaseKey, read_token

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
LEARNT = Review(is_justified=True, findings="The cache kept a stale key; its lifetime is bounded now.")
API = "/api/v1/operations"


@pytest.fixture(scope="module")
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    return await hire(database, own_database)


async def review(database: Database, somebody: Somebody, override: Override, learnt: Review = LEARNT) -> Override:
    async with database.transaction(somebody.actor) as tx:
        return await actions.review_override(tx, somebody.person_id, override.id, learnt)


async def test_one_asks_two_others_approve_it_is_used_and_reviewed(database: Database, staff: Staff) -> None:
    asked = await ask(database, staff)
    assert (asked.state, asked.author, asked.commander) == (State.REQUESTED, "Olga", "Oscar")
    assert timedelta(hours=4) - (asked.window_ends_at - asked.created_at) < timedelta(seconds=1)
    first = await approve(database, staff.dora, asked.id)
    assert first.state is State.REQUESTED
    again = await approve(database, staff.dora, asked.id)
    assert (again.state, len(again.approvals)) == (State.REQUESTED, 1)
    second = await approve(database, staff.oscar, asked.id)
    assert (second.state, [each.name for each in second.approvals]) == (State.APPROVED, ["Dora", "Oscar"])
    used = await use(database, staff.olga, asked.id)
    assert (used.state, used.used_by) == (State.USED, "Olga")
    reviewed = await review(database, staff.dora, used)
    assert (reviewed.state, reviewed.reviewed_by, reviewed.is_justified) == (State.REVIEWED, "Dora", True)
    with pytest.raises(Conflict):
        await review(database, staff.oscar, used)


async def test_who_asked_neither_approves_nor_reviews(database: Database, staff: Staff) -> None:
    asked = await ask(database, staff)
    with pytest.raises(Forbidden, match="Two others"):
        await approve(database, staff.olga, asked.id)
    used = await use(database, staff.olga, (await approved(database, staff)).id)
    with pytest.raises(Forbidden, match="Somebody else"):
        await review(database, staff.olga, used)


async def test_an_approval_does_not_outlive_the_role_it_was_given_in(
    database: Database, own_database: TestDatabase
) -> None:
    staff = await hire(database, own_database)
    ready = await approved(database, staff)
    assert dismiss(own_database.admin_url, staff.dora.email)
    with pytest.raises(Conflict, match="not approved"):
        await use(database, staff.olga, ready.id)


async def test_two_approvals_without_who_leads_the_incident_are_not_enough(
    database: Database, own_database: TestDatabase, staff: Staff
) -> None:
    other = (await hire(database, own_database)).dora
    asked = await ask(database, staff)
    await approve(database, staff.dora, asked.id)
    assert (await approve(database, other, asked.id)).state is State.REQUESTED
    with pytest.raises(Conflict, match="not approved"):
        await use(database, staff.olga, asked.id)
    assert (await approve(database, staff.oscar, asked.id)).state is State.APPROVED


@pytest.mark.parametrize("name", ["sid", "fay"])
async def test_who_does_not_release_looks_and_changes_nothing(database: Database, staff: Staff, name: str) -> None:
    somebody = getattr(staff, name)
    ready = await approved(database, staff)
    with pytest.raises(Forbidden):
        await approve(database, somebody, ready.id)
    with pytest.raises(Forbidden):
        await use(database, somebody, ready.id)
    async with database.transaction(somebody.actor) as tx:
        with pytest.raises(Forbidden):
            await actions.request_override(tx, somebody.person_id, wanted(staff))


async def test_nobody_acts_in_another_operators_name(database: Database, staff: Staff) -> None:
    asked = await ask(database, staff)
    async with database.transaction(staff.olga.actor) as tx:
        with pytest.raises(NotFound):
            await actions.approve_override(tx, staff.oscar.person_id, asked.id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "It is urgent."}, "reason"),
        ({"rollback_plan": " none "}, "rollback_plan"),
        ({"incident": " "}, "incident"),
        ({"image_digest": "latest"}, "image_digest"),
        ({"window_hours": 25}, "window_hours"),
        ({"commander_id": None}, "commander_id"),
        ({"kind": Kind.ROLLBACK}, "commander_id"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(
    database: Database, staff: Staff, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await ask(database, staff, **changes)
    assert refusal.value.document()["errors"][0]["field"] == field  # type: ignore[index,call-overload]


async def test_who_leads_the_incident_is_another_operator(database: Database, staff: Staff) -> None:
    with pytest.raises(Invalid):
        await ask(database, staff, commander_id=staff.olga.person_id)


async def test_after_its_window_it_is_worth_nothing(
    database: Database, own_database: TestDatabase, staff: Staff
) -> None:
    ready = await approved(database, staff, window_hours=1)
    async with travelling(own_database, timedelta(minutes=61)) as later:
        with pytest.raises(Conflict, match="window"):
            await use(later, staff.olga, ready.id)
        with pytest.raises(Conflict, match="expired"):
            await approve(later, staff.dora, ready.id)


async def test_who_asked_takes_it_back_and_nothing_passes(database: Database, staff: Staff) -> None:
    ready = await approved(database, staff)
    ended = await refuse(database, staff.olga, ready.id)
    assert (ended.state, ended.ended_by) == (State.WITHDRAWN, "Olga")
    assert await refuse(database, staff.dora, ready.id) == ended
    with pytest.raises(Conflict, match="refused or taken back"):
        await use(database, staff.dora, ready.id)
    with pytest.raises(Conflict, match="withdrawn"):
        await approve(database, staff.oscar, ready.id)


async def test_who_could_approve_refuses_and_nobody_else(database: Database, staff: Staff) -> None:
    asked = await ask(database, staff)
    with pytest.raises(Forbidden):
        await refuse(database, staff.fay, asked.id)
    ended = await refuse(database, staff.dora, asked.id)
    assert (ended.state, ended.ended_by) == (State.REFUSED, "Dora")


# ---------------------------------------------------------------- below the actions


@pytest.fixture
async def as_app(own_database: TestDatabase) -> AsyncIterator[Role]:
    async with role(own_database.app_url) as opened:
        yield opened


APPROVE: LiteralString = "insert into app.protection_approvals (person_id, author_id, override_id) values (%s, %s, %s)"
USE: LiteralString = (
    "insert into app.protection_redemptions (person_id, author_id, override_id, review_due_on) "
    "values (%s, %s, %s, '2031-01-01')"
)
REFUSE: LiteralString = "insert into app.protection_refusals (person_id, author_id, override_id) values (%s, %s, %s)"


async def test_the_tables_refuse_what_the_actions_refuse(database: Database, as_app: Role, staff: Staff) -> None:
    asked, olga, dora, sid = await ask(database, staff), staff.olga, staff.dora, staff.sid
    by_olga = (olga.person_id, olga.person_id, asked.id)
    assert (await as_app(olga.actor, APPROVE, *by_olga)).state == "23514"  # the author
    assert (await as_app(dora.actor, APPROVE, staff.oscar.person_id, olga.person_id, asked.id)).state == "42501"
    assert (await as_app(sid.actor, APPROVE, sid.person_id, olga.person_id, asked.id)).state == "42501"
    assert (await as_app(dora.actor, APPROVE, dora.person_id, staff.oscar.person_id, asked.id)).state == "23503"
    assert (await as_app(olga.actor, USE, *by_olga)).state == "WS002"  # not approved
    assert (await as_app(dora.actor, APPROVE, dora.person_id, olga.person_id, asked.id)).state == ""


@pytest.mark.parametrize(
    "statement",
    [
        "update app.protection_overrides set image_digest = 'sha256:' || repeat('0', 64)",
        "update app.protection_overrides set window_ends_at = window_ends_at + interval '1 hour'",
        "update app.protection_approvals set person_id = app.actor_id()",
        "delete from app.protection_redemptions",
        "truncate app.protection_reviews",
        "insert into app.protection_approvals (person_id, author_id, override_id, created_at) select app.actor_id(), person_id, id, '2020-01-01' from app.protection_overrides",
    ],
)
async def test_nothing_that_was_written_is_changed_or_taken_away(
    database: Database, as_app: Role, own_database: TestDatabase, staff: Staff, statement: LiteralString
) -> None:
    await use(database, staff.olga, (await approved(database, staff)).id)
    assert (await as_app(staff.oscar.actor, statement)).state == "42501"
    if not statement.startswith("insert"):
        async with role(own_database.admin_url) as as_admin:  # nor by who passes every policy
            assert (await as_admin(staff.oscar.actor, statement)).state == "WS003"


async def test_every_step_stands_in_the_audit(database: Database, admin: Admin, staff: Staff) -> None:
    used = await use(database, staff.dora, (await approved(database, staff)).id)
    await review(database, staff.oscar, used)
    found = await admin.execute(
        "select e.table_name, p.name from app.audit_events e join app.people p on p.id = e.actor_id "
        "where e.table_name like 'protection%%' and e.row_id in (select %(id)s::uuid "
        "union select id from app.protection_approvals where override_id = %(id)s "
        "union select id from app.protection_redemptions where override_id = %(id)s "
        "union select id from app.protection_reviews where override_id = %(id)s) order by e.id",
        {"id": used.id},
    )
    assert await found.fetchall() == [
        ("protection_overrides", "Olga"),
        ("protection_approvals", "Oscar"),
        ("protection_approvals", "Dora"),
        ("protection_redemptions", "Dora"),
        ("protection_reviews", "Oscar"),
    ]


async def test_a_stranger_sees_none_of_it(database: Database, as_app: Role, staff: Staff, world: object) -> None:
    await ask(database, staff)
    stranger = msgspec.structs.replace(staff.olga.actor, supplier_id=staff.olga.person_id)
    seen = await as_app(stranger, "select count(*) from live.protection_overrides where person_id <> app.actor_id()")
    assert seen.only == 0


# ---------------------------------------------------------------- once, whoever comes first


async def wins(database: Database, staff: Staff, rounds: int) -> list[int]:
    """How many of eight got through, round by round."""
    found = []
    for _ in range(rounds):
        ready = await approved(database, staff)
        outcomes = await raced(database, staff, ready.id)
        assert all(isinstance(each, (Override, AlreadyDone)) for each in outcomes), outcomes
        found.append(sum(isinstance(each, Override) for each in outcomes))
    return found


async def test_of_eight_who_use_one_token_exactly_one_gets_through(database: Database, staff: Staff) -> None:
    assert await wins(database, staff, 25) == [1] * 25


async def test_of_use_and_refusal_at_once_one_gets_it(database: Database, staff: Staff) -> None:
    for _ in range(12):
        ready = await approved(database, staff)
        outcomes = await asyncio.gather(
            use(database, staff.olga, ready.id), refuse(database, staff.dora, ready.id), return_exceptions=True
        )
        assert sum(isinstance(each, Override) for each in outcomes) == 1
        assert sum(isinstance(each, Conflict) for each in outcomes) == 1


async def test_a_refusal_waits_for_a_use_under_way(
    database: Database, own_database: TestDatabase, staff: Staff
) -> None:
    ready = await approved(database, staff)
    async with role(own_database.app_url) as late:
        await late.connection.execute("set lock_timeout = '300ms'")
        async with database.transaction(staff.olga.actor) as tx:
            await actions.use_override(tx, staff.olga.person_id, actions.Use(override=ready.id, cell=CELL))
            said = await late(staff.dora.actor, REFUSE, staff.dora.person_id, ready.author_id, ready.id)
            assert said.state == "55P03"  # lock_not_available: it waited
        assert (await late(staff.dora.actor, REFUSE, staff.dora.person_id, ready.author_id, ready.id)).state == "WS002"


@pytest.mark.deep
async def test_of_eight_who_use_one_token_exactly_one_gets_through_a_thousand_times(
    database: Database, staff: Staff
) -> None:
    assert await wins(database, staff, 1000) == [1] * 1000


async def test_without_its_key_an_override_would_be_used_twice(
    database: Database, own_database: TestDatabase, staff: Staff
) -> None:
    """The control: three people, so that their own keys do not meet."""
    ready = await approved(database, staff)
    async with role(own_database.admin_url) as as_admin, as_admin.connection.transaction(force_rollback=True):
        execute = as_admin.connection.execute
        await execute("select guard.begin_migration('without its key', '')")
        await execute("alter table app.protection_reviews drop constraint protection_reviews_override_id_fkey")
        await execute("alter table app.protection_redemptions drop constraint protection_redemptions_once cascade")
        for somebody in (staff.olga, staff.dora):
            await execute("select set_config('app.actor_id', %s, true)", [str(somebody.person_id)])
            await execute(USE, [somebody.person_id, ready.author_id, ready.id])
        used = await execute("select count(*) from app.protection_redemptions where override_id = %s", [ready.id])
        assert await used.fetchone() == (2,)


# ---------------------------------------------------------------- tokens

KEY = ReleaseKey("k" * 32)
NOW = datetime(2026, 11, 28, 14, 30, tzinfo=UTC)
RELEASE = Release(
    jti=UUID(int=7),
    cell="home", digest=DIGEST, incident="INC-7", nbf=int(NOW.timestamp()), exp=int(NOW.timestamp()) + 7200,
)  # fmt: skip


def test_a_token_is_read_with_the_public_key_alone() -> None:
    token = KEY.sign(RELEASE)
    assert read_token(token, KEY.public) == RELEASE
    assert "d" not in msgspec.json.decode(KEY.public)
    assert RELEASE.refusal(cell="home", digest=DIGEST, now=NOW) == ""


def test_while_a_key_is_changed_a_set_holds_the_old_one_and_the_new() -> None:
    both = '{"keys": [' + ReleaseKey("n" * 32).public + "," + KEY.public + "]}"
    assert read_token(KEY.sign(RELEASE), both) == RELEASE
    with pytest.raises(NotAToken):
        read_token(KEY.sign(RELEASE), ReleaseKey("n" * 32).public)


@pytest.mark.parametrize(
    ("cell", "digest", "after_s", "words"),
    [
        ("paris", DIGEST, 0, "for the cell home"),
        ("home", OTHER_DIGEST, 0, "another image"),
        ("home", DIGEST, -1, "is over"),
        ("home", DIGEST, 7200, "is over"),
    ],
)
def test_a_token_binds_cell_image_and_time(cell: str, digest: str, after_s: int, words: str) -> None:
    assert words in RELEASE.refusal(cell=cell, digest=digest, now=NOW + timedelta(seconds=after_s))


@pytest.mark.parametrize("broken", ["", "a.b.c", "x" * 5000, KEY.sign(RELEASE)[:-4] + "AAAA"])
def test_what_is_no_token_of_ours_is_refused(broken: str) -> None:
    with pytest.raises(NotAToken):
        read_token(broken, KEY.public)


def test_a_token_without_a_signature_is_refused() -> None:
    _, body, _ = KEY.sign(RELEASE).split(".")
    with pytest.raises(NotAToken):
        read_token(f"eyJhbGciOiJub25lIn0.{body}.", KEY.public)


# ---------------------------------------------------------------- what is due


@pytest.mark.parametrize(
    ("used_on", "due_on"),
    [
        ("2026-11-28", "2026-12-01"),  # a Saturday: Monday is one, Tuesday two
        ("2026-11-24", "2026-11-26"),
        ("2027-03-26", "2027-03-31"),  # Good Friday; Easter Monday is none either
        ("2026-12-31", "2027-01-05"),
    ],
)
def test_a_review_is_due_two_working_days_later(used_on: str, due_on: str) -> None:
    assert working_days_after(CELL, date.fromisoformat(used_on), 2) == date.fromisoformat(due_on)


def test_a_day_off_in_any_country_or_of_the_operators_own_is_no_working_day() -> None:
    both = Cell(
        name="two",
        regions=(Region("GB-ENG", ("Europe/London",)), Region("FR", ("Europe/Paris",))),
        busy=(BusyDates(date(2026, 7, 15), date(2026, 7, 15), "Fair"),),
    )
    assert working_days_after(both, date(2026, 7, 13), 2) == date(2026, 7, 17)


# ---------------------------------------------------------------- over REST


async def test_over_rest_from_asking_to_the_review(app: WebApp, database: Database, staff: Staff) -> None:
    body = {
        "kind": "exploited", "reason": "A published hole in the image parser is used.", "rollback_plan": "Return to before.",
        "incident": "INC-8", "image_digest": DIGEST, "commander_id": str(staff.oscar.person_id),
    }  # fmt: skip
    async with client_of(app) as client:
        asked = (await client.post(f"{API}/overrides", json=body, headers=staff.olga.bearer)).json()
        place = f"{API}/overrides/{asked['id']}"
        early = await client.post(f"{place}/tokens", headers=staff.olga.bearer)
        assert (early.status_code, "Only an approved" in early.json()["detail"]) == (409, True)
        for somebody in (staff.dora, staff.oscar):
            assert (await client.put(f"{place}/approval", headers=somebody.bearer)).status_code == 200
        given = (await client.post(f"{place}/tokens", headers=staff.olga.bearer)).json()
        release = ReleaseKey(app.services.settings.secret).read(given["token"])
        assert (str(release.jti), release.cell, release.digest) == (asked["id"], "home", DIGEST)
        assert timedelta(hours=2) - (datetime.fromisoformat(given["expires_at"]) - datetime.now(UTC)) < timedelta(
            minutes=1
        )
        shown = {"token": given["token"], "image_digest": OTHER_DIGEST}
        assert (await client.post(f"{API}/redemptions", json=shown, headers=staff.dora.bearer)).status_code == 422
        shown = {"token": given["token"], "image_digest": DIGEST}
        answers = [await client.post(f"{API}/redemptions", json=shown, headers=staff.dora.bearer)]
        answers += [await client.post(f"{API}/redemptions", json=shown, headers=staff.oscar.bearer)]
        assert [each.status_code for each in answers] == [201, 409]
        assert "good for one release" in answers[1].json()["detail"]
        learnt = {"is_justified": True, "findings": "The parser is isolated; the image is scanned each night."}
        done = (await client.put(f"{place}/review", json=learnt, headers=staff.oscar.bearer)).json()
        assert done["state"] == "reviewed"
        listed = (await client.get(f"{API}/overrides", params={"limit": 1}, headers=staff.fay.bearer)).json()
        assert [each["id"] for each in listed] == [asked["id"]]
        older = await client.get(f"{API}/overrides", params={"after": asked["id"]}, headers=staff.fay.bearer)
        assert all(each["id"] < asked["id"] for each in older.json())


async def test_more_than_three_steps_a_minute_are_refused(
    app: WebApp, database: Database, own_database: TestDatabase
) -> None:
    staff = await hire(database, own_database)
    async with client_of(app) as client:
        answers = [
            await client.post(
                f"{API}/redemptions", json={"token": "x", "image_digest": DIGEST}, headers=staff.olga.bearer
            )
            for _ in range(4)
        ]
    assert [each.status_code for each in answers] == [422, 422, 422, 429]
