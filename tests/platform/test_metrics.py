"""What is counted, under labels that are known beforehand."""

import asyncio
import math
import re
import socket
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.support.database import TestDatabase, sealer
from tests.support.web import client_of
from tests.support.world import World

import wedsync
from wedsync.entrypoints.web import create_app
from wedsync.kernel.freeze import FreezeState
from wedsync.operations.observability import figures
from wedsync.operations.observability.watching import watch
from wedsync.platform import metrics_door
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.http.routes import routes_of
from wedsync.platform.http.tiers import Tier, tier_of
from wedsync.platform.metrics import (
    JOBS,
    LANES,
    REQUESTS,
    STATEMENTS,
    live_client,
    metrics_page,
    observe_job,
    request_series,
)
from wedsync.platform.metrics_door import Door, door_of, shown_at
from wedsync.platform.settings import Settings

WEDDING = "01999999-0000-7000-8000-000000000001"


def page() -> str:
    return metrics_page()[0].decode()


def figure(line: str) -> float:
    """What stands behind exactly this, or nothing."""
    found = re.search(rf"(?m)^{re.escape(line)} (\S+)$", page())
    return float(found[1]) if found else 0.0


def test_figures_are_counted_by_what_is_known_beforehand() -> None:
    for seconds in (0.03, 0.05, 7.0):
        request_series("couple", "/counted/here/{alone}", 200).observe(seconds)
    observe_job("counted.here", "done", 0.2)
    with live_client():
        inside = page()
    labels = 'route="/counted/here/{alone}",status="200",tier="couple"'
    told = {bound: figure(f'{REQUESTS.name}_bucket{{le="{bound}",{labels}}}') for bound in ("0.025", "0.05", "+Inf")}
    assert told == {"0.025": 0, "0.05": 2, "+Inf": 3}
    assert figure(f"{REQUESTS.name}_sum{{{labels}}}") == pytest.approx(7.08)
    assert figure(f'{JOBS.name}_count{{job="counted.here",outcome="done"}}') == 1
    assert "wedsync_live_clients 1.0" in inside
    assert "wedsync_live_clients 0.0" in page()


def test_a_statement_is_told_by_lane_and_by_its_own_name() -> None:
    before = figure(f'{STATEMENTS.name}_count{{lane="counted"}}')
    STATEMENTS.of("counted", "here.ONE").observe(0.002)
    STATEMENTS.of("counted", "here.TWO").observe(0.2)
    assert figure(f'{STATEMENTS.name}_count{{lane="counted"}}') - before == 2
    assert figure(f'{STATEMENTS.name}_bucket{{lane="counted",le="0.0025"}}') == 1
    assert figure(f'{STATEMENTS.by_query}_count{{lane="counted",query="here.TWO"}}') == 1


@pytest.fixture(scope="module")
def routes() -> tuple[tuple[str, Tier], ...]:
    settings = Settings(home=Path("unused"), database_url="postgresql://nowhere/x", valkey_url="valkey://nowhere:1")
    return tuple((route.path, route.tier) for route in routes_of(create_app(settings).litestar))


def test_every_route_has_a_tier_and_only_the_house_belongs_to_nobody(routes: tuple[tuple[str, Tier], ...]) -> None:
    assert {path for path, tier in routes if tier is Tier.HOUSE} == {
        "/api/health",
        "/api/v1/openapi.json",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/outbox",
        "/static/{release}/{name}",
    }


def test_what_a_wedding_day_needs_is_promised_as_such(routes: tuple[tuple[str, Tier], ...]) -> None:
    assert {path for path, tier in routes if tier is Tier.DAY_OF} == {
        "/api/v1/weddings/{wedding_id}/closing",
        "/api/v1/weddings/{wedding_id}/day-log",
        "/api/v1/weddings/{wedding_id}/day-log/{entry_id}",
        "/api/v1/weddings/{wedding_id}/reopening",
        "/s/{supplier_id}/today",
        "/s/{supplier_id}/weddings/{wedding_id}/day",
        "/s/{supplier_id}/weddings/{wedding_id}/day/entries",
        "/w/{wedding_id}/day",
        "/w/{wedding_id}/day/closing",
        "/w/{wedding_id}/day/entries",
        "/w/{wedding_id}/day/reopening",
    }
    assert tier_of("/live") is Tier.DAY_OF


