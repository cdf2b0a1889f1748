"""`wedsync import clients LIST --preview`, as somebody types it."""

import json
from pathlib import Path

from click.testing import CliRunner

from wedsync.entrypoints.cli import command_line

DATA = Path(__file__).parents[2] / "data"


def run(*said: str) -> tuple[int, str]:
    result = CliRunner().invoke(command_line(), ["import", "clients", *said])
    return result.exit_code, result.output


def test_the_preview_says_what_becomes_of_the_rows_and_what_to_ask() -> None:
    code, said = run(str(DATA / "clients-messy.csv"), "--preview")
    assert code == 0
    assert said.startswith(
        "1000 rows read: 218 imported, 36 merged, 746 flagged, 0 refused\n? We read this as Windows-1252."
    )
    assert "guests “approx 120”: Is 120 the number of guests to keep?" in said


def test_as_json_every_row_has_its_fate() -> None:
    code, said = run(str(DATA / "clients-dubsado.csv"), "--preview", "--json")
    found = json.loads(said)
    assert code == 0
    assert len(found["outcomes"]) == 200
    assert found["outcomes"][0]["draft"]["names"]["value"]["partner1"] == {"first_name": "Julian", "last_name": "Hunt"}


def test_a_folder_a_picture_and_a_forgotten_session_are_refused_with_a_sentence(tmp_path: Path) -> None:
    picture = tmp_path / "clients.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "is a directory" in run(str(tmp_path), "--preview")[1]
    assert run(str(picture), "--preview") == (
        1,
        "Error: This is a picture, not a list. Save the list as CSV or .xlsx and send that.\n",
    )
    told = run(str(DATA / "clients-messy.csv"), "--session", str(tmp_path / "none"))[1]
    assert "There is no session" in told
