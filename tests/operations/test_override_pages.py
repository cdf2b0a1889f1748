"""Overrides as operators meet them: on pages without JavaScript, and at a terminal or in a pipeline, over the real API."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx
import msgspec
import pytest
from tests.features.visitor import Visitor
from tests.operations.releasing import CELL, DIGEST, OTHER_DIGEST, Staff, approve, approved, ask, hire, use, wanted
from tests.support import commands
from tests.support.database import TestDatabase
from tests.support.servers import SECRET
from tests.support.web import served, settings_for
from tests.support.world import Somebody, World

from wedsync.entrypoints.web import create_app
from wedsync.operations.control_room.drawing import weddings_tile
from wedsync.operations.overrides import actions
from wedsync.operations.overrides.drawing import row
from wedsync.operations.shield.verdict import WeddingsOn
from wedsync.platform.auth import Session
from wedsync.platform.database import OPERATIONS_CHANGED, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.release_tokens import ReleaseKey

PLAIN: Final[Mapping[str, str]] = {}
FROZEN: Final = {"WEDSYNC_BUSY_DATES": "2020-01-01..2089-01-01 Never"}
HOUSE: Final = {"WEDSYNC_SECRET": SECRET, "DATABASE_URL": "postgresql://nobody@127.0.0.1/none"}


@pytest.fixture
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    """New ones each time: three steps a minute is all that one may take."""
    return await hire(database, own_database)


async def break_glass(visitor: Visitor, reason: str, commander_id: str = "") -> httpx.Response:
    return await visitor.send(
        "/operations/overrides",
        kind="sev1",
        incident="INC-9",
        reason=reason,
        rollback_plan="Return to the image before.",
        image_digest=DIGEST,
        window_hours="4",
        commander_id=commander_id,
    )


async def test_the_list_leads_on_to_what_was_asked_for_earlier(app: WebApp, staff: Staff, database: Database) -> None:
    first = await ask(database, staff)
    for _ in range(25):
        await ask(database, staff)
    olga = Visitor(app, staff.olga)
    newest = await olga.look("/operations/overrides")
    assert str(first.id) not in newest
    older = unescape(newest.partition('<p><a class="btn" href="')[2].partition('"')[0])
    assert str(first.id) in await olga.look(older)


async def test_on_pages_from_asking_to_the_review(app: WebApp, staff: Staff, database: Database) -> None:
    olga, oscar, dora = (Visitor(app, each) for each in (staff.olga, staff.oscar, staff.dora))
    assert "Break glass" in await olga.look("/operations/overrides")
    asked = await break_glass(olga, "Check-ins fail at every venue.", str(staff.oscar.person_id))
    place = asked.headers["location"]
    page = await olga.look(place)
    assert "By Oscar, who leads the incident, and by one other." in page
    assert "Approve</button>" not in page
    for visitor in (dora, oscar):
        read = await visitor.look(place)
        assert read.index("Check-ins fail at every venue.") < read.index("Approve</button>")
        assert (await visitor.send(f"{place}/approve")).status_code == 303
    assert "Show the token" in await olga.look(place)
    shown = await olga.send(f"{place}/token")
    release = ReleaseKey(SECRET).read(re.findall(r"ey[\w-]+\.[\w-]+\.[\w-]+", shown.text)[0])
    assert (release.digest, release.incident) == (DIGEST, "INC-9")
    assert f"wedsync freeze override redeem --token token --digest {DIGEST}" in shown.text
    assert ("Take it back" in await olga.look(place), "Refuse" in await dora.look(place)) == (True, True)
    assert (await olga.send(f"{place}/refuse")).status_code == 303
    page = await dora.look(place)
    assert ("Taken back by Olga" in page, "Refuse" in page, "Show the token" in page) == (True, False, False)
    used = await use(database, staff.dora, (await approved(database, staff)).id)
    place = f"/operations/overrides/{used.id}"
    page = await oscar.look(place)
    assert ("Used by Dora" in page, "Review is due" in page, "Due on" in page) == (True, True, True)
    refused = await oscar.send(f"{place}/review", is_justified="yes", findings="Short.")
    assert (refused.status_code, "Write 20 to 5,000" in refused.text, "Short." in refused.text) == (422, True, True)
    assert (
        await oscar.send(f"{place}/review", is_justified="no", findings="We should have waited for Monday.")
    ).status_code == 303
    assert "It would not be done again." in await olga.look(place)
    assert "reviewed" in await olga.look("/operations/overrides")


async def test_the_control_room_shows_what_is_open_and_what_is_due(
    app: WebApp, staff: Staff, database: Database
) -> None:
    asked = await ask(database, staff, incident="INC-31")
    used = await use(database, staff.dora, (await approved(database, staff, incident="INC-32")).id)
    olga = Visitor(app, staff.olga)
    room = await olga.look("/operations")
    for override, label in ((asked, "waits for approval"), (used, "used, review due")):
        (line,) = [line for line in room.splitlines() if str(override.id) in line]
        assert (override.incident in line, label in line) == (True, True)
    assert "Weddings on" in room
    part = await olga.get("/operations", part=True)
    assert ("<html" in part.text, 'id="shield"' in part.text, 'id="overrides"' in part.text) == (False, True, True)


def test_the_control_room_says_whether_an_event_is_on_or_only_a_wedding() -> None:
    six, eleven = datetime(2026, 11, 29, 6, tzinfo=UTC), datetime(2026, 11, 28, 23, tzinfo=UTC)
    between = WeddingsOn(active=38, until=six, events_until=None)
    during = msgspec.structs.replace(between, events_until=eleven)
    told = [weddings_tile(each, "Europe/London").sentence for each in (between, during)]
    assert told == ["no event now, until 06:00 GMT", "event until 23:00"]


async def test_a_review_that_nobody_wrote_in_time_is_marked(staff: Staff, database: Database) -> None:
    used = await use(database, staff.dora, (await approved(database, staff)).id)
    assert used.review_due_on is not None
    late = msgspec.structs.replace(used, review_due_on=used.review_due_on - timedelta(days=30))
    assert [row(each, "Europe/London").state_label for each in (used, late)] == ["used, review due", "review overdue"]


async def test_an_open_control_room_hears_of_every_step_and_nobody_else_does(
    app: WebApp, staff: Staff, database: Database, world: World
) -> None:
    streams = [await app.services.live.join(await session_of(app, who)) for who in (staff.fay, world.anna)]
    try:
        assert [OPERATIONS_CHANGED.scope in stream.scopes for stream in streams] == [True, False]
        async with database.transaction(staff.olga.actor) as tx:
            await actions.request_override(tx, staff.olga.person_id, wanted(staff))
            assert tx.events == (OPERATIONS_CHANGED,)
    finally:
        for stream in streams:
            app.services.live.leave(stream)


async def session_of(app: WebApp, who: Somebody) -> Session:
    found = await app.services.sessions.find(who.token)
    assert found is not None
    return found


async def test_a_refused_request_comes_back_as_it_was_typed(app: WebApp, staff: Staff) -> None:
    olga = Visitor(app, staff.olga)
    await olga.look("/operations/overrides")
    refused = await break_glass(olga, "Urgent!")
    assert refused.status_code == 422
    for words in ("Urgent!", "Write 20 to 2,000 characters.", "Say who leads the incident", "INC-9"):
        assert words in refused.text


async def test_who_does_not_release_reads_and_is_offered_nothing(app: WebApp, staff: Staff, database: Database) -> None:
    ready = await approved(database, staff)
    fay = Visitor(app, staff.fay)
    assert "Break glass" not in await fay.look("/operations/overrides")
    page = await fay.look(f"/operations/overrides/{ready.id}")
    assert not {"Approve</button>", "Show the token", "Review it"} & set(page.splitlines())
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


# ---------------------------------------------------------------- at a terminal


class Terminal:
    """Whoever sits there, with the address of the house."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self._environment = commands.ambient(WEDSYNC_BASE_URL=url, WEDSYNC_HOME=str(folder))

    async def __call__(
        self, *arguments: str, by: Somebody | None = None, code: int = 0, more: Mapping[str, str] = PLAIN
    ) -> str:
        session: tuple[str, ...] = ()
        if by is not None:
            file = self.folder / f"session-{by.name}"
            file.write_text(by.token)
            session = ("--session", str(file))
        words = ("freeze", *arguments, *session)
        done = await asyncio.to_thread(commands.wedsync, *words, environment={**self._environment, **more})
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
async def terminal(own_database: TestDatabase, valkey_url: str, tmp_path: Path) -> AsyncIterator[Terminal]:
    # Staging never freezes, so that what the house lets begin does not depend on the day of the test.
    home = msgspec.structs.replace(CELL, is_staging=True)
    async with served(create_app(settings_for(own_database, valkey_url, cell=home, base_url=""))) as url:
        yield Terminal(url, tmp_path)


