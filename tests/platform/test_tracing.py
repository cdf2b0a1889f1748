"""A recorded request is one trace, from its route to the letter of the job it left, and tells nothing about anybody."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.collectors import Collector, collecting
from tests.support.database import TestDatabase, sealer
from tests.support.servers import free_port
from tests.support.web import client_of, settings_for, standing
from tests.support.world import person

from wedsync.entrypoints.web import create_app
from wedsync.features.people.jobs import JOBS
from wedsync.platform import courier as courier_module
from wedsync.platform.courier import Courier
from wedsync.platform.database import Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.metrics import metrics_page
from wedsync.platform.queue import work_through
from wedsync.platform.settings import Settings
from wedsync.platform.tracer import tracer_for, tracing
from wedsync.platform.tracing import origin_of

THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@asynccontextmanager
async def traced(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at the door of a house; what was recorded has left it when this ends."""
    async with standing(create_app(settings)) as app, client_of(app) as client:
        yield client


async def work(own_database: TestDatabase, settings: Settings, folder: Path) -> None:
    tracer = tracer_for(settings, "worker")
    async with tracing(tracer), Database(own_database.worker_url, sealer(), write_connections=3) as database:
        mailer = OutboxMailer(folder / "outbox", "WedSync <hello@localhost>")
        workshop = Workshop(database=database, mailer=mailer, base_url="http://wedsync.test")
        await work_through(own_database.worker_url, workshop, JOBS, tracer=tracer, until_empty=True)


def facts(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value or str(each.value.int_value) for each in span.attributes}


def lost(why: str) -> float:
    lines = metrics_page()[0].decode().splitlines()
    line = f'wedsync_telemetry_lost_total{{what="spans",why="{why}"}} '
    return sum(float(each.removeprefix(line)) for each in lines if each.startswith(line))


async def test_a_request_its_statements_its_job_and_its_letter_are_one_trace_that_names_nobody(
    own_database: TestDatabase, valkey_url: str, database: Database, collector: Collector, tmp_path: Path
) -> None:
    anna = await person(database, "Kanarienvogel")
    settings = settings_for(own_database, valkey_url, otlp_endpoint=collector.url, trace_one_in=1)
    async with traced(settings) as client:
        headers = {"traceparent": THEIRS, "x-request-id": "request-traced", "user-agent": "Kuckuck"}
        answer = await client.post("/api/v1/sign-in-links", json={"email": anna.email}, headers=headers)
        assert answer.status_code == 202
        assert (await client.get(f"/api/v1/weddings/{anna.person_id}", headers=anna.bearer)).status_code == 404
    await work(own_database, settings, tmp_path)

    spans = [span for span in collector.spans() if span.trace_id.hex() == THEIRS[3:35]]
    by_name = {span.name: span for span in spans}
    request, job = by_name["POST /api/v1/sign-in-links"], by_name["job people.send_link"]
    asked, letter = by_name["people.queries.LOGIN_LETTER"], by_name["send letter"]
    assert request.parent_span_id.hex() == THEIRS[36:52]
    assert job.parent_span_id == by_name["platform.jobs._DEFER"].parent_span_id == request.span_id
    assert asked.parent_span_id == letter.parent_span_id == job.span_id
    assert {request.span_id, job.span_id} == {span.parent_span_id for span in spans if span.name == "commit"}
    assert facts(request) == {
        "http.request.method": "POST", "http.route": "/api/v1/sign-in-links", "http.response.status_code": "202",
        "wedsync.tier": "api", "wedsync.request_id": "request-traced",
    }  # fmt: skip
    assert facts(asked) == {"db.system.name": "postgresql", "wedsync.lane": "write"}
    assert facts(job)["wedsync.outcome"] == "done"
    (refused,) = [span for span in collector.spans() if span.name == "GET /api/v1/weddings/{wedding_id}"]
    assert (facts(refused)["http.response.status_code"], refused.status.code) == ("404", 0)

    link = next(path.read_text() for path in (tmp_path / "outbox").glob("*.eml") if anna.email in path.read_text())
    secrets = (anna.email, "Kanarienvogel", "Kuckuck", anna.token, str(anna.person_id), link.split("/link/")[1][:20])
    assert [secret for secret in secrets if secret in collector.everything] == []
    assert collector.taken[0].path == "/v1/traces"


