"""A gate that finds something says so, one that could not look is never taken for one that passed."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import msgspec
import pytest
from gates.checks import Audit, Scan, Skipped, judge_audit, judge_scan, last_release
from gates.outcome import PASSED, Outcome, Verdict, did_not_run, failed, shown, tool
from gates.pages import BUDGET, Category, Measure, Report, over_budget

from gates import __main__ as gates

WELL: Final = Report(
    categories={name: Category(1.0) for name in BUDGET},
    audits={"largest-contentful-paint": Measure(1000.0), "total-byte-weight": Measure(100_000.0)},
)


@pytest.mark.parametrize(
    ("outcomes", "code", "forgiven"),
    [
        ([PASSED], 0, 0),
        ([PASSED, failed("x")], 1, 1),
        ([PASSED, did_not_run("x")], 3, 0),
        ([did_not_run("x"), failed("x")], 1, 1),
    ],
)
def test_the_exit_code_tells_a_failure_from_a_gate_that_did_not_run(
    outcomes: list[Outcome], code: int, forgiven: int
) -> None:
    named = {str(number): outcome for number, outcome in enumerate(outcomes)}
    assert gates.code(named, allow_missing=False) == code
    assert gates.code(named, allow_missing=True) == forgiven


def test_the_last_lines_name_what_did_not_run_and_why() -> None:
    said = gates.summary({"audit": did_not_run("nobody answers"), "yaml": PASSED, "api": failed("2 breaks")})
    assert [" ".join(line.split()) for line in said.splitlines()] == [
        "passed yaml",
        "FAILED api 2 breaks",
        "DID NOT RUN audit nobody answers",
    ]


def test_a_gate_that_is_not_there_is_refused() -> None:
    assert gates.main(["unheard-of"]) == 2


def test_a_program_that_is_not_installed_did_not_run_and_one_that_fails_failed() -> None:
    assert shown(tool("unheard-of")).verdict is Verdict.DID_NOT_RUN
    assert shown("false").verdict is Verdict.FAILED
    assert shown("true").verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("packages", "verdict"),
    [
        ((Skipped("a"), Skipped("b")), Verdict.PASSED),
        ((Skipped("a"), Skipped("b", skip_reason="not found")), Verdict.DID_NOT_RUN),
        ((Skipped("a", vulns=({"id": "CVE-1"},)), Skipped("b", skip_reason="not found")), Verdict.FAILED),
        ((), Verdict.FAILED),
    ],
)
def test_a_package_that_nobody_could_say_anything_about_was_not_audited(
    packages: tuple[Skipped, ...], verdict: Verdict
) -> None:
    assert judge_audit(Audit(packages)).verdict is verdict


def test_what_is_being_released_is_compared_with_the_release_before_it(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=Anna", "-c", "user.email=anna@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    seen: list[str] = []
    for tag in ("v1.0.0", "v1.1.0", "w-no-release"):
        git("commit", "--allow-empty", "--message", tag)
        git("tag", tag)
        seen.append(last_release(tmp_path))
    assert seen == ["", "v1.0.0", "v1.1.0"]


def test_a_key_that_was_left_in_a_file_is_found(tmp_path: Path) -> None:
    # Put together here, so that this file holds none.
    (tmp_path / "settings.py").write_text(f'key = "{"AKIA" + "QYLPMN5HHHFPZAM2"}"\n')
    (tmp_path / "plain.py").write_text('word = "hush"\n')
    command = [tool("detect-secrets"), "scan", "--all-files", "."]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    outcome = judge_scan(msgspec.json.decode(said.stdout, type=Scan))
    assert outcome.verdict is Verdict.FAILED
    assert "settings.py" in said.stdout.decode()
    assert "plain.py" not in said.stdout.decode()


@pytest.mark.parametrize(
    ("categories", "audits", "remark"),
    [
        ({"performance": Category(0.89)}, {}, "performance 89, 90 at least"),
        ({"accessibility": Category(None)}, {}, "accessibility unknown, 100 at least"),
        ({}, {"total-byte-weight": Measure(300_001.0)}, "total-byte-weight 300001, 300000 at most"),
        ({}, {"largest-contentful-paint": Measure()}, "largest-contentful-paint unknown, 2500 at most"),
    ],
)
def test_a_page_over_its_budget_is_named_with_what_it_missed(
    categories: dict[str, Category], audits: dict[str, Measure], remark: str
) -> None:
    report = Report({**WELL.categories, **categories}, {**WELL.audits, **audits})
    assert over_budget(report) == [remark]
    assert over_budget(WELL) == []


@pytest.mark.parametrize(
    ("program", "name", "text"),
    [
        ("hadolint", "Dockerfile", "FROM debian\nRUN cd /tmp && sudo true\n"),
        ("shellcheck", "script", '#!/bin/sh\nrm -rf "$HOME"/$1/*\n'),
        ("bandit", "code.py", "import subprocess\nsubprocess.run('ls ' + input(), shell=True)\n"),
        ("yamllint", "workflow.yml", "a: 1\na: 2\n"),
        ("zizmor", "workflow.yml", "on: push\njobs: {a: {runs-on: x, steps: [{uses: 'actions/checkout@v5'}]}}\n"),
    ],
)
@pytest.mark.deep
def test_each_tool_of_a_gate_finds_what_it_is_there_for(program: str, name: str, text: str, tmp_path: Path) -> None:
    # Zizmor takes nothing else for a workflow, and bandit passes over folders of git's.
    folder = tmp_path / (".github/workflows" if program == "zizmor" else "code")
    folder.mkdir(parents=True)
    (folder / name).write_text(text)
    assert shutil.which(tool(program))
    options = {"zizmor": ["--offline"], "bandit": ["-ll"]}.get(program, [])
    assert subprocess.run([tool(program), *options, folder / name], capture_output=True, check=False).returncode != 0
