"""`wedsync` as somebody at a terminal or a pipeline runs it: a process of its own, with the environment it is given.

What the command line imports is loaded once, by a server that does nothing but fork: Python's start would take most of
the time. `python -m wedsync` itself is started by whatever runs on: the house, its worker, its stream.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wedsync.entrypoints.cli import main

PATIENCE_S: Final = 300.0
_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def wedsync(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What it printed, and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder) / "output", Path(folder) / "errors"
        process = _FORKS.Process(target=_become, args=(arguments, dict(environment), output, errors))
        process.start()
        process.join(PATIENCE_S)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, PATIENCE_S, output.read_text(), errors.read_text())
        return subprocess.CompletedProcess(arguments, process.exitcode, output.read_text(), errors.read_text())


def ambient(**more: str) -> dict[str, str]:
    """Whatever stands in our own environment but settings, and what is named."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("WEDSYNC_", "DATABASE_"))} | more


def _become(arguments: tuple[str, ...], environment: dict[str, str], output: Path, errors: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((1, output), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["wedsync", *arguments]
    main()
