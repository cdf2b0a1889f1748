"""What a gate says: passed, failed, or that it could not look. The third is never taken for the first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

ROOT: Final = Path(__file__).resolve().parents[1]


class Verdict(StrEnum):
    """How a gate ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    DID_NOT_RUN = "DID NOT RUN"


class Outcome(msgspec.Struct, frozen=True):
    """How it ended, and what there is to say about it."""

    verdict: Verdict
    remark: str = ""


class Said(msgspec.Struct, frozen=True):
    """What a program ended with and printed."""

    code: int
    out: str
    err: str


PASSED: Final = Outcome(Verdict.PASSED)


def failed(remark: str) -> Outcome:
    """It looked, and something is wrong."""
    return Outcome(Verdict.FAILED, remark)


def did_not_run(why: str) -> Outcome:
    """It could not look."""
    return Outcome(Verdict.DID_NOT_RUN, why)


def tool(name: str) -> str:
    """A program of the environment that runs this."""
    return str(Path(sys.executable).with_name(name))


def shown(*words: str) -> Outcome:
    """Run it for all to see; 0 is passed."""
    try:
        code = subprocess.run(words, cwd=ROOT, check=False).returncode
    except FileNotFoundError:
        return did_not_run(f"{Path(words[0]).name} is not installed")
    return PASSED if code == 0 else failed(f"{Path(words[0]).name} ended with {code}")


def asked(words: Sequence[str], folder: Path = ROOT) -> Said:
    """Run it and keep what it prints. Raises FileNotFoundError."""
    said = subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True)
    return Said(said.returncode, said.stdout, said.stderr)


def tracked(*patterns: str) -> list[str]:
    """Files of the repository, by git's patterns."""
    listed = asked(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns])
    return [path for path in listed.out.splitlines() if (ROOT / path).is_file()]
