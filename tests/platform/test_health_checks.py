"""What `wedsync doctor` says of the house it looks at."""

import socket
from pathlib import Path

import pytest

from wedsync.platform.health_checks import place_of, web_finding
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
