"""Every requirement of ASVS 5.0, levels 1 and 2, of four chapters: mapped once, to tests that are there or to a reason."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs/security/asvs.md").read_text()
# The numbers of levels 1 and 2, as release 5.0.0 has them; what is left out is of level 3.
ASKED: Final = {
    "6.1": range(1, 4), "6.2": range(1, 13), "6.3": range(1, 5), "6.4": range(1, 5), "6.5": range(1, 6),
    "6.6": range(1, 4), "6.8": range(1, 5), "7.1": range(1, 4), "7.2": range(1, 5), "7.3": range(1, 3),
    "7.4": range(1, 6), "7.5": range(1, 3), "7.6": range(1, 3), "8.1": range(1, 3), "8.2": range(1, 4),
    "8.3": range(1, 2), "8.4": range(1, 2), "9.1": range(1, 4), "9.2": range(1, 5),
}  # fmt: skip
ROWS: Final = re.findall(r"^\| (\d\.\d\.\d+) \| (\d) \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE)
_TEST: Final = re.compile(r"`(?:tests/)?(\S+?\.py)::(\w+)`")


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def missing(proof: str) -> list[str]:
    """Tests that a line names and nobody wrote."""
    wrong = []
    for name, test in _TEST.findall(proof):
        found = [path for path in (ROOT / "tests" / name, ROOT / "tests/features" / name) if path.exists()]
        if not found or test not in functions_of(found[0]):
            wrong.append(f"{name}::{test}")
    return wrong


def test_every_requirement_of_levels_1_and_2_stands_there_once() -> None:
    asked = [f"{section}.{number}" for section, numbers in ASKED.items() for number in numbers]
    assert [number for number, _, _ in ROWS] == asked
    assert {level for _, level, _ in ROWS} == {"1", "2"}


def test_each_names_tests_that_are_there_or_says_why_none_is() -> None:
    for number, _, proof in ROWS:
        assert missing(proof) == [], number
        assert _TEST.search(proof) or proof.startswith(("reason: ", "documented: ", "**deviates**: ")), number


def test_what_is_documented_is_there() -> None:
    for link in re.findall(r"\]\(([^)#]+\.md)", PAGE):
        assert (ROOT / "docs/security" / link).resolve().is_file(), link


def test_a_test_that_nobody_wrote_would_be_found() -> None:
    assert missing("`operations/test_overrides.py::test_nobody_wrote_this`") != []
