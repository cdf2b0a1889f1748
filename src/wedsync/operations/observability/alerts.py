"""When somebody is called: twelve alerts, each made of the figures' own names, each with what to do.

A figure that vanishes calls too: silence is never taken for all being well. `make docs` writes
deploy/observability/alerts.yaml and docs/alerts.md from this table.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from wedsync.kernel.promises import DATABASE_S, PAGES_S
from wedsync.operations.observability import figures as f
from wedsync.platform.metrics import REQUESTS, STATEMENTS, Levels

WEB: Final = "wedsync-web"
WORKER: Final = "wedsync-worker"
DAY_OF: Final = 'tier="day_of"'
ONE_IS_ON: Final = f"max({f.WEDDINGS_ACTIVE.name}) > 0 or absent({f.WEDDINGS_ACTIVE.name})"
API: Final = '{tier="api"}'


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """`clauses`: any of them is enough, for as long as `lasting`. `runbook` is a file of docs/runbooks."""

    name: str
    clauses: tuple[str, ...]
    lasting: str
    severity: Literal["page", "ticket"]
    summary: str
    meaning: str
    runbook: str

    @property
    def expression(self) -> str:
        """In Prometheus's language."""
        return " or ".join(self.clauses)


def _faults(window: str, tier: str = 'tier!="house"') -> str:
    """The share of requests that failed by our fault."""
    failed = f'sum(rate({REQUESTS.name}_count{{{tier},status=~"5.."}}[{window}]))'
    return f"{failed} / sum(rate({REQUESTS.name}_count{{{tier}}}[{window}]))"


def _older_than(figure: Levels, age_s: int) -> str:
    return f"time() - max({figure.name}) > {age_s}"


def _p95(name: str, selector: str) -> str:
    return f"histogram_quantile(0.95, sum by (le) (rate({name}_bucket{selector}[10m])))"


