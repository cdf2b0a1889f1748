"""`wedsync report`: every line follows from what was seen, and every score from its lines."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import pytest
from tests.support.database import TestDatabase
from tests.support.web import settings_for

from wedsync.operations.continuity.queries import Continuity
from wedsync.operations.report.evidence import Evidence, keep, read
from wedsync.operations.report.gathering import Surroundings, gather
from wedsync.operations.report.markdown import as_markdown
from wedsync.operations.report.model import Fact, Section, State, report_of
from wedsync.operations.report.sections import Proofs, backups, waits
from wedsync.operations.report.views import page_of
from wedsync.platform.health_checks import Finding
from wedsync.platform.pages import render

NOW: Final = datetime(2026, 11, 27, 6, tzinfo=UTC)
ROOT: Final = Path(__file__).resolve().parents[2]
PROOF: Final = Evidence(
    name="test",
    command="pytest",
    is_well=True,
    said="3,640 passed",
    took_s=280,
    ended_at=NOW,
    commit="aa" * 20,
    is_clean=True,
)


@pytest.mark.parametrize(
    ("changes", "state", "word"),
    [
        ({}, State.WELL, "3,640 passed (280 s)"),
        ({"is_well": False, "said": "1 failed"}, State.NOT_WELL, "1 failed (280 s)"),
        ({"commit": "bb" * 20}, State.UNKNOWN, "of another commit"),
        ({"is_clean": False}, State.UNKNOWN, "of an unclean working tree"),
        ({"name": "other"}, State.UNKNOWN, "not run here"),
    ],
)
def test_a_proof_counts_for_the_commit_it_was_run_at_and_for_no_other(
    changes: dict[str, object], state: State, word: str
) -> None:
    proof = msgspec.structs.replace(PROOF, **changes)
    (fact,) = Proofs(found={proof.name: proof}, commit="aa" * 20).facts({"test": "make test"})
    assert (fact.state, word in fact.seen) == (state, True)


@pytest.mark.parametrize(
    ("commit", "differs", "state"),
    [
        ("aa" * 6, False, State.WELL),
        ("aa" * 20, True, State.UNKNOWN),
        ("", False, State.UNKNOWN),
        ("aa", False, State.UNKNOWN),
    ],
)
def test_a_proof_counts_for_a_commit_that_is_told_short_and_for_no_tree_that_was_changed_since(
    commit: str,
    differs: bool,  # noqa: FBT001
    state: State,
) -> None:
    (fact,) = Proofs(found={"test": PROOF}, commit=commit, differs=differs).facts({"test": "make test"})
    assert fact.state is state


def test_what_was_kept_is_read_again_and_what_is_broken_proves_nothing(tmp_path: Path) -> None:
    keep(tmp_path / "evidence", PROOF)
    (tmp_path / "evidence" / "cut.json").write_text('{"name": "cut"')
    assert read(tmp_path / "evidence") == {"test": PROOF}
    assert read(tmp_path / "nowhere") == {}
    with pytest.raises(ValueError, match="no name"):
        keep(tmp_path, msgspec.structs.replace(PROOF, name="../test"))


def test_a_score_is_the_share_of_checks_that_are_well_and_the_others_are_what_is_missing() -> None:
    states = (State.WELL, State.WELL, State.UNKNOWN, State.NOT_WELL, State.TOLD)
    facts = tuple(Fact(name=f"fact {n}", seen="x", evidence="y", state=state) for n, state in enumerate(states))
    plain = Section(title="Plain", facts=facts[-1:])
    report = report_of("1.0", "aa", NOW, (Section(title="Area", facts=facts), plain))
    assert [(each.area, each.score, each.checks, each.missing) for each in report.maturity] == [
        ("Area", 2, 4, ("fact 2", "fact 3"))
    ]
    assert [fact.name for fact in report.missing] == ["fact 2", "fact 3"]


def test_a_restore_that_took_longer_than_promised_is_not_well() -> None:
    proven = Continuity(
        house_since=NOW - timedelta(days=90),
        backup="b",
        backed_up_at=NOW,
        proven_at=NOW,
        proven_to=NOW,
        recovery_s=3700,
        loss_s=0.4,
        failed_at=None,
        copied_until=NOW,
    )
    assert {fact.name: fact.state for fact in backups(proven, NOW + timedelta(minutes=16)).checks} == {
        "last proven restore": State.WELL,
        "RTO": State.NOT_WELL,
        "at risk now": State.NOT_WELL,
        "RPO": State.WELL,
    }
    assert [fact.state for fact in backups(None, NOW).checks] == [State.UNKNOWN]


def test_what_a_program_printed_breaks_neither_the_table_nor_the_page() -> None:
    nasty = Fact(
        name="a|b", seen="<script>alert(1)</script>\n| x |", evidence="e\\|", state=State.NOT_WELL, advice="<b>"
    )
    report = report_of("1.0", "", NOW, (Section(title="Area", facts=(nasty,)),))
    assert (
        "| a\\|b | &lt;script>alert(1)&lt;/script> \\| x \\| | not well | e\\\\\\| |"
        in as_markdown(report).splitlines()
    )
    assert "<script" not in render(page_of(report))


def test_what_is_to_be_typed_stands_as_code_on_the_page_and_a_lonely_backtick_as_it_is() -> None:
    fact = Fact(name="disk", seen="`<b>` full", evidence="a ` b", state=State.NOT_WELL, advice="Run `wedsync doctor`.")
    page = render(page_of(report_of("1.0", "", NOW, (Section(title="Area", facts=(fact,)),))))
    for words in ("<code>&lt;b&gt;</code> full", "a ` b", "Run <code>wedsync doctor</code>."):
        assert words in page


def test_a_saturday_that_was_missed_leads_to_a_row_that_is_there() -> None:
    (fact,) = [fact for fact in waits([], [], Proofs(found={}, commit="")).facts if fact.name == "Saturday uptime"]
    book, row = fact.advice.rstrip(".").split(", at ")
    assert [line for line in (ROOT / book).read_text().splitlines() if line.startswith(f"| {row} |")]


async def test_the_whole_report_tells_of_every_part_from_a_real_installation(
    own_database: TestDatabase, valkey_url: str, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(settings_for(own_database, valkey_url), database_url=own_database.worker_url)
    findings = [Finding(name="valkey", is_well=True, seen="valkey 9"), Finding(name="disk", is_well=False, seen="full")]
    around = Surroundings(checkout=ROOT, evidence=tmp_path, commit="aa" * 20)
    report = await gather(settings, findings, around)
    told = {fact.name: fact for section in report.sections for fact in section.facts}
    assert told["row-level security"].state is State.WELL
    assert "production" in told["image, its stages"].seen
    assert {"database", "web", "worker"} <= set(told["compose, its services"].seen.split(", "))
    assert told["release"].seen == "Release"
    assert told["disk"].state is State.NOT_WELL
    assert "## What is missing" in as_markdown(report)
    empty = await gather(settings, findings, msgspec.structs.replace(around, checkout=tmp_path))
    assert "image, its stages" not in as_markdown(empty)
