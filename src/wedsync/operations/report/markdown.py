"""The report as Markdown, for a wiki or a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wedsync.operations.report.model import TOP_SCORE, Fact, Maturity, Report, Section
from wedsync.platform import formats


def as_markdown(report: Report) -> str:
    """One table for each section, then how mature each is and what is missing."""
    parts = [
        "# How this installation stands",
        f"WedSync {report.version}, commit {report.commit or 'not known'}, {formats.iso(report.told_at)}.",
        *map(_section, report.sections),
        f"## Maturity\n\n{_table(('area', 'score', 'checks', 'not well'), map(_maturity, report.maturity))}",
        _missing(report.missing),
    ]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    return f"## {section.title}\n\n{_table(('what', 'seen', 'state', 'evidence'), map(_row, section.facts))}"


def _row(fact: Fact) -> Sequence[str]:
    return fact.name, fact.seen, fact.state.value, fact.evidence


def _maturity(each: Maturity) -> Sequence[str]:
    share = f"{each.well} of {each.checks}"
    return each.area, f"{each.score}/{TOP_SCORE}", share, ", ".join(each.missing) or "—"


def _missing(facts: Sequence[Fact]) -> str:
    if not facts:
        return "## What is missing\n\nNothing: every check is well."
    return "\n".join(("## What is missing\n", *map(_wanting, facts)))


def _wanting(fact: Fact) -> str:
    return f"- **{_cell(fact.name)}** ({fact.state.value}): {_cell(fact.seen)}. {_cell(fact.advice)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    """What a program printed must break neither the table nor the page."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
