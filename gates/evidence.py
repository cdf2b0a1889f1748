"""Runs a proof for all to see and keeps how it ended: `python -m gates.evidence NAME -- COMMAND …`.

Ends as the command does. What it leaves in build/evidence is what `wedsync report` calls evidence.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
import time
from collections import deque
from typing import Final

import msgspec

from gates.outcome import ROOT, asked
from wedsync.kernel.clock import utc_now
from wedsync.operations.report.evidence import FOLDER, LONGEST_WORD, Evidence, keep

UNKNOWN_USE: Final = 2
WORDS_KEPT: Final = 6
# A process that the command left behind may hold its output open for ever; nobody waits for that.
LAST_WORDS_S: Final = 5.0
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """What is proved: a commit, empty without git, and whether anything differs from it."""

    commit: str
    differs: bool


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """When a proof began, by the monotonic clock, and of what."""

    at_s: float
    tree: Tree


def main(arguments: list[str]) -> int:
    """The answer is the exit code."""
    name, dashes, *command = arguments if len(arguments) > UNKNOWN_USE else ("", "", "")
    if dashes != "--" or not command:
        print(__doc__, file=sys.stderr)
        return UNKNOWN_USE
    began, last = start(), deque[str](maxlen=WORDS_KEPT)
    is_seen: bool = sys.stdout.isatty()
    colours = {"FORCE_COLOR": "1"} if is_seen else {}
    environment: dict[str, str] = {**os.environ, **colours}
    heard, said = os.pipe()
    # Its end is waited for, Ctrl-C or not.
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said) as running:
        os.close(said)
        reader = threading.Thread(target=_pass_on, args=(heard, last), daemon=True)
        reader.start()
        code = running.wait()
    reader.join(LAST_WORDS_S)
    put_down(name, shlex.join(command), is_well=code == 0, said="\n".join(last), began=began)
    return code


def _pass_on(heard: int, last: deque[str]) -> None:
    with open(heard, errors="replace", newline="") as words:
        for line in words:
            print(line, end="", flush=True)
            if line.strip():
                last.append(_COLOURS.sub("", line).strip(" =\n")[:LONGEST_WORD])


def start() -> Start:
    """Now."""
    return Start(at_s=time.monotonic(), tree=_tree())


def put_down(name: str, command: str, *, is_well: bool, said: str, began: Start) -> None:
    """A tree that changed since it `began` is not clean. Without git nothing is kept: what was proved is not known."""
    if not began.tree.commit:
        return
    keep(
        ROOT / FOLDER,
        Evidence(
            name=name,
            command=command.replace(f"{ROOT}/", ""),
            is_well=is_well,
            said=said,
            took_s=round(time.monotonic() - began.at_s, 1),
            ended_at=utc_now(),
            commit=began.tree.commit,
            is_clean=not began.tree.differs and _tree() == began.tree,
        ),
    )


def _tree() -> Tree:
    commit = asked(["git", "rev-parse", "HEAD"]).out.strip()
    return Tree(commit=commit, differs=bool(asked(["git", "status", "--porcelain"]).out.strip()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
