"""Looks at everything a report tells of. Changes nothing; what does not answer is told as not known."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

import wedsync
from wedsync.kernel.clock import utc_now
from wedsync.kernel.freeze import FreezeCalendar
from wedsync.operations.attestation.queries import ATTESTATION
from wedsync.operations.continuity.queries import CONTINUITY
from wedsync.operations.observability.waiting import SATURDAYS, WAITED, Since, ZoneOfCell
from wedsync.operations.report import sections
from wedsync.operations.report.evidence import read
from wedsync.operations.report.model import Fact, Report, State, report_of
from wedsync.operations.report.queries import CATALOGUE, Catalogue
from wedsync.operations.shield.now import trust_in
from wedsync.operations.shield.verdict import verdict
from wedsync.platform.database import NOBODY, Database, NoParams
from wedsync.platform.health_checks import Finding, versions
from wedsync.platform.settings import Settings
from wedsync.platform.tokens import Sealer

DAY: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=30)
FREEZES_TOLD: Final = 4
_NAME: Final = re.compile(r"^name: *(.+)$", re.MULTILINE)
_STAGE: Final = re.compile(r"^FROM .* AS (\S+)$", re.MULTILINE | re.IGNORECASE)
# The next part of the file, which begins where nothing is indented.
_END: Final = re.compile(r"^\S", re.MULTILINE)
_SERVICE: Final = re.compile(r"^  ([a-z][a-z0-9_-]*):(?: .*)?$", re.MULTILINE)


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the repository and the proofs are, which commit runs, and whether the working tree differs from it."""

    checkout: Path
    evidence: Path
    commit: str
    differs: bool = False


async def gather(settings: Settings, findings: list[Finding], around: Surroundings) -> Report:
    """`settings` with the worker's URL; `findings` are the doctor's. Raises Unavailable."""
    now = utc_now()
    found = sections.Proofs(found=read(around.evidence), commit=around.commit, differs=around.differs)
    calendar = FreezeCalendar(settings.cell)
    async with Database(settings.database_url, Sealer(b""), read_connections=1) as database:
        reader = database.reader(NOBODY)
        catalogue = await reader.one(CATALOGUE, NoParams())
        trust = await trust_in(database, settings.zone_data_checked_on)
        told = (
            sections.components(versions(), {"PostgreSQL": catalogue.server} | _valkey(findings)),
            sections.database(catalogue, _rows(catalogue)),
            sections.proofs("Containers", _containers(around.checkout), found, sections.CONTAINERS),
            sections.proofs("Pipelines", _pipelines(around.checkout), found, sections.PIPELINES),
            sections.proofs("Tests and coverage", (), found, sections.TESTS),
            sections.health(findings, found),
            sections.backups(await reader.maybe(CONTINUITY, NoParams()) if settings.backups_place else None, now),
            sections.waits(
                await reader.all(WAITED, Since(since=now - DAY, step=DAY)),
                await reader.all(SATURDAYS, ZoneOfCell(settings.cell.zone)),
                found,
            ),
            sections.shield(
                verdict(calendar, now, trust),
                trust.weddings_on,
                tuple(calendar.between(now, now + AHEAD)[:FREEZES_TOLD]),
            ),
            sections.security(await reader.maybe(ATTESTATION, NoParams()), now, _settings(settings), found),
        )
    return report_of(wedsync.__version__, around.commit, now, told)


def _valkey(findings: list[Finding]) -> dict[str, str]:
    return {each.name: each.seen for each in findings if each.name == "valkey"}


def _rows(found: Catalogue) -> list[tuple[str, str]]:
    return [
        ("tables", f"{found.tables:,}"),
        ("migrations", f"{found.migrations:,} recorded"),
        ("triggers that are always on", f"{found.triggers:,}"),
        ("functions", f"{found.functions:,}"),
        ("size", f"{found.bytes / 2**20:,.0f} MB"),
    ]


def _containers(checkout: Path) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    if (dockerfile := checkout / "deploy" / "image" / "Dockerfile").is_file():
        told.append(("image, its stages", ", ".join(_names(_STAGE, dockerfile.read_text()))))
    if (compose := checkout / "deploy" / "compose.yaml").is_file():
        services = _END.split(compose.read_text().partition("\nservices:\n")[2])[0]
        told.append(("compose, its services", ", ".join(_names(_SERVICE, services))))
    return told


def _pipelines(checkout: Path) -> list[tuple[str, str]]:
    files = sorted((checkout / ".github" / "workflows").glob("*.yml"))
    return [(each.stem, "".join(_names(_NAME, each.read_text())[:1])) for each in files]


def _names(pattern: re.Pattern[str], text: str) -> list[str]:
    return [str(match[1]) for match in pattern.finditer(text)]


def _settings(settings: Settings) -> tuple[Fact, ...]:
    """What a stranger on the network would meet."""
    return (
        Fact(
            name="TLS",
            seen="in front" if settings.is_behind_tls else "none: cookies are not marked secure",
            evidence="WEDSYNC_BASE_URL",
            state=State.WELL if settings.is_behind_tls else State.NOT_WELL,
            advice="Before others come, set WEDSYNC_BASE_URL to an https address and put a proxy in front.",
        ),
    )