ALERTS: Final = (
    Alert(
        name="FastBurn",
        clauses=(f"{_faults('1h')} > 0.0144 and {_faults('5m')} > 0.0144",),
        lasting="2m",
        severity="page",
        summary="Over 1.44 % of requests fail by our fault",
        meaning="A fiftieth of the month's 0.1 % is used up in an hour.",
        runbook="failing-requests.md",
    ),
    Alert(
        name="SlowBurn",
        clauses=(f"{_faults('6h')} > 0.006 and {_faults('30m')} > 0.006",),
        lasting="15m",
        severity="page",
        summary="Over 0.6 % of requests have failed for hours",
        meaning="A twentieth of the month's 0.1 % is used up in six hours.",
        runbook="failing-requests.md",
    ),
    Alert(
        name="WeddingDayBurn",
        clauses=(f"{_faults('5m', DAY_OF)} > 0.002 and ({ONE_IS_ON})",),
        lasting="1m",
        severity="page",
        summary="Requests of a wedding day fail while one is on",
        meaning="People at a wedding see errors. That nobody can tell whether one is on counts as one.",
        runbook="failing-requests.md",
    ),
    Alert(
        name="ApiSlow",
        clauses=(f"{_p95(REQUESTS.name, API)} > {PAGES_S}",),
        lasting="10m",
        severity="ticket",
        summary="The API's p95 is over 200 ms",
        meaning="One program in twenty waits longer than promised.",
        runbook="slow.md",
    ),
    Alert(
        name="DatabaseSlow",
        clauses=(f"{_p95(STATEMENTS.name, '')} > {DATABASE_S}",),
        lasting="10m",
        severity="ticket",
        summary="The database's p95 is over 50 ms",
        meaning="Statements take longer than promised, their wait for a turn included.",
        runbook="slow.md",
    ),
    Alert(
        name="PartAbsent",
        clauses=(
            f'absent(up{{job="{WEB}"}} == 1)',
            f'absent(up{{job="{WORKER}"}} == 1)',
            _older_than(f.WATCHED_AT, 300),
            f"absent({f.WATCHED_AT.name})",
        ),
        lasting="2m",
        severity="page",
        summary="No web or no worker answers, or nobody looks after the house",
        meaning="Pages are not served or jobs not done; or we are blind, which is no better.",
        runbook="part-absent.md",
    ),
    Alert(
        name="LogStale",
        clauses=(_older_than(f.STREAMED_AT, 600), f"absent({f.STREAMED_AT.name})"),
        lasting="2m",
        severity="page",
        summary="The log has not left the house for ten minutes",
        meaning="At fifteen, more would be lost with this machine than we promise.",
        runbook="backups-behind.md",
    ),
    Alert(
        name="BackupMissing",
        clauses=(_older_than(f.BACKED_UP_AT, 93600), f"absent({f.BACKED_UP_AT.name})"),
        lasting="10m",
        severity="page",
        summary="No backup for 26 hours",
        meaning="The nightly backup failed, or was not taken.",
        runbook="backups-behind.md",
    ),
    Alert(
        name="RestoreUnproven",
        clauses=(
            _older_than(f.PROVEN_AT, 691200),
            f"max({f.RESTORE_FAILED.name}) > 0",
            f"absent({f.PROVEN_AT.name})",
        ),
        lasting="10m",
        severity="ticket",
        summary="No restore was proven for eight days, or the last drill failed",
        meaning="We have backups of which nobody knows that they can be read.",
        runbook="backups-behind.md",
    ),
    Alert(
        name="ProtectionDoubtful",
        clauses=(
            f"max({f.DIFFERENCES.name}) > 0",
            _older_than(f.ATTESTED_AT, 300),
            f"absent({f.DIFFERENCES.name})",
        ),
        lasting="1m",
        severity="page",
        summary="The protection was changed, or nobody looks at it",
        meaning="Something that protects weddings is not what was signed.",
        runbook="changed-protection.md",
    ),
    Alert(
        name="QueueStuck",
        clauses=(
            f"max({f.OLDEST_JOB_S.name}) > 300",
            f"max({f.JOBS_GIVEN_UP.name}) > 0",
            f"absent({f.OLDEST_JOB_S.name})",
        ),
        lasting="5m",
        severity="page",
        summary="A job has been due for five minutes, or one was given up",
        meaning="Letters, erasures and the like are late or lost.",
        runbook="stuck-queue.md",
    ),
    Alert(
        name="DiskFilling",
        clauses=(
            f"min(predict_linear({f.DISK_FREE_BYTES.name}[6h], 345600)) < 0",
            f"min({f.DISK_FREE_BYTES.name} / {f.DISK_BYTES.name}) < 0.1",
            f"absent({f.DISK_FREE_BYTES.name})",
        ),
        lasting="30m",
        severity="page",
        summary="The disk is full within four days, or nearly is",
        meaning="PostgreSQL stops when it cannot write.",
        runbook="full-disk.md",
    ),
)
HEAD: Final = "# Made by `make docs` from operations/observability/alerts.py.\n"
PAGE: Final = """# Alerts

`make docs` writes this page, and `deploy/observability/alerts.yaml`, from `operations/observability/alerts.py`. Each
calls when its figures vanish, too. [What is measured](subsystems/observability.md).

| alert | calls by | after | what it means | what to do |
|---|---|---|---|---|
"""


def as_yaml(alerts: tuple[Alert, ...] = ALERTS) -> str:
    """Prometheus's rules file."""
    return f"{HEAD}groups:\n  - name: wedsync\n    rules:\n{''.join(map(_rule, alerts))}"


def as_markdown() -> str:
    """The page."""
    return PAGE + "".join(
        f"| `{each.name}` | {each.severity} | {each.lasting} | {each.summary}. {each.meaning} "
        f"| [{each.runbook.removesuffix('.md').replace('-', ' ')}](runbooks/{each.runbook}) |\n"
        for each in ALERTS
    )


def _rule(alert: Alert) -> str:
    expression = "\n          or ".join(alert.clauses)
    for word in (" and ", " / sum"):
        expression = expression.replace(word, f"\n          {word[1:]}")
    return (
        f"      - alert: {alert.name}\n        expr: >-\n          {expression}\n        for: {alert.lasting}\n"
        f"        labels: {{severity: {alert.severity}}}\n        annotations:\n          summary: {alert.summary}\n"
        f"          runbook: docs/runbooks/{alert.runbook}\n"
    )
