"""What is our fault is reported once, by where it happened in the code, and tells nothing about anybody."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest
from litestar import get
from tests.support.collectors import Collector, collecting
from tests.support.database import TestDatabase, sealer
from tests.support.servers import eventually, free_port
from tests.support.web import client_of, settings_for, standing

from wedsync.kernel.ids import new_id
from wedsync.kernel.permissions import WriteClass
from wedsync.platform import courier
from wedsync.platform.database import NOBODY, Actor, Database, NoParams, Nothing, Query, Reader
from wedsync.platform.error_reports import SAME_A_MINUTE, reporting
from wedsync.platform.http import Services, build_app
from wedsync.platform.http.routes import OPEN
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.metrics import metrics_page
from wedsync.platform.queue import work_through
from wedsync.platform.sentry import pause_of
from wedsync.platform.settings import Settings
from wedsync.platform.telemetry import Log

CANARY: Final = "Kanarienvogel"
KEY: Final = "a1" * 16
SHELF: Final[dict[str, str]] = {}
BREAKS: Final = Query(NoParams, Nothing, "select name from app.kanarienvogel")


class Frame(msgspec.Struct):
    filename: str
    function: str
    in_app: bool


class Stack(msgspec.Struct):
    frames: list[Frame]


class Raised(msgspec.Struct):
    type: str
    value: str
    stacktrace: Stack


class Chain(msgspec.Struct):
    values: list[Raised] = []


class Event(msgspec.Struct):
    event_id: str
    environment: str
    release: str
    logger: str
    message: str
    tags: dict[str, str]
    exception: Chain = msgspec.field(default_factory=Chain)
    transaction: str = ""


class Item(msgspec.Struct):
    type: str
    length: int


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setattr(courier, "GATHERING_S", 0.02)
    with collecting() as found:
        yield found


def settings_of(collector: Collector, **other: str) -> Settings:
    return Settings(sentry_dsn=f"{collector.url.replace('://', f'://{KEY}@')}/deep/42", **other)  # type: ignore[arg-type]  # texts only


def events(collector: Collector) -> list[Event]:
    found = []
    for each in collector.taken:
        _, item, event, _ = each.body.split(b"\n")
        assert msgspec.json.decode(item, type=Item) == Item("event", len(event))
        found.append(msgspec.json.decode(event, type=Event))
    return found


def lost(why: str) -> float:
    line = f'wedsync_telemetry_lost_total{{what="reports",why="{why}"}} '
    return sum(float(x.removeprefix(line)) for x in metrics_page()[0].decode().splitlines() if x.startswith(line))


def fail(word: str) -> None:
    try:
        SHELF[f"{word} in a variable"]
    except KeyError as error:
        Log("tests").error("it_failed", error, person=word, route="/w/{wedding_id}")


@get("/broken/{word:str}", opt=OPEN)
async def broken(word: str, reader: Reader) -> None:
    await reader.one(BREAKS, NoParams())


async def test_an_unexpected_error_of_a_request_is_reported_by_its_route_and_its_place_in_the_code(
    own_database: TestDatabase, valkey_url: str, collector: Collector
) -> None:
    settings = settings_for(own_database, valkey_url, sentry_dsn=settings_of(collector).sentry_dsn)
    app = build_app(Services(settings), [broken])
    headers = {"x-request-id": "request-broken", "cookie": f"c={CANARY}", "user-agent": CANARY}
    with reporting(settings, "web"):
        async with standing(app), client_of(app) as client:
            assert (await client.get(f"/broken/{CANARY}?q={CANARY}", headers=headers)).status_code == 500
            assert (await client.get("/nowhere")).status_code == 404
    (taken,), (event,) = collector.taken, events(collector)
    assert (taken.path, taken.headers["content-encoding"]) == ("/deep/api/42/envelope/", "gzip")
    assert taken.headers["x-sentry-auth"] == f"Sentry sentry_version=7, sentry_client=wedsync/0.1.0, sentry_key={KEY}"
    assert event.tags == {"process": "web", "route": "/broken/{word}", "request_id": "request-broken"}
    assert (event.transaction, event.environment, event.message) == ("/broken/{word}", "home", "failed")
    cause, problem = event.exception.values
    assert (cause.type, cause.value, problem.type) == ("DatabaseRefusal", "42P01", "InternalError")
    assert any(frame.filename == "wedsync/platform/database/reads.py" for frame in problem.stacktrace.frames)
    assert [word for word in (CANARY, CANARY.lower(), str(Path.cwd())) if word in collector.everything] == []


def test_neither_messages_nor_facts_nor_variables_leave_the_house(collector: Collector) -> None:
    with reporting(settings_of(collector), "worker"):
        fail(CANARY)
        logging.getLogger("asyncio").error("%s", CANARY)
        logging.getLogger("somebody.else").error("not ours")
    ours, theirs = events(collector)
    assert (ours.message, ours.tags["route"], ours.exception.values[0].value) == ("it_failed", "/w/{wedding_id}", "")
    assert ours.exception.values[0].stacktrace.frames[-1].function == "fail"
    assert (theirs.logger, theirs.message) == ("asyncio", "")
    assert CANARY not in collector.everything


class Note(msgspec.Struct, frozen=True):
    text: str


async def stumble(workshop: Workshop, actor: Actor, note: Note) -> None:
    raise OSError(note.text)


async def test_a_job_is_reported_once_when_it_is_given_up_and_not_before(
    own_database: TestDatabase, database: Database, collector: Collector, tmp_path: Path
) -> None:
    once, again = (
        Job(f"tests.stumble_{new_id().hex}", Note, stumble, write_class=WriteClass.SYSTEM, retries=n) for n in (0, 1)
    )
    async with database.transaction(NOBODY) as tx:
        await defer(tx, once, Note(CANARY))
        await defer(tx, again, Note(CANARY))
    with reporting(settings_of(collector), "worker"):
        async with Database(own_database.worker_url, sealer(), write_connections=3) as worker:
            mailer = OutboxMailer(tmp_path, "WedSync <hello@localhost>")
            workshop = Workshop(database=worker, mailer=mailer, base_url="http://wedsync.test")
            await work_through(own_database.worker_url, workshop, [once, again], until_empty=True)
    (event,) = [each for each in events(collector) if each.transaction in (once.name, again.name)]
    assert (event.transaction, event.tags["outcome"]) == (once.name, "failed")
    assert CANARY not in collector.everything


def test_what_ends_the_process_is_reported(collector: Collector) -> None:
    with pytest.raises(ZeroDivisionError), reporting(settings_of(collector), "worker"):
        raise ZeroDivisionError
    assert [event.logger for event in events(collector)] == ["crashed"]


def test_the_same_error_is_reported_a_few_times_a_minute_and_then_counted(collector: Collector) -> None:
    before = lost("too_many")
    with reporting(settings_of(collector), "web"):
        for _ in range(SAME_A_MINUTE + 3):
            fail("again")
        Log("tests").error("something_else")
    assert len(collector.taken) == SAME_A_MINUTE + 1
    assert lost("too_many") - before == 3


def test_a_server_that_wants_a_pause_is_left_alone(collector: Collector) -> None:
    collector.answer = lambda: (429, {"retry-after": "30"})
    before = lost("not_taken")
    with reporting(settings_of(collector), "web"):
        fail("first")
        assert eventually(lambda: lost("not_taken") - before == 1)
        fail("second")
    assert len(collector.taken) == 1
    assert lost("not_taken") - before == 2


@pytest.mark.parametrize(
    ("status", "limits", "after", "pause_s"),
    [(200, "", "", 0), (429, "", "7", 7), (429, "", "", 60), (200, "90:error;transaction:key", "", 90),
     (200, "90:transaction:key", "", 0), (429, "60::organization, 120:error:key", "5", 120), (429, "999999::key", "", 3600)],
)  # fmt: skip
def test_a_pause_is_as_long_as_was_asked_for(status: int, limits: str, after: str, pause_s: int) -> None:
    assert pause_of(status, limits, after) == pause_s


@pytest.mark.parametrize("is_hanging", [False, True], ids=["refuses", "hangs"])
def test_a_server_that_refuses_or_hangs_holds_up_nobody(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, *, is_hanging: bool
) -> None:
    monkeypatch.setattr(courier, "LAST_ROUND_S", 0.2)
    over = threading.Event()
    collector.answer = lambda: ((over.wait(10) and 200) or 200, {})
    settings = settings_of(collector)
    if not is_hanging:
        settings = msgspec.structs.replace(settings, sentry_dsn=f"http://{KEY}@127.0.0.1:{free_port()}/42")
    before = lost("not_taken") + lost("too_late")
    with reporting(settings, "web"):
        fail("one")
        fail("two")
    over.set()
    assert lost("not_taken") + lost("too_late") > before


def test_without_a_dsn_nobody_listens(collector: Collector) -> None:
    handlers = list(logging.getLogger().handlers)
    with reporting(Settings(), "web"):
        assert logging.getLogger().handlers == handlers
        fail("unheard")
    assert collector.taken == []
