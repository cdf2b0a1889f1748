"""What a report is made of. Every line says what was seen and where; how well it stands follows from that alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

TOP_SCORE: Final = 5


class State(StrEnum):
    """`told` is a plain fact, which nothing is expected of; `unknown`: nobody looked, which counts as not well."""

    WELL = "well"
    NOT_WELL = "not well"
    UNKNOWN = "unknown"
    TOLD = "told"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what, what was seen, and the evidence; `advice` is for when it is not well."""

    name: str
    seen: str
    evidence: str
    state: State = State.TOLD
    advice: str = ""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Lines about one thing."""

    title: str
    facts: tuple[Fact, ...]

    @property
    def checks(self) -> tuple[Fact, ...]:
        """The lines of which something is expected."""
        return tuple(fact for fact in self.facts if fact.state is not State.TOLD)


class Maturity(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a section's checks are well; the score is that share of five, rounded down."""

    area: str
    well: int
    checks: int
    missing: tuple[str, ...]

    @property
    def score(self) -> int:
        """From 0 to 5. Five only if every check is well."""
        return TOP_SCORE * self.well // self.checks


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole, as it stood at `told_at`."""

    version: str
    commit: str
    told_at: datetime
    sections: tuple[Section, ...]
    maturity: tuple[Maturity, ...]
    missing: tuple[Fact, ...]


def report_of(version: str, commit: str, told_at: datetime, sections: tuple[Section, ...]) -> Report:
    """With what follows from the sections."""
    return Report(
        version=version,
        commit=commit,
        told_at=told_at,
        sections=sections,
        maturity=tuple(_maturity(section) for section in sections if section.checks),
        missing=tuple(fact for section in sections for fact in section.checks if fact.state is not State.WELL),
    )


def _maturity(section: Section) -> Maturity:
    wanting = tuple(fact.name for fact in section.checks if fact.state is not State.WELL)
    checks = len(section.checks)
    return Maturity(area=section.title, well=checks - len(wanting), checks=checks, missing=wanting)