async def test_without_a_collector_nothing_of_opentelemetry_is_even_made(
    own_database: TestDatabase, valkey_url: str, collector: Collector
) -> None:
    settings = settings_for(own_database, valkey_url, trace_one_in=1)
    assert tracer_for(settings, "worker") is None
    async with traced(settings) as client:
        await client.get("/sign-in", headers={"traceparent": THEIRS})
    assert collector.taken == []


async def test_what_opentelemetry_reads_for_itself_changes_nothing(
    own_database: TestDatabase, valkey_url: str, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-theirs=1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-late=1")
    monkeypatch.setenv("OTEL_SPAN_LINK_COUNT_LIMIT", "no number")
    settings = settings_for(
        own_database, valkey_url, otlp_endpoint=collector.url, otlp_headers="x-ours=1", trace_one_in=1
    )
    async with traced(settings) as client:
        await client.get("/sign-in")
    assert [name for name in collector.taken[0].headers if name.startswith("x-")] == ["x-ours"]
    assert os.environ["OTEL_SPAN_LINK_COUNT_LIMIT"] == "no number"  # a program that we start finds them


async def test_a_stranger_cannot_ask_to_be_recorded(
    own_database: TestDatabase, valkey_url: str, collector: Collector
) -> None:
    settings = settings_for(own_database, valkey_url, otlp_endpoint=collector.url, trace_one_in=1_000_000)
    async with traced(settings) as client:
        await client.get("/sign-in", headers={"traceparent": f"{THEIRS[:-2]}01"})
    assert collector.taken == []


@pytest.mark.parametrize(
    "said", ["", "00-1-1-01", THEIRS.upper(), f"{THEIRS}-", f"00-{'0' * 32}{THEIRS[35:]}", "x" * 999]
)
def test_what_is_no_traceparent_begins_a_trace_of_its_own(said: str) -> None:
    assert origin_of(said) is None
    assert origin_of(THEIRS) is not None


@pytest.mark.parametrize("is_hanging", [False, True], ids=["refuses", "hangs"])
async def test_a_collector_that_refuses_or_hangs_holds_up_nobody(
    own_database: TestDatabase,
    valkey_url: str,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_hanging: bool,
) -> None:
    monkeypatch.setattr(courier_module, "GATHERING_S", 0.05)
    monkeypatch.setattr(courier_module, "LAST_ROUND_S", 0.3)
    over = threading.Event()
    collector.answer = lambda: ((over.wait(10) and 200) or 200, {})
    url = collector.url if is_hanging else f"http://127.0.0.1:{free_port()}"
    settings = settings_for(own_database, valkey_url, otlp_endpoint=url, trace_one_in=1)
    before = lost("not_taken") + lost("too_late")
    async with traced(settings) as client:
        assert (await client.get("/sign-in")).status_code == 200
        await asyncio.sleep(0.15)  # it is gone for them, and the collector is asked
        began = time.monotonic()
        assert [(await client.get("/sign-in")).status_code for _ in range(5)] == [200] * 5
        assert time.monotonic() - began < 5
        began = time.monotonic()
    assert time.monotonic() - began < 2
    over.set()
    assert lost("not_taken") + lost("too_late") > before


def test_what_finds_no_room_is_counted() -> None:
    held = threading.Event()
    courier = Courier[int]("spans", lambda _: held.wait(5), room=2, at_once=1)
    before = lost("no_room")
    for number in range(5):
        courier.leave(number)
    assert lost("no_room") - before == 3
    held.set()


def test_opentelemetry_is_not_loaded_with_the_house() -> None:
    import subprocess  # noqa: PLC0415

    code = "import sys, wedsync.entrypoints.web, wedsync.entrypoints.worker; print([m for m in sys.modules if 'opentel' in m])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