async def test_at_a_terminal_from_asking_to_the_pipeline(
    terminal: Terminal, staff: Staff, database: Database, tmp_path: Path
) -> None:
    asked = await terminal(
        "override", "request", "--kind", "sev1", "--reason", "Check-ins fail at every venue.", "--rollback-plan",
        "Return to the image before.", "--incident", "INC-9", "--digest", DIGEST, "--commander",
        str(staff.oscar.person_id), "--json", by=staff.olga,
    )  # fmt: skip
    override = json.loads(asked)["id"]
    refused = await terminal("override", "approve", override, by=staff.olga, code=1)
    assert "Two others approve it." in refused
    await approve(database, staff.dora, UUID(override))
    assert "approved by Oscar" in await terminal("override", "approve", override, by=staff.oscar)
    token, key = tmp_path / "token", tmp_path / "key.json"
    token.write_text(await terminal("override", "token", override, by=staff.olga))
    key.write_text(await terminal("key", more=HOUSE))
    shown = ("--token", str(token), "--key", str(key), "--digest", DIGEST)
    check = ("check", "--for", "deploy", "--offline")
    assert "FROZEN" in await terminal(*check, code=3, more=FROZEN)
    assert "LET PASS  home: The token for INC-9" in await terminal(*check, *shown, more=FROZEN)
    unbound = await terminal(*check, *shown[:4], code=5, more=FROZEN)
    assert "signed by us, for this cell and for INC-9" in unbound
    assert "NOT looked at: whether it is for your image." in unbound
    assert "another image" in await terminal(*check, *shown[:4], "--digest", OTHER_DIGEST, code=3, more=FROZEN)
    redeem = ("override", "redeem", "--token", str(token), "--digest", DIGEST)
    assert "its review is due on" in await terminal(*redeem, by=staff.dora)
    assert "good for one release" in await terminal(*redeem, by=staff.oscar, code=1)
    listed = json.loads(await terminal("override", "list", "--json", by=staff.fay))
    assert (listed[0]["id"], listed[0]["state"]) == (override, "used")
    released = await terminal("releases", by=staff.fay)
    assert (released.startswith("RUNNING"), "let pass for INC-9" in released) == (True, True)
    unknown = await terminal("record", "--for", "deploy", "--digest", "latest", by=staff.olga, code=1)
    assert ("image_digest: " in unknown, "run the command again" in unknown) == (True, True)
    assert "save again" not in unknown
    assert "BEGUN" in await terminal("record", "--for", "deploy", "--digest", DIGEST, by=staff.olga)


async def test_without_a_session_the_terminal_says_how_to_begin_one(
    terminal: Terminal, staff: Staff, database: Database
) -> None:
    asked = await ask(database, staff)
    assert "wedsync operator sign-in" in await terminal("override", "show", str(asked.id), code=1)
    wrong = msgspec.structs.replace(staff.olga, token="x" * 43)
    assert "You are signed out" in await terminal("override", "show", str(asked.id), by=wrong, code=1)
