"""Which part of the world this installation serves, from the environment: it decides when releases stand still."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from wedsync.kernel.freeze import BAKE, ROLLOUT_MINUTES, BusyDates, Cell, Region, is_country
from wedsync.kernel.zones import ZONE_NAMES
from wedsync.platform.settings_reader import Reader

ENGLAND: Final = Cell(name="home", regions=(Region("GB-ENG", ("Europe/London",)),))
LONGEST_ROLLOUT_MINUTES: Final = 24 * 60 - int(BAKE.total_seconds() // 60)
_BUSY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?(?: +(.+))?")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def read_cell(reader: Reader) -> Cell:
    """The cell; what makes no sense is a complaint of the reader."""
    name = reader.text("WEDSYNC_CELL", ENGLAND.name)
    if not _NAME.fullmatch(name):
        name = reader.refuse(f"WEDSYNC_CELL is {name!r}; use small letters, digits and hyphens.", ENGLAND.name)
    return Cell(
        name=name,
        regions=_regions(reader) or ENGLAND.regions,
        busy=_busy(reader),
        is_staging=reader.is_on("WEDSYNC_STAGING", default=False),
        rollout_minutes=reader.number(
            "WEDSYNC_ROLLOUT_MINUTES", ROLLOUT_MINUTES, range(1, LONGEST_ROLLOUT_MINUTES + 1)
        ),
    )


def cell_as_environment(cell: Cell) -> dict[str, str]:
    """The variables from which the same cell is read; to look at a region costs 20 MB, so England is not named."""
    regions = () if cell.regions == ENGLAND.regions else cell.regions
    return {
        "WEDSYNC_CELL": cell.name,
        "WEDSYNC_REGIONS": " ".join(f"{region.code}={','.join(region.zones)}" for region in regions),
        "WEDSYNC_BUSY_DATES": "; ".join(f"{busy.first}..{busy.last} {busy.why}" for busy in cell.busy),
        "WEDSYNC_STAGING": "1" if cell.is_staging else "",
        "WEDSYNC_ROLLOUT_MINUTES": str(cell.rollout_minutes),
    }


def _regions(reader: Reader) -> tuple[Region, ...]:
    found: list[Region] = []
    for part in reader.text("WEDSYNC_REGIONS", "").split():
        code, _, zones = part.partition("=")
        region = Region(code, tuple(zones.split(",")))
        if not is_country(code):
            reader.refuse(f"WEDSYNC_REGIONS holds {code!r}; write ISO 3166 codes, such as GB-ENG or FR.", "")
        elif not ZONE_NAMES.issuperset(region.zones):
            reader.refuse(f"WEDSYNC_REGIONS holds {part!r}; give its time zones, such as GB-ENG=Europe/London.", "")
        else:
            found.append(region)
    return tuple(found)


def _busy(reader: Reader) -> tuple[BusyDates, ...]:
    found: list[BusyDates] = []
    for part in filter(None, map(str.strip, reader.text("WEDSYNC_BUSY_DATES", "").split(";"))):
        match = _BUSY.fullmatch(part)
        try:
            first = date.fromisoformat(match[1] if match else "")
            last = date.fromisoformat(match[2]) if match and match[2] else first
        except ValueError:
            reader.refuse(f"WEDSYNC_BUSY_DATES holds {part!r}; write 2027-05-01..2027-05-03 and why.", "")
            continue
        if last < first:
            reader.refuse(f"WEDSYNC_BUSY_DATES holds {part!r}, which ends before it begins.", "")
            continue
        found.append(BusyDates(first, last, (match[3] if match else "") or "Busy dates"))
    return tuple(found)
