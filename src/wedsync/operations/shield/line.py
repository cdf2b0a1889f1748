"""The line on every page of an operator: whether releases stand still, and until when."""

from __future__ import annotations

from wedsync.kernel.freeze import FreezeState
from wedsync.kernel.shield import show_instant
from wedsync.operations.shield.verdict import Verdict
from wedsync.platform.formats import iso
from wedsync.platform.pages import ShieldLine


def release_line(found: Verdict, zone: str) -> ShieldLine:
    """In words, with its times on the reader's clock. Whatever may not start is frozen, whatever the reason."""
    return ShieldLine(
        state="open" if found.may_start else "frozen",
        sentence=_sentence(found),
        until=iso(found.next_change) if found.next_change else "",
        until_text=_until(found, zone),
    )


def _sentence(found: Verdict) -> str:
    match found.state:
        case FreezeState.OPEN:
            return found.reason
        case FreezeState.CLOSING:
            return f"{found.reason}."
        case FreezeState.FROZEN:
            return f"Releases are frozen: {found.reason}."
        case FreezeState.ACTIVE:
            return found.reason
        case FreezeState.UNKNOWN:
            return f"Releases are frozen, because nobody can tell how they stand. {found.reason}"


def _until(found: Verdict, zone: str) -> str:
    if found.until is None:
        return ""
    lead = "Last start" if found.may_start else "Until"
    return f"{lead} {show_instant(found.until, zone)}"
