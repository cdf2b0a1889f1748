"""What the database refuses, in the words of the house. The one place that knows SQLSTATEs."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import (
    AlreadyDone,
    Conflict,
    Fixed,
    Forbidden,
    InternalError,
    Invalid,
    LockedWedding,
    NotFound,
    Problem,
    RevisionConflict,
    Unavailable,
)

# Lock wait, statement or transaction time over, serialisation, deadlock, shutting down, too many, disk full.
_PASSING: Final = frozenset({"55P03", "57014", "25P04", "40001", "40P01", "57P01", "57P02", "57P03", "53300", "53100"})


class RefusalDetail(msgspec.Struct, frozen=True):
    """What a guard says besides its sentence."""

    wedding_id: str = ""
    unlocks_at: str = ""
    date_set_at: str = ""
    revision: int = 0


def problem_of(state: str, *, sentence: str, detail: str, source: str) -> Problem:
    """The problem for an SQLSTATE; `source` tells a hidden row from a missing right."""
    match state:
        case "WS001":
            said = _said(detail)
            return LockedWedding(code="WS001", unlocks_at=said.unlocks_at, amend_url=f"/w/{said.wedding_id}/amendments")
        case "WS002":
            said = _said(detail)
            if said.date_set_at:
                return Fixed(amend_url=f"/w/{said.wedding_id}/amendments")
            return Conflict(_sentence(sentence))
        case "WS003":
            return Conflict("Entries here are only ever added to. Add one that corrects the earlier one.")
        case "WS004":
            return RevisionConflict(revision=_said(detail).revision)
        case "42501":
            return _not_permitted(sentence, source)
        case "23505":
            return AlreadyDone()
        case "23503":
            return NotFound()
        case "23514" | "22001" | "22003" | "22007" | "22008" | "22009" | "22021" | "22P02" | "22P05":
            errors: list[JsonValue] = []
            return Invalid("A value is outside of what is possible here.", errors=errors)
        case _ if state in _PASSING or state.startswith("08") or not state:
            return Unavailable()
        case _:
            return InternalError()


def _not_permitted(sentence: str, source: str) -> Problem:
    if source == "ExecWithCheckOptions":
        return NotFound()
    if source == "exec_stmt_raise":
        return Forbidden(_sentence(sentence))
    return InternalError()


def _said(detail: str) -> RefusalDetail:
    try:
        return msgspec.json.decode(detail, type=RefusalDetail)
    except msgspec.DecodeError:
        return RefusalDetail()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
