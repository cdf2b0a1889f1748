"""Which days people work: what is due "in two working days" is due on one."""

from __future__ import annotations

from datetime import date, timedelta

from wedsync.kernel.freeze import Cell, days_off

_DAY = timedelta(days=1)


def working_days_after(cell: Cell, day: date, count: int) -> date:
    """The day by which so many working days have passed; one that is off anywhere in the cell is none."""
    reasons = [days_off(cell, region.code, day.year) for region in cell.regions]
    while count:
        day += _DAY
        if not any(why(day) for why in reasons):
            count -= 1
    return day
