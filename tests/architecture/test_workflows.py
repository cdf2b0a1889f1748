"""What runs elsewhere is what runs here: a workflow only calls make, may do no more than read, and trusts no moving tag."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / ".github/workflows"
TEXTS: Final = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.iterdir())}
TARGETS: Final = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))
MAKE: Final = re.compile(r"make ([a-z-]+)(?: [A-Z]+=[\w:.-]+)*")
PINNED: Final = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
TODAY: Final = datetime.now(UTC).date()
NAMES: Final = {
    "production-quality-gates",
    "intensive-testing",
    "saturday-wedding-protection",
    "performance-excellence",
    "type-check",
    "release",
}
BAD: Final = """
on: push
permissions: {contents: write}
jobs:
  a:
    permissions: {packages: write}
    steps:
      - uses: actions/checkout@v5
      - run: pytest
      - run: make unheard-of
      - run: make test && curl x
      - {run: make test, shell: python}
"""


def test_every_workflow_is_there() -> None:
    assert set(TEXTS) == NAMES


@pytest.mark.parametrize("name", TEXTS)
def test_a_workflow_does_only_what_anybody_can_do_here(name: str) -> None:
    assert list(complaints(TEXTS[name])) == []


def test_a_workflow_that_does_more_is_found() -> None:
    assert list(complaints(BAD)) == [
        "permissions are {'contents': 'write'}",
        "a: permissions of its own",
        "a: no time limit",
        "a: keeps its credentials",
        "a: runs 'pytest'",
        "a: runs 'make unheard-of'",
        "a: runs 'make test && curl x'",
        "a: runs 'make test'",
        "not pinned: uses: actions/checkout@v5",
    ]


def test_a_release_waits_for_the_freeze_at_both_ends_and_for_every_gate() -> None:
    jobs = read("release")["jobs"]
    protection = "./.github/workflows/saturday-wedding-protection.yml"
    assert [(name, job.get("needs")) for name, job in jobs.items()] == [
        ("before", None), ("gates", "before"), ("image", "gates"), ("after", "image"),
        ("publish", "after"),
    ]  # fmt: skip
    assert jobs["before"]["uses"] == jobs["after"]["uses"] == protection
    assert jobs["gates"]["uses"] == "./.github/workflows/production-quality-gates.yml"
    steps = read("saturday-wedding-protection")["jobs"]["freeze"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make freeze-check WHAT=deploy"]
    assert not any("continue-on-error" in text for text in TEXTS.values())


def test_what_was_tried_is_what_is_kept_and_what_is_pushed() -> None:
    """The image and its sibling: one that no job carries along would be missed only where a backup is due."""
    asked = ["make", "--dry-run", "--silent", "image-archive"]
    recipe = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    made = re.findall(r"docker-archive:(build/[\w.-]+)", recipe)
    assert made == ["build/wedsync-image.tar", "build/wedsync-image-backups.tar"]
    jobs = read("release")["jobs"]
    (kept,) = [step["with"] for step in jobs["image"]["steps"] if "upload-artifact@" in step.get("uses", "")]
    (fetched,) = [step["with"] for step in jobs["publish"]["steps"] if "download-artifact@" in step.get("uses", "")]
    assert all(fnmatch(path, kept["path"]) for path in made)
    assert (fetched["name"], fetched["path"]) == (kept["name"], "build")


def test_nothing_is_pushed_where_one_of_them_was_not_tried(tmp_path: Path) -> None:
    script = tmp_path / "deploy/image/push"
    for folder in (script.parent, tmp_path / "build"):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "deploy/image/push", script)
    (tmp_path / "build/wedsync-image.tar").touch()
    said = subprocess.run([script, f"oci:{tmp_path}/place:1"], capture_output=True, text=True, check=False)
    assert (said.returncode, "no build/wedsync-image-backups.tar" in said.stderr) == (3, True)
    assert not (tmp_path / "place").exists()


@pytest.mark.parametrize(
    ("what", "settings", "code"),
    [
        ("WHAT=deploy", {}, 4),  # as the workflow without its secret: no clock to compare with
        ("WHAT=rollback", {}, 0),
        ("WHAT=deploy ARGS=--offline", {"WEDSYNC_BUSY_DATES": f"{TODAY}..{TODAY + timedelta(days=1)} Wedding fair"}, 3),
        ("WHAT=deploy ARGS=--offline", {"WEDSYNC_STAGING": "1"}, 0),
    ],
)
def test_a_release_is_blocked_when_frozen_and_when_nobody_can_tell_and_a_way_back_is_not(
    what: str, settings: dict[str, str], code: int, tmp_path: Path
) -> None:
    asked = ["make", "--dry-run", "--silent", "freeze-check", *what.split()]
    recipe = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("WEDSYNC_") or name == "WEDSYNC_VENV"
    }
    environment = kept | {"DATABASE_URL": "", "WEDSYNC_HOME": str(tmp_path)} | settings
    assert subprocess.run(["sh", "-c", recipe], cwd=ROOT, env=environment, check=False).returncode == code


def complaints(text: str) -> Iterator[str]:
    """What a workflow does that nobody could do with make, or that it has no business to do."""
    whole = yaml.safe_load(text)
    if whole.get("permissions") != {"contents": "read"}:
        yield f"permissions are {whole.get('permissions')}"
    for name, job in whole["jobs"].items():
        if "permissions" in job:
            yield f"{name}: permissions of its own"
        if "steps" in job:
            yield from _job(name, job)
    for line in re.findall(r"uses: .*", text):
        if not PINNED.fullmatch(line.strip()) and not line.startswith("uses: ./.github/workflows/"):
            yield f"not pinned: {line.strip()}"


def _job(name: str, job: dict[str, Any]) -> Iterator[str]:
    if "timeout-minutes" not in job:
        yield f"{name}: no time limit"
    for step in job["steps"]:
        if "checkout@" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False:
            yield f"{name}: keeps its credentials"
        found = MAKE.fullmatch(step["run"]) if "run" in step else None
        if "run" in step and (found is None or found[1] not in TARGETS or "shell" in step):
            yield f"{name}: runs {step['run']!r}"


def read(name: str) -> dict[str, Any]:
    """A workflow, as it is understood."""
    whole: dict[str, Any] = yaml.safe_load(TEXTS[name])
    return whole