@pytest.mark.parametrize(
    ("path", "tier"),
    [
        ("/", Tier.PUBLIC),
        ("/sign-in/link/{token}", Tier.PUBLIC),
        ("/you/data", Tier.PUBLIC),
        ("/w/{wedding_id}/details", Tier.COUPLE),
        ("/s/{supplier_id}/weddings/{wedding_id}", Tier.SUPPLIER),
        ("/api/v1/weddings/{wedding_id}/facts", Tier.API),
        ("/api/v1/operations/holds", Tier.OPERATOR),
        ("/operations", Tier.OPERATOR),
        (f"/w/{WEDDING}/day", Tier.DAY_OF),
        (f"/w/{WEDDING}/daylight", Tier.COUPLE),
        ("/wp-login.php", Tier.HOUSE),
    ],
)
def test_a_path_has_the_tier_of_its_route(path: str, tier: Tier) -> None:
    assert tier_of(path) is tier


async def test_a_request_counts_for_its_tier_and_a_stranger_at_the_door_for_nobody(app: WebApp, world: World) -> None:
    def seen() -> list[float]:
        kinds = (
            ("/sign-in", "200", "public"),
            ("none", "401", "house"),
            ("none", "404", "house"),
            ("/w/{wedding_id}/day", "401", "day_of"),
        )
        return [
            figure(f'{REQUESTS.name}_count{{route="{route}",status="{status}",tier="{tier}"}}')
            for route, status, tier in kinds
        ]

    before = seen()
    async with client_of(app) as client:
        for path in ("/sign-in", "/live", "/wp-login.php", f"/w/{WEDDING}/day"):
            await client.get(path, headers={"accept": "application/json"})
    assert [now - then for now, then in zip(seen(), before, strict=True)] == [1, 1, 1, 1]


async def test_nothing_is_under_way_when_nothing_is_asked() -> None:
    states = [(lane, state) for lane in ("read", "write") for state in ("open", "waiting")]
    async with asyncio.timeout(15):
        while any(LANES.of(*each).now for each in states):  # noqa: ASYNC110 - a gauge is no event
            await asyncio.sleep(0)  # what the application of this process still had in hand comes to its end


@pytest.mark.parametrize(
    ("setting", "worker", "second_web"),
    [
        ("", "127.0.0.1:8501", "127.0.0.1:8503"),
        ("10.0.0.5:9000", "10.0.0.5:9000", "10.0.0.5:9002"),
        ("off", "None", "None"),
    ],
)
def test_each_process_has_a_door_of_its_own(setting: str, worker: str, second_web: str) -> None:
    settings = Settings(port=8500, metrics=setting)
    assert (str(door_of(settings)), str(door_of(settings, 2))) == (worker, second_web)


async def test_figures_are_shown_at_the_door_and_nothing_else_is() -> None:
    async with shown_at(Door("127.0.0.1", 0), "f553f85") as port, httpx.AsyncClient() as client:
        answers = [await client.get(f"http://127.0.0.1:{port}/{path}") for path in ("metrics", "secrets")]
        async with shown_at(Door("127.0.0.1", port), "f553f85") as second:
            assert second == 0  # it is taken: whoever comes second goes on without
    assert [answer.status_code for answer in answers] == [200, 404]
    assert f'wedsync_build_info{{commit="f553f85",version="{wedsync.__version__}"}} 1.0' in answers[0].text
    assert "process_open_fds" in answers[0].text


async def test_who_does_not_read_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics_door, "ASKED_WITHIN_S", 0.2)
    monkeypatch.setattr(metrics_door, "metrics_page", lambda: (b"x" * 2**24, "text/plain"))
    loop, got = asyncio.get_running_loop(), 0
    async with shown_at(Door("127.0.0.1", 0), "") as port:
        with socket.create_connection(("127.0.0.1", port)) as caller:
            caller.settimeout(0)
            await loop.sock_sendall(caller, b"GET /metrics HTTP/1.1\r\n\r\n")
            await asyncio.sleep(0.5)
            while piece := await loop.sock_recv(caller, 2**20):
                got += len(piece)
    assert 0 < got < 2**24


async def test_the_worker_finds_out_how_the_house_is(own_database: TestDatabase, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=own_database.worker_url)
    async with Database(settings.database_url, sealer(), read_connections=1) as database:
        await watch(settings, database)
        off = [figure(each.name) for each in (figures.BACKED_UP_AT, figures.STREAMED_AT)]
        await watch(msgspec.structs.replace(settings, backups=str(tmp_path)), database)
    on = [figure(each.name) for each in (figures.BACKED_UP_AT, figures.STREAMED_AT, figures.WATCHED_AT)]
    assert off == [pytest.approx(math.nan, nan_ok=True)] * 2
    assert all(each > 1_700_000_000 for each in on)
    assert figure(figures.DISK_BYTES.name) > figure(figures.DISK_FREE_BYTES.name) > 0
    assert figure(figures.DATABASE_BYTES.name) > 1_000_000
    assert sum(figure(f'{figures.FREEZE.name}{{state="{state}"}}') for state in FreezeState) == 1
