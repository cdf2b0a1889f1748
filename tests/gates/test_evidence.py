"""A proof ends as its command does, and leaves word of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gates.outcome import Said

from gates import evidence
from wedsync.operations.report.evidence import FOLDER, read

PATIENCE_S = 30.0


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for words in (["init", "-q"], ["-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x", "--allow-empty"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    monkeypatch.setattr(evidence, "asked", lambda words: in_folder(tmp_path, words))
    return tmp_path


def in_folder(folder: Path, words: list[str]) -> Said:
    said = subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True)
    return Said(said.returncode, said.stdout, said.stderr)


@pytest.mark.parametrize("code", [0, 3])
def test_the_last_words_and_the_end_of_a_command_are_kept(
    here: Path, code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    program = f"print('first'); print('\\x1b[32m==== 7 passed ====\\x1b[0m'); print(); raise SystemExit({code})"
    assert evidence.main(["test", "--", sys.executable, "-c", program]) == code
    found = read(here / FOLDER)["test"]
    assert (found.is_well, found.said, found.is_clean, len(found.commit)) == (code == 0, "first\n7 passed", True, 40)
    assert "first\n" in capfd.readouterr().out


@pytest.mark.parametrize("meanwhile", ["echo x > y", "git -c user.name=x -c user.email=x@y commit -qm y --allow-empty"])
def test_a_tree_that_changes_under_a_proof_is_not_what_was_proved(here: Path, meanwhile: str) -> None:
    first = in_folder(here, ["git", "rev-parse", "HEAD"]).out.strip()
    evidence.main(["test", "--", "sh", "-c", meanwhile])
    found = read(here / FOLDER)["test"]
    assert (found.commit, found.is_clean) == (first, False)


def test_who_is_left_behind_by_a_command_does_not_keep_its_proof_from_ending(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LAST_WORDS_S", 0.2)
    program = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)"
    began = time.monotonic()
    evidence.main(["test", "--", sys.executable, "-c", program])
    os.kill(int(read(here / FOLDER)["test"].said), signal.SIGTERM)
    assert time.monotonic() - began < PATIENCE_S


def test_without_a_name_or_a_command_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["test"], ["test", "--"], ["test", "x", "y"]):
        assert evidence.main(words) == evidence.UNKNOWN_USE
    assert "NAME -- COMMAND" in capsys.readouterr().err
