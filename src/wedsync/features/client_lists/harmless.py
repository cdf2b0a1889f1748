"""What files of our own write so that they come in again as they went out, and so that nothing in them runs."""

from typing import Final

# A column that tells people what to do about a row; when it comes back, nobody keeps it.
WHAT_TO_DO: Final = "What to do (WedSync)"
# Before the title of a column that nobody knows: it is kept under its title, whatever it may look like.
KEPT: Final = "Kept:"
# Between several notes in one cell.
BETWEEN: Final = "\n* * *\n"
# A spreadsheet runs what begins so. An apostrophe before it makes it text; one of its own gets another.
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """A cell that a spreadsheet takes as text."""
    return f"'{cell}" if cell.lstrip("'").startswith(_RUNS) else cell


def as_meant(cell: str) -> str:
    """The cell that `harmless` wrote."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_RUNS) else cell


def is_kept(title: str) -> bool:
    """Whether this column is kept beside the client as it is, and taken for nothing else."""
    return title.startswith(KEPT)


def kept_title(title: str) -> str:
    """The title under which a column is kept, on one line."""
    return " ".join(title.removeprefix(KEPT).split())
