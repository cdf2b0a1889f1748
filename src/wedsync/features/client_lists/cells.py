"""What a program keeps in a cell, as somebody would type it."""

from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


def as_typed(cell: Cell) -> str:
    """A cell as somebody would type it; a day without a time is a day."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
