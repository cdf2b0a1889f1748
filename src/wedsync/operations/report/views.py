"""The report as a page of its own, to be kept or printed: it needs no server."""

from __future__ import annotations

import re
from typing import ClassVar, Final

import msgspec

from wedsync.operations.report.model import TOP_SCORE, Fact, Report, State
from wedsync.platform import formats
from wedsync.platform.pages import View

_CODE: Final = re.compile(r"`([^`]+)`")
_TONES = {State.WELL: "ok", State.NOT_WELL: "bad", State.UNKNOWN: "fixed", State.TOLD: ""}


class Words(msgspec.Struct, frozen=True):
    """A piece of a sentence; code is what stands between backticks in a terminal."""

    text: str
    is_code: bool


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """A line; `tone` is empty for a plain fact."""

    name: str
    seen: tuple[Words, ...]
    evidence: tuple[Words, ...]
    state: str
    tone: str
    advice: tuple[Words, ...]


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    """Lines about one thing."""

    title: str
    lines: tuple[LineView, ...]


class ScoreView(msgspec.Struct, frozen=True, kw_only=True):
    """How mature an area is."""

    area: str
    score: str
    checks: str
    missing: str


class ReportPage(View, frozen=True, kw_only=True):
    """Everything in one file."""

    template: ClassVar[str] = "report/report.html"
    about: str
    sections: tuple[SectionView, ...]
    scores: tuple[ScoreView, ...]
    missing: tuple[LineView, ...]


def page_of(report: Report) -> ReportPage:
    """In words."""
    commit = report.commit or "not known"
    return ReportPage(
        about=f"WedSync {report.version}, commit {commit}, {formats.iso(report.told_at)}",
        sections=tuple(
            SectionView(title=section.title, lines=tuple(map(_line, section.facts))) for section in report.sections
        ),
        scores=tuple(
            ScoreView(
                area=each.area,
                score=f"{each.score} of {TOP_SCORE}",
                checks=f"{each.well} of {each.checks}",
                missing=", ".join(each.missing),
            )
            for each in report.maturity
        ),
        missing=tuple(map(_line, report.missing)),
    )


def _line(fact: Fact) -> LineView:
    state = "" if fact.state is State.TOLD else fact.state.value
    return LineView(
        name=fact.name,
        seen=_words(fact.seen),
        evidence=_words(fact.evidence),
        state=state,
        tone=_TONES[fact.state],
        advice=_words(fact.advice),
    )


def _words(text: str) -> tuple[Words, ...]:
    """Every second piece is code; a backtick without another one stays what it is."""
    pieces = _CODE.split(text)
    return tuple(Words(piece, is_code=bool(number % 2)) for number, piece in enumerate(pieces) if piece)
