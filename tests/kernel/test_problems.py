"""Refusals say what happened and what to do, everywhere in the same words."""

from pathlib import Path

import pytest

from wedsync.kernel.problems import (
    PROBLEMS,
    Fixed,
    Forbidden,
    LockedWedding,
    Problem,
    reference,
)

ROOT = Path(__file__).parents[2]


def test_a_problem_is_an_rfc_9457_document_with_its_members() -> None:
    problem = LockedWedding("The wedding is on.", code="WS001", unlocks_at="2027-06-13T05:00:00Z")
    assert problem.document("request-7") == {
        "type": "/problems/locked",
        "title": "This wedding is read-only now",
        "status": 423,
        "advice": LockedWedding.advice,
        "detail": "The wedding is on.",
        "instance": "request-7",
        "code": "WS001",
        "unlocks_at": "2027-06-13T05:00:00Z",
    }


def test_a_problem_without_detail_speaks_by_its_title() -> None:
    assert str(Fixed()) == "This is fixed"
    assert "detail" not in Fixed().document()


def test_a_member_cannot_pose_as_a_standard_one() -> None:
    with pytest.raises(ValueError, match="status"):
        Forbidden(status=200)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_says_what_happened_and_what_to_do(problem: type[Problem]) -> None:
    assert problem.title[0].isupper()
    assert not problem.title.endswith(".")
    assert problem.advice.endswith(".")
    assert 400 <= problem.status < 600
    assert problem.__doc__


def test_no_two_problems_share_a_slug() -> None:
    assert len({problem.slug for problem in PROBLEMS}) == len(PROBLEMS) == 24


def test_the_page_of_problems_is_up_to_date() -> None:
    assert (ROOT / "docs" / "problems.md").read_text() == reference()
