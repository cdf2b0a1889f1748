"""What `wedsync doctor` says of the house it looks at."""

import socket
from pathlib import Path

import msgspec
import pytest

from wedsync.entrypoints.commands.doctor import Report
from wedsync.entrypoints.commands.surroundings import at_its_door
from wedsync.platform.addresses import Addresses, leave
from wedsync.platform.health_checks import Finding, place_of, web_finding
from wedsync.platform.settings import Settings


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://wedsync_app:secret@127.0.0.1:5432/wedsync", "127.0.0.1:5432"),
        ("postgresql://db.example.org/wedsync", "db.example.org"),
        ("postgresql:///wedsync?host=/run/postgresql", "/run/postgresql"),
        ("valkey://:secret@[::1]:6379/0", "::1:6379"),
        ("unix:///run/valkey.sock", "/run/valkey.sock"),
    ],
)
def test_it_says_where_a_server_is_and_never_how_one_gets_in(url: str, place: str) -> None:
    assert place_of(url) == place


def test_it_says_whether_the_webs_port_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings = Settings(home=tmp_path, port=door.getsockname()[1])
        there = web_finding(settings)
    gone = web_finding(settings)
    assert (there.is_well, gone.is_well) == (True, False)
    assert str(settings.port) in there.seen
    assert "WEDSYNC_PORT" in gone.advice


def test_it_looks_at_the_port_of_the_house_that_runs_unless_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    settings = Settings(home=tmp_path, port=4000)
    assert at_its_door(settings, {}).port == 4000  # no house runs here
    leave(tmp_path, Addresses(admin="", app="", worker="", valkey="", secret="", port=4321))
    assert at_its_door(settings, {}).port == 4321
    assert at_its_door(settings, {"WEDSYNC_PORT": "4000"}).port == 4000


def test_it_advises_only_where_something_is_not_well() -> None:
    findings = [Finding(name="disk", is_well=is_well, seen="", advice="Make room.") for is_well in (True, False)]
    told = msgspec.json.decode(Report.of(findings).printed, type=Report)
    assert not told.is_well
    assert [each.advice for each in told.findings] == ["", "Make room."]
