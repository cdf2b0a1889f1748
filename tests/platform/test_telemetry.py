"""What is logged can be searched, belongs to its request, and never holds a secret."""

import io
import logging
from collections.abc import Iterator

import msgspec
import pytest

from wedsync.platform.telemetry import Log, configure_logging, request_id


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure_logging("json", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def only(lines: io.StringIO) -> dict[str, str | int | float | bool | None]:
    return msgspec.json.decode(lines.getvalue().strip(), type=dict[str, str | int | float | bool | None])


def test_a_line_is_one_object_with_its_request(lines: io.StringIO) -> None:
    token = request_id.set("req-1")
    Log("http").info("request", route="/w/{wedding_id}", status=200, name="Clara")
    request_id.reset(token)
    said = only(lines)
    assert (said["event"], said["route"], said["name"]) == ("request", "/w/{wedding_id}", "Clara")
    assert (said["request_id"], said["level"], said["logger"]) == ("req-1", "info", "wedsync.http")


def test_without_a_request_there_is_no_request_id(lines: io.StringIO) -> None:
    Log("jobs").info("started")
    assert "request_id" not in only(lines)


def test_what_libraries_say_comes_in_the_same_form(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("slow %s", "client")
    assert only(lines)["event"] == "slow client"


@pytest.mark.parametrize(
    "name", ["password", "login_token", "cookie", "Authorization", "invitation_code", "database_url"]
)
def test_a_fact_with_a_secret_name_is_hidden(lines: io.StringIO, name: str) -> None:
    Log("people").info("signed in", **{name: "hush"}, person="Clara")
    assert "hush" not in lines.getvalue()
    assert only(lines)["person"] == "Clara"


@pytest.mark.parametrize("style", ["json", "console"])
def test_neither_a_traceback_nor_an_address_shows_a_password(style: str) -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    before = list(root.handlers)
    configure_logging("json" if style == "json" else "console", stream)
    try:
        lose_the_database("hsuh"[::1].replace("su", "us"))
    except ConnectionError as error:
        Log("database").error("lost", error, address="postgresql://anna:hush@db")
    finally:
        root.handlers[:] = before
    assert "hush" not in stream.getvalue()
    assert "ConnectionError" in stream.getvalue()
    assert "db/wedsync" in stream.getvalue()


def lose_the_database(password: str) -> None:
    raise ConnectionError(f"cannot reach postgresql://anna:{password}@db/wedsync")
