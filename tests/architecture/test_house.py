"""The plan of the house, kept by checks: who imports whom, what an action declares, and pages that cannot rot."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.platform.database import ACTIONS

ROOT: Final = Path(__file__).resolve().parents[2]
FEATURES: Final = (
    "people", "venues", "weddings", "connections", "amendments", "acknowledgements", "day", "trash", "clients", "client_lists", "privacy", "api_keys", "preferences",
)  # fmt: skip
for _feature in FEATURES:
    importlib.import_module(f"wedsync.features.{_feature}.actions")
for _path in sorted((ROOT / "src/wedsync/operations").glob("*/actions.py")):
    importlib.import_module(f"wedsync.operations.{_path.parent.name}.actions")
OURS: Final = {
    declared.name: declared
    for declared in ACTIONS
    if declared.name.startswith(("wedsync.features.", "wedsync.operations."))
}
TESTS: Final = "\n".join(
    path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.py")) if "architecture" not in path.parts
)


@pytest.mark.deep  # `make check` asks the same
def test_imports_point_down_only() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run([lint_imports], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("name", OURS)
def test_an_action_says_what_it_asks_for_and_what_it_writes(name: str) -> None:
    declared = OURS[name]
    assert isinstance(declared.write_class, WriteClass)
    assert (declared.requires is None) == (declared.target == "open")
    assert declared.requires is None or isinstance(declared.requires, Permission)
    assert declared.requires is not Permission.SELF or declared.target == "self"
    module, _, function = name.rpartition(".")
    assert getattr(importlib.import_module(module), function).__doc__


@pytest.mark.parametrize("name", OURS)
def test_an_action_is_called_by_a_test(name: str) -> None:
    assert is_called(name.rpartition(".")[2])


def test_an_action_that_no_test_calls_would_be_found() -> None:
    assert not is_called("unheard_of")


def is_called(function: str) -> bool:
    return bool(re.search(rf"\b{function}\(", TESTS))


def test_every_action_module_is_known() -> None:
    assert {path.parent.name for path in (ROOT / "src/wedsync/features").glob("*/actions.py")} == set(FEATURES)
    assert len(OURS) > 20


@pytest.mark.deep  # `make check` asks the same
def test_generated_pages_say_what_the_code_says() -> None:
    said = subprocess.run(
        [sys.executable, "bin/docs", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout
