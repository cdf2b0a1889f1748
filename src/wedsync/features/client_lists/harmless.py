"""Cells that a spreadsheet would run, written so that it does not, and read back as they were."""

from typing import Final

# A spreadsheet runs what begins so. An apostrophe before it makes it text; one of its own gets another.
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """A cell that a spreadsheet takes as text."""
    return f"'{cell}" if cell.lstrip("'").startswith(_RUNS) else cell


def as_meant(cell: str) -> str:
    """The cell that `harmless` wrote."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_RUNS) else cell
