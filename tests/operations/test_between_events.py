"""What waits until nobody marries may go between events, if two others approve: never in a freeze, never during an event (F3)."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final, LiteralString
from uuid import uuid4

import httpx
import msgspec
import pytest
from tests.database.roles import Role, role, until
from tests.database.writing import Couple, couple
from tests.features.visitor import Visitor
from tests.operations.releasing import CELL, DIGEST, Staff, approve, approved, hire, wanted
from tests.support.database import Servers, TestDatabase, cloned, sealer, travelling
from tests.support.servers import SECRET
from tests.support.web import client_of, settings_for, standing
from tests.support.world import Somebody

from wedsync.entrypoints.web import create_app
from wedsync.kernel.clock import utc_now
from wedsync.kernel.freeze import FreezeState
from wedsync.kernel.problems import AlreadyDone, Conflict, Forbidden, Invalid
from wedsync.operations.deployments.queries import DEPLOYMENTS, DeploymentPage
from wedsync.operations.overrides import actions
from wedsync.operations.overrides.model import Kind, Override, State
from wedsync.operations.overrides.tokens import gap_refusal
from wedsync.operations.shield.verdict import Change, Verdict
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.release_tokens import Release, ReleaseKey

UNTIL: LiteralString = "select app.events_until()"
ON: LiteralString = "select active from app.weddings_on()"
ASK: LiteralString = (
    "insert into app.protection_overrides (person_id, kind, change, reason, rollback_plan, incident, image_digest, commander_id, "
    "window_ends_at) values (%s, %s, %s, repeat('x', 20), repeat('x', 20), 'x', %s, %s, app.clock() + interval '1 hour')"
)
USE: LiteralString = "insert into app.protection_redemptions (person_id, author_id, override_id, review_due_on) values (%s, %s, %s, null)"
USE_REVIEWED: LiteralString = (
    "insert into app.protection_redemptions (person_id, author_id, override_id, review_due_on) "
    "values (%s, %s, %s, '2031-06-13')"
)
GAP: Final = {"kind": Kind.GAP, "change": Change.CONFIGURATION, "commander_id": None, "incident": "CHG-31"}
# Wednesday 11 June 2031 in London, one hour ahead of UTC: the ceremony at 14:00, the reception from 17:00 to 23:00.
MORNING: Final = datetime(2031, 6, 11, 10, tzinfo=UTC)
VOWS: Final = datetime(2031, 6, 11, 13, 30, tzinfo=UTC)
BETWEEN: Final = Verdict(
    cell="home", zones=(), state=FreezeState.ACTIVE, may_start=False, reason="A wedding is on.", told_at=utc_now(),
    last_start=utc_now() + timedelta(days=2), passes_with_two=True,
)  # fmt: skip


@pytest.fixture(scope="module")
async def own_database(shared_servers: Servers) -> AsyncIterator[TestDatabase]:
    """One in which nobody else marries, and which may stay in 2031."""
    async with cloned(shared_servers.admin_url, f"wedsync_gaps_{os.getpid()}") as found:
        yield found


@pytest.fixture(scope="module")
async def database(own_database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(own_database.app_url, sealer()) as opened:
        yield opened


@pytest.fixture(scope="module")
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    return await hire(database, own_database)


@pytest.fixture(scope="module")
async def theirs(database: Database) -> Couple:
    made = await couple(database, wedding_date="2031-06-11", ceremony_time="14:00")
    await made.say("reception_time", "17:00")
    await made.say("end_time", "23:00")
    return made


@pytest.fixture
async def as_admin(own_database: TestDatabase) -> AsyncIterator[Role]:
    async with role(own_database.admin_url) as opened:
        yield opened


def stands(state: FreezeState, *, passes: bool = False) -> Verdict:
    return msgspec.structs.replace(BETWEEN, state=state, passes_with_two=passes, reason="Weekend")


async def plan(database: Database, by: Somebody, staff: Staff, verdict: Verdict | None = BETWEEN) -> Override:
    async with database.transaction(by.actor) as tx:
        return await actions.request_override(tx, by.person_id, wanted(staff, **GAP), verdict)


async def go(database: Database, by: Somebody, override: Override, verdict: Verdict | None = BETWEEN) -> Override:
    async with database.transaction(by.actor) as tx:
        return await actions.use_override(
            tx, by.person_id, actions.Use(override=override.id, cell=CELL, verdict=verdict)
        )


async def agreed(database: Database, staff: Staff) -> Override:
    asked = await plan(database, staff.olga, staff)
    await approve(database, staff.dora, asked.id)
    return await approve(database, staff.oscar, asked.id)


# ---------------------------------------------------------------- event hours


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2031-06-11T11:29", None),  # the wedding is on since midnight
        ("2031-06-11T11:31", "2031-06-11T16:00"),  # what begins now has not landed and baked by the vows
        ("2031-06-11T13:01", "2031-06-11T16:00"),  # nobody said when the ceremony ends: when the reception begins
        ("2031-06-11T15:59", "2031-06-11T22:00"),
        ("2031-06-11T21:59", "2031-06-11T22:00"),
        ("2031-06-11T22:01", None),
    ],
)
async def test_an_event_is_on_from_its_start_to_its_end(
    theirs: Couple, as_admin: Role, at: str, ends: str | None
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    travel = until(moment, utc_now())
    assert (await as_admin(NOBODY, ON, travel=travel)).only == 1
    expected = None if ends is None else datetime.fromisoformat(ends).replace(tzinfo=UTC)
    assert (await as_admin(NOBODY, UNTIL, travel=travel)).only == expected


async def test_what_nobody_told_counts_as_on_and_an_evening_that_runs_over_too(
    database: Database, as_admin: Role
) -> None:
    later = await couple(database, wedding_date="2031-07-09")
    noon, six = datetime(2031, 7, 9, 11, tzinfo=UTC), datetime(2031, 7, 10, 5, tzinfo=UTC)
    assert (await as_admin(NOBODY, UNTIL, travel=until(noon, utc_now()))).only == six
    for key, value in (("ceremony_time", "14:00"), ("reception_time", "17:00"), ("end_time", "23:00")):
        await later.say(key, value)
    night = datetime(2031, 7, 9, 22, 20, tzinfo=UTC)
    assert (await as_admin(NOBODY, UNTIL, travel=until(night, utc_now()))).only is None
    entry: LiteralString = (
        "insert into app.day_log (wedding_id, id, kind, text, device_at) values (%s, %s, 'note', 'x', %s)"
    )
    at = night - timedelta(minutes=30)
    done = await as_admin(
        later.clara.actor, entry, later.wedding_id, uuid4(), at, keep=True, travel=until(at, utc_now())
    )
    assert done.state == ""
    found = (await as_admin(NOBODY, UNTIL, travel=until(night, utc_now()))).only
    assert abs(found - (at + timedelta(hours=1))) < timedelta(seconds=5)


# ---------------------------------------------------------------- two others, once, and only then


async def test_two_others_approve_and_it_goes_once_between_events(
    database: Database, own_database: TestDatabase, staff: Staff, theirs: Couple
) -> None:
    async with travelling(own_database, MORNING - utc_now()) as morning:
        asked = await plan(morning, staff.olga, staff)
        with pytest.raises(Forbidden, match="Two others"):
            await approve(morning, staff.olga, asked.id)
        assert (await approve(morning, staff.dora, asked.id)).state is State.REQUESTED
        with pytest.raises(Conflict, match="not approved"):
            await go(morning, staff.olga, asked)
        assert (await approve(morning, staff.oscar, asked.id)).state is State.APPROVED
        urgent = await approved(morning, staff)
    async with travelling(own_database, VOWS - utc_now()) as vows:
        with pytest.raises(Conflict, match="event is on"):
            await go(vows, staff.olga, asked)
        async with vows.transaction(staff.olga.actor) as tx:  # the control: what breaks glass waits for no event
            used = await actions.use_override(tx, staff.olga.person_id, actions.Use(override=urgent.id, cell=CELL))
        assert used.state is State.USED
    async with travelling(own_database, MORNING - utc_now() + timedelta(minutes=5)) as morning:
        done = await go(morning, staff.dora, asked)
        assert (done.state, done.review_due_on) == (State.DONE, None)
        with pytest.raises(AlreadyDone):
            await go(morning, staff.olga, asked)
    latest = await database.reader(staff.fay.actor).all(DEPLOYMENTS, DeploymentPage(after=None, limit=5))
    assert [each.change for each in latest if each.override_id == asked.id] == ["configuration"]


async def test_in_a_freeze_or_where_that_cannot_be_told_it_is_neither_asked_for_nor_used(
    database: Database, own_database: TestDatabase, staff: Staff, theirs: Couple
) -> None:
    async with travelling(own_database, MORNING - utc_now()) as morning:
        ready = await agreed(morning, staff)
        for found in (stands(FreezeState.FROZEN), stands(FreezeState.CLOSING), stands(FreezeState.UNKNOWN), None):
            with pytest.raises(Conflict, match=r"Weekend|cannot be told"):
                await plan(morning, staff.olga, staff, found)
            with pytest.raises(Conflict, match=r"Weekend|cannot be told"):
                await go(morning, staff.olga, ready, found)
        with pytest.raises(Conflict, match="Weekend"):
            await go(morning, staff.olga, ready, stands(FreezeState.ACTIVE))
        soon = msgspec.structs.replace(BETWEEN, last_start=BETWEEN.told_at + timedelta(minutes=20))
        near = await plan(morning, staff.olga, staff, soon)
        assert abs(near.window_ends_at - near.created_at - timedelta(minutes=20)) < timedelta(seconds=1)
        assert (await go(morning, staff.olga, ready)).state is State.DONE


async def test_the_tables_refuse_what_the_actions_refuse(
    own_database: TestDatabase, staff: Staff, theirs: Couple
) -> None:
    async with travelling(own_database, MORNING - utc_now()) as morning:
        ready = await agreed(morning, staff)
    async with role(own_database.app_url) as as_app:
        use = (staff.dora.person_id, staff.olga.person_id, ready.id)
        vows, early = until(VOWS, utc_now()), until(MORNING, utc_now())
        assert (await as_app(staff.dora.actor, USE, *use, travel=vows)).state == "WS002"
        assert (await as_app(staff.dora.actor, USE_REVIEWED, *use, travel=early)).state == "23514"
        assert (await as_app(staff.dora.actor, USE, *use, travel=early)).state == ""
        for kind, change, lead in (
            ("gap", None, None),
            ("gap", "deploy", None),
            ("gap", "configuration", staff.oscar.person_id),
            ("sev1", "configuration", staff.oscar.person_id),
        ):
            values = (staff.olga.person_id, kind, change, DIGEST, lead)
            assert (await as_app(staff.olga.actor, ASK, *values)).state == "23514", (kind, change)
        values = (staff.olga.person_id, "gap", "configuration", DIGEST, None)
        assert (await as_app(staff.olga.actor, ASK, *values)).state == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"change": None},
        {"change": Change.DEPLOY},
        {"kind": Kind.SEV1, "commander_id": uuid4()},
    ],
)
async def test_it_says_which_change_waits_and_nothing_else_does(
    database: Database, staff: Staff, changes: dict[str, object]
) -> None:
    new = msgspec.structs.replace(wanted(staff, **GAP), **changes)
    async with database.transaction(staff.olga.actor) as tx:
        with pytest.raises(Invalid) as refusal:
            await actions.request_override(tx, staff.olga.person_id, new, BETWEEN)
    assert refusal.value.document()["errors"][0]["field"] == "change"  # type: ignore[index,call-overload]


# ---------------------------------------------------------------- its token, and on pages

RELEASE: Final = Release(
    jti=uuid4(), cell="home", digest=DIGEST, incident="CHG-31", nbf=0, exp=2**40, change="configuration"
)


@pytest.mark.parametrize(
    ("release", "change", "verdict", "words"),
    [
        (RELEASE, Change.CONFIGURATION, BETWEEN, ""),
        (RELEASE, Change.UPGRADE, BETWEEN, "is for configuration"),
        (RELEASE, Change.CONFIGURATION, stands(FreezeState.ACTIVE), "no running event"),
        (RELEASE, Change.CONFIGURATION, stands(FreezeState.FROZEN), "passes no freeze"),
        (RELEASE, Change.CONFIGURATION, stands(FreezeState.UNKNOWN), "nothing that cannot be told"),
        (msgspec.structs.replace(RELEASE, change=""), Change.CONFIGURATION, stands(FreezeState.FROZEN), ""),
    ],
)
def test_its_token_passes_nothing_but_its_change_in_a_gap(
    release: Release, change: Change, verdict: Verdict, words: str
) -> None:
    refusal = gap_refusal(release, change, verdict)
    assert (words in refusal) if words else refusal == ""


@pytest.fixture
async def staging(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[WebApp]:
    # Staging never freezes, so that what may go does not depend on the day of the test.
    home = msgspec.structs.replace(CELL, is_staging=True)
    async with standing(create_app(settings_for(own_database, valkey_url, cell=home))) as app:
        yield app


async def plan_on_page(visitor: Visitor, change: str) -> httpx.Response:
    return await visitor.send(
        "/operations/overrides/between-events",
        change=change,
        reason="The pool is too small since Monday.",
        rollback_plan="Put the old size back.",
        incident="CHG-31",
        image_digest=DIGEST,
        window_hours="4",
    )


async def test_on_a_page_it_is_asked_for_and_over_rest_it_goes(
    staging: WebApp, database: Database, own_database: TestDatabase
) -> None:
    staff = await hire(database, own_database)  # three steps a minute is all that one may take
    olga = Visitor(staging, staff.olga)
    assert "between events" in await olga.look("/operations/overrides")
    page = await olga.look("/operations/overrides/between-events")
    assert "Choose…" in page
    refused = await plan_on_page(olga, "")
    assert (refused.status_code, "Choose what it is." in refused.text, "CHG-31" in refused.text) == (422, True, True)
    asked = await plan_on_page(olga, "configuration")
    place = asked.headers["location"]
    assert "Configuration, between events" in await olga.look(place)
    async with client_of(staging) as client:
        api = f"/api/v1{place}"
        for somebody in (staff.dora, staff.oscar):
            assert (await client.put(f"{api}/approval", headers=somebody.bearer)).status_code == 200
        token = (await client.post(f"{api}/tokens", headers=staff.dora.bearer)).json()["token"]
        assert ReleaseKey(SECRET).read(token).change == "configuration"
        shown = {"token": token, "image_digest": DIGEST}
        done = (await client.post("/api/v1/operations/redemptions", json=shown, headers=staff.dora.bearer)).json()
    assert (done["state"], done["change"]) == ("done", "configuration")
