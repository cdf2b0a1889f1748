"""`bin/setup` and `make`: what a fresh machine meets first, and what it is told when something is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "dirname", "cat", "cksum", "rm", "grep", "awk", "df", "id", "chmod", "readlink", "env", "mkdir")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What setup looks at, in a path with spaces."""
    copy = tmp_path / "a fresh checkout"
    (copy / "bin").mkdir(parents=True)
    shutil.copy2(ROOT / "bin" / "setup", copy / "bin" / "setup")
    shutil.copytree(ROOT / "requirements", copy / "requirements")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with a few tools on it and no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (folder / tool).symlink_to(found)
    return folder


def setup(checkout: Path, path: Path | str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "bin" / "setup", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(path), "HOME": os.environ["HOME"]},
    )


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_without_python_it_says_what_to_install(checkout: Path, bare_path: Path) -> None:
    answer = setup(checkout, bare_path)
    assert answer.returncode == 3
    assert "needs Python 3.11 or newer" in answer.stderr
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_no_python(checkout: Path, bare_path: Path) -> None:
    put(bare_path, "python3", "exit 1")
    assert setup(checkout, bare_path).returncode == 3


def test_without_the_venv_module_it_says_what_to_install(checkout: Path, bare_path: Path) -> None:
    put(bare_path, "python3", f'case "$*" in *ensurepip*) exit 1 ;; esac; exec "{sys.executable}" "$@"')
    answer = setup(checkout, bare_path)
    assert answer.returncode == 4
    assert "python3-venv" in answer.stderr
    assert not (checkout / ".venv").exists()


def test_a_wrong_hash_installs_nothing(checkout: Path) -> None:
    # A local wheel whose hash is not the one on the list; nothing is asked of the network.
    wheel = checkout / "evil-1.0-py3-none-any.whl"
    wheel.write_bytes(b"PK not what was promised")
    for kind in ("run", "dev"):
        (checkout / "requirements" / f"{kind}.txt").write_text(f"./{wheel.name} --hash=sha256:{'0' * 64}\n")
    answer = subprocess.run(
        [checkout / "bin" / "setup"], cwd=checkout, check=False, capture_output=True, text=True, env=dict(os.environ)
    )
    assert answer.returncode == 5
    assert "could not be installed" in answer.stderr
    assert not list((checkout / ".venv").glob("*.stamp"))


@pytest.mark.deep
def test_a_finished_environment_is_left_alone_and_a_changed_list_is_not(checkout: Path) -> None:
    for kind in ("run", "dev"):
        (checkout / "requirements" / f"{kind}.txt").write_text("# nothing needed\n")
    first, second = setup(checkout, os.environ["PATH"]), setup(checkout, os.environ["PATH"])
    assert first.returncode == second.returncode == 0, first.stderr
    assert "The environment is ready" in first.stderr
    assert second.stderr == ""
    (checkout / "requirements" / "run.txt").write_text("# nothing needed still\n")
    assert "The environment is ready" in setup(checkout, os.environ["PATH"]).stderr


@pytest.mark.deep
def test_an_environment_that_was_moved_is_made_again(checkout: Path) -> None:
    for kind in ("run", "dev"):
        (checkout / "requirements" / f"{kind}.txt").write_text("# nothing needed\n")
    assert setup(checkout, os.environ["PATH"]).returncode == 0
    moved = checkout.rename(checkout.with_name("moved"))
    answer = setup(moved, os.environ["PATH"])
    assert answer.returncode == 0
    assert "Making the environment" in answer.stderr
    pointer = next((moved / ".venv").glob("lib/python*/site-packages/wedsync.pth"))
    assert pointer.read_text() == f"{moved / 'src'}\n"


def test_make_help_names_every_command_people_need() -> None:
    answer = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in ("run", "dev", "test", "check", "bench", "lock"):
        assert f"make {target}" in answer


def test_requirements_carry_hashes_and_no_address() -> None:
    for kind in ("run", "dev"):
        text = (ROOT / "requirements" / f"{kind}.txt").read_text()
        assert "://" not in text
        assert "--index-url" not in text
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)


@pytest.mark.deep
def test_a_fresh_checkout_becomes_a_house_that_runs(checkout: Path) -> None:
    answer = setup(checkout, os.environ["PATH"])
    assert answer.returncode == 0, answer.stderr
    version = subprocess.run(
        [checkout / ".venv" / "bin" / "wedsync", "version"], check=True, capture_output=True, text=True
    ).stdout
    assert version.startswith("wedsync")


def test_every_dependency_says_why_it_is_here() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    for kind in ("run", "dev"):
        for line in (ROOT / "requirements" / f"{kind}.in").read_text().splitlines():
            name = line.partition("[")[0].strip()
            if name and not name.startswith(("#", "-")):
                assert name in page, f"docs/dependencies.md has no line for {name}"
