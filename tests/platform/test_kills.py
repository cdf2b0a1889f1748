"""Whatever of the house is killed, whenever: what somebody was told is saved is there afterwards, and the house answers."""

import contextlib
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import httpx
import psutil
import psycopg
import pytest
from tests.support.servers import RunningHouse, eventually, running_house

from wedsync.entrypoints.demo.world import PASSWORD
from wedsync.platform.addresses import left_in

KILLS: Final = 50
WRITES_BETWEEN: Final = 5
ANSWERS_WITHIN_S: Final = 10.0
# One person may write 1,000 times an hour, and fifty kills are to fit in.
PAUSE_S: Final = 0.15
# The page shows 200 revisions: more than these and what was sent among them.
NEWEST: Final = 100
FACT: Final = "special_requests"

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="only our own servers may be killed"),
]


class Writer:
    """A partner who saves one value after another over HTTP, and remembers what they sent and what was acknowledged."""

    def __init__(self, house: RunningHouse, email: str) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{house.port}", timeout=ANSWERS_WITHIN_S)
        signed_in = self._client.post("/api/v1/sessions", json={"email": f"{email}@example.org", "password": PASSWORD})
        self._client.headers["authorization"] = f"Bearer {signed_in.json()['token']}"
        self._wedding = self._client.get("/api/v1/me").json()["weddings"][0]["wedding_id"]
        self.sent: set[str] = set()
        self.acknowledged: list[str] = []
        self.seen: set[str] = set()
        self.lost: set[str] = set()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def _write(self) -> None:
        tag = ""
        while not self._is_over.is_set():
            with contextlib.suppress(httpx.HTTPError):
                tag = tag or self._revision()
                value = f"save {time.time_ns()}"
                self.sent.add(value)
                answer = self._client.patch(self._address(), json={"value": value}, headers={"if-match": tag})
                if answer.status_code == httpx.codes.OK:
                    self.acknowledged.append(value)
                tag = answer.headers.get("etag", "") if answer.status_code == httpx.codes.OK else ""
                time.sleep(PAUSE_S)
                continue
            tag = ""  # nobody knows whether it was saved
            time.sleep(0.05)

    def _revision(self) -> str:
        answer = self._client.get(self._address())
        return '"0"' if answer.status_code == httpx.codes.NOT_FOUND else answer.headers.get("etag", "")

    def _address(self) -> str:
        return f"/api/v1/weddings/{self._wedding}/facts/{FACT}"

    def look(self) -> None:
        """See what is there now of the newest that was acknowledged, also of what had been seen before a kill."""
        assert eventually(self._looked), "what was saved cannot be read"

    def _looked(self) -> bool:
        acknowledged = set(self.acknowledged[-NEWEST:])
        with contextlib.suppress(httpx.HTTPError):
            found = self._client.get(f"{self._address()}/revisions")
            if found.status_code == httpx.codes.OK:
                there = {str(each["value"]) for each in found.json()}
                self.seen |= there
                self.lost |= acknowledged - there
                return True
        return False

    def look_at_all(self, admin_url: str) -> None:
        """See what of all that was ever acknowledged is not there: the page shows the newest alone."""
        with psycopg.connect(admin_url) as connection:
            there = connection.execute(
                "select r.value #>> '{}' from app.core_field_revisions r where r.wedding_id = %s and r.fact_key = %s",
                (self._wedding, FACT),
            ).fetchall()
        self.lost |= set(self.acknowledged) - {str(value) for (value,) in there}

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()
        self._client.close()


@contextlib.contextmanager
def writing(house: RunningHouse, email: str) -> Iterator[Writer]:
    """Somebody who writes for as long as this lasts."""
    writer = Writer(house, email)
    try:
        yield writer
    finally:
        writer.end()


@contextlib.contextmanager
def another_house() -> Iterator[RunningHouse]:
    """One with demonstration data, open."""
    with tempfile.TemporaryDirectory(prefix="wedsync-") as folder:
        Path(folder).chmod(0o711)
        with running_house(Path(folder) / "var", WEDSYNC_DEMO="1") as found:
            yield found.wait_open()


@pytest.fixture(scope="module")
def house() -> Iterator[RunningHouse]:
    with another_house() as found:
        yield found


# Each kind of kill has its own writer: one person may write 1,000 times an hour.
@pytest.mark.parametrize(
    ("name", "email"), [("postgres", "clara"), ("valkey", "priya"), ("web", "sofia"), ("worker", "hannah")]
)
def test_fifty_sudden_deaths_lose_no_acknowledged_write(house: RunningHouse, name: str, email: str) -> None:
    with writing(house, email) as writer:
        waits = [killed(house, name, writer) for _ in range(KILLS)]
    found = left_in(house.home)
    assert found
    writer.look_at_all(found.admin)
    told = f"{KILLS} kills, {len(writer.acknowledged)} acknowledged, {len(writer.lost)} lost"
    print(f"{name}: {told}, saving again within {max(waits):.1f} s")  # noqa: T201 - the figure to report
    assert writer.lost == set()
    assert len(writer.acknowledged) >= KILLS * WRITES_BETWEEN
    assert max(waits) < ANSWERS_WITHIN_S


def test_a_ledger_that_takes_sending_for_saving_would_show_losses(house: RunningHouse) -> None:
    # The negative control, on the same kills: what was sent when the database died never arrived.
    with writing(house, "clara") as writer:
        for _ in range(KILLS):
            killed(house, "postgres", writer)
            sent = set(writer.sent)
            assert eventually(has_more(writer, len(writer.acknowledged)))
            writer.look()
            if sent - writer.seen:
                return
    pytest.fail("every write that was sent was saved, so nothing was killed in the middle of one")


def test_a_database_that_acknowledges_before_it_has_written_loses_writes() -> None:
    # The negative control of the whole ledger: what was acknowledged and lay in memory alone is gone, and is seen to be.
    with another_house() as house, writing(house, "clara") as writer:
        found = left_in(house.home)
        assert found
        with psycopg.connect(found.admin, autocommit=True) as connection:
            connection.execute("alter system set synchronous_commit = off")
            connection.execute("alter system set wal_writer_delay = '10s'")
            connection.execute("select pg_reload_conf()")
        for number in range(1, KILLS + 1):
            killed(house, "postgres", writer)
            if writer.lost:
                told = f"{len(writer.lost)} of {len(writer.acknowledged)} acknowledged lost at kill {number}"
                print(f"synchronous_commit = off: {told}")  # noqa: T201 - the figure to report
                return
    pytest.fail("nothing acknowledged was lost although it was acknowledged before it was written")


def killed(house: RunningHouse, name: str, writer: Writer) -> float:
    """Kill a child under writes; the seconds until the next write was acknowledged."""
    assert eventually(has_more(writer, len(writer.acknowledged) + WRITES_BETWEEN))
    time.sleep(random.uniform(0, PAUSE_S))  # noqa: S311 - in the middle of whatever is going on
    child = house.child(name)
    assert child is not None
    child.kill()
    began, so_far = time.monotonic(), len(writer.acknowledged)
    assert eventually(is_another(house, name, child)), f"{name} did not come back"
    assert eventually(has_more(writer, so_far)), f"no write got through after {name} was killed"
    waited = time.monotonic() - began
    writer.look()
    return waited


def is_another(house: RunningHouse, name: str, killed: psutil.Process) -> Callable[[], bool]:
    def is_there() -> bool:
        child = house.child(name)
        return child is not None and child.pid != killed.pid

    return is_there


def has_more(writer: Writer, than: int) -> Callable[[], bool]:
    return lambda: len(writer.acknowledged) > than
