"""What proofs leave behind: a file each, with the command, how it ended and its last words, at which commit.

`make test`, `make gates` and the benchmarks write them (`gates/evidence.py`); `wedsync report` reads them.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

FOLDER: Final = Path("build/evidence")
LONGEST_WORD: Final = 300
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A proof that was tried. `is_clean`: nothing in the working tree differed from `commit`."""

    name: str
    command: str
    is_well: bool
    said: str
    took_s: float
    ended_at: datetime
    commit: str
    is_clean: bool


def keep(folder: Path, evidence: Evidence) -> None:
    """In place of the one before. Raises ValueError for a name that is no file's."""
    if not _NAME.fullmatch(evidence.name):
        message = f"{evidence.name!r} is no name of a proof"
        raise ValueError(message)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{evidence.name}.part"
    part.write_bytes(msgspec.json.format(msgspec.json.encode(evidence)))
    part.replace(folder / f"{evidence.name}.json")


def read(folder: Path) -> dict[str, Evidence]:
    """By name. A file that cannot be read proves nothing, and is left out."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            evidence = msgspec.json.decode(path.read_bytes(), type=Evidence)
        except (msgspec.DecodeError, OSError):
            continue
        found[evidence.name] = evidence
    return found
