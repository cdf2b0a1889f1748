"""The sections of a report, each from what was found: nothing here looks at anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from wedsync.kernel import promises
from wedsync.kernel.freeze import Freeze
from wedsync.operations.attestation.queries import LOOKED_AT_WITHIN, Attestation
from wedsync.operations.continuity.queries import Continuity
from wedsync.operations.observability.waiting import (
    Saturday,
    Waited,
    quantile_s,
    together,
    uptime,
)
from wedsync.operations.report.evidence import Evidence
from wedsync.operations.report.model import Fact, Section, State
from wedsync.operations.report.queries import Catalogue
from wedsync.operations.shield.verdict import Verdict, WeddingsOn
from wedsync.platform import formats
from wedsync.platform.health_checks import Finding

# Which proofs there are, and what runs them again.
TESTS: Final = {
    "test": "make test",
    "test-deep": "make test-deep",
    "gate-coverage": "make gates GATES=coverage",
    "gate-check": "make gates GATES=check",
}
PIPELINES: Final = {
    "gate-workflows": "make gates GATES=workflows",
    "gate-api": "make gates GATES=api",
    "gate-yaml": "make gates GATES=yaml",
    "gate-scripts": "make gates GATES=scripts",
}
CONTAINERS: Final = {"image-test": "make image-test", "gate-dockerfile": "make gates GATES=dockerfile"}
BENCHMARKS: Final = {
    "bench": "make bench",
    "bench-guards": "make bench",
    "bench-live": "make bench",
    "bench-clients": "make bench",
    "bench-continuity": "make bench-continuity",
    "bench-telemetry": "make bench-telemetry",
    "gate-lighthouse": "make gates GATES=lighthouse",
    "gate-axe": "make gates GATES=axe",
}
SECURITY: Final = {
    "gate-bandit": "make gates GATES=bandit",
    "gate-secrets": "make gates GATES=secrets",
    "gate-audit": "make gates GATES=audit",
}
ALERTS: Final = {"gate-alerts": "make gates GATES=alerts"}
SHORTEST_COMMIT: Final = 7
# What to do where a promise is not kept.
SLOW: Final = "docs/runbooks/slow.md"
BACK: Final = "docs/runbooks/restore-everything.md"
UPTIME_MISSED: Final = "docs/runbooks/README.md, at *Saturday uptime* below 99.9 %."
BEHIND: Final = "docs/runbooks/backups-behind.md"


class Proofs(msgspec.Struct, frozen=True, kw_only=True):
    """What proofs left behind, and the commit that runs: of another one they prove nothing.

    Neither do they once the tree `differs` from it. It may be told short, as pipelines do.
    """

    found: Mapping[str, Evidence]
    commit: str
    differs: bool = False

    def facts(self, wanted: Mapping[str, str]) -> tuple[Fact, ...]:
        """One line for each wanted proof, in order."""
        return tuple(self._fact(name, command) for name, command in wanted.items())

    def _fact(self, name: str, command: str) -> Fact:
        proof = self.found.get(name)
        advice = f"Run `{command}`."
        if proof is None:
            return Fact(name=name, seen="not run here", evidence=command, state=State.UNKNOWN, advice=advice)
        seen = f"{proof.said.splitlines()[-1] if proof.said else 'no word'} ({proof.took_s:,.0f} s)"
        evidence = f"{command}, {formats.iso(proof.ended_at)}, commit {proof.commit[:12]}"
        if why := self._doubt(proof):
            return Fact(name=name, seen=f"{seen}, {why}", evidence=evidence, state=State.UNKNOWN, advice=advice)
        state = State.WELL if proof.is_well else State.NOT_WELL
        return Fact(name=name, seen=seen, evidence=evidence, state=state, advice=advice)

    def _doubt(self, proof: Evidence) -> str:
        """Why it proves nothing of what runs; empty when it does."""
        if len(self.commit) < SHORTEST_COMMIT or not proof.commit.startswith(self.commit):
            return "of another commit"
        if not proof.is_clean:
            return "of an unclean working tree"
        return "of a working tree that was changed since" if self.differs else ""


def components(versions: Mapping[str, str], servers: Mapping[str, str]) -> Section:
    """Everything that decides how we behave, by version."""
    packages = (Fact(name=name, seen=seen, evidence="installed package") for name, seen in versions.items())
    answered = (Fact(name=name, seen=seen, evidence="asked the server") for name, seen in servers.items())
    return Section(title="Components", facts=(*packages, *answered))


def database(found: Catalogue, rows: Iterable[tuple[str, str]]) -> Section:
    """What there is, and that nothing in it is without its policies."""
    bare = found.tables - found.guarded
    return Section(
        title="Tables and migrations",
        facts=(
            *(Fact(name=name, seen=seen, evidence="asked the catalogue") for name, seen in rows),
            Fact(
                name="row-level security",
                seen=f"forced on {found.guarded} of {found.tables} tables, {found.policies} policies",
                evidence="pg_class, pg_policy",
                state=State.NOT_WELL if bare else State.WELL,
                advice="A table without policies is a hole: docs/howto/add-a-table.md.",
            ),
        ),
    )


def proofs(title: str, told: Iterable[tuple[str, str]], found: Proofs, wanted: Mapping[str, str]) -> Section:
    """What stands in the repository, and what was proved of it."""
    plain = (Fact(name=name, seen=seen, evidence="the repository") for name, seen in told)
    return Section(title=title, facts=(*plain, *found.facts(wanted)))


def health(findings: Iterable[Finding], found: Proofs) -> Section:
    """What the doctor says, and whether somebody would be called."""
    return Section(title="Health", facts=(*map(_finding, findings), *found.facts(ALERTS)))


def _finding(found: Finding) -> Fact:
    state = State.WELL if found.is_well else State.NOT_WELL
    return Fact(name=found.name, seen=found.seen, evidence="wedsync doctor", state=state, advice=found.advice)


def backups(found: Continuity | None, now: datetime) -> Section:
    """The last proven restore, how long it took (RTO), what would have been lost then (RPO) and what would be now."""
    title = "Backups and the last proven restore"
    if found is None:
        advice = "Set WEDSYNC_BACKUPS, or have whoever runs the database prove its restores."
        none = Fact(name="backups", seen="none are taken", evidence="settings", state=State.UNKNOWN, advice=advice)
        return Section(title=title, facts=(none,))
    drill = "wedsync drill restore"
    at_risk_s = None if found.copied_until is None else (now - found.copied_until).total_seconds()
    return Section(
        title=title,
        facts=(
            Fact(
                name="last backup",
                seen="none" if found.backed_up_at is None else f"{found.backup}, {formats.iso(found.backed_up_at)}",
                evidence="guard.backup_runs",
            ),
            Fact(
                name="last proven restore",
                seen="none" if found.proven_at is None else formats.iso(found.proven_at),
                evidence="guard.restore_drills",
                state=State.UNKNOWN if found.proven_at is None else State.WELL,
                advice=f"Run `{drill}`.",
            ),
            _promise("RTO", found.recovery_s, promises.RTO.total_seconds(), drill, runbook=BACK),
            _promise("at risk now", at_risk_s, promises.RPO.total_seconds(), "app.log_copied_until()", runbook=BEHIND),
            _promise("RPO", found.loss_s, promises.RPO.total_seconds(), drill, runbook=BACK),
        ),
    )


def waits(waited: list[Waited], saturdays: list[Saturday], found: Proofs) -> Section:
    """What people and statements took on this installation, and what the benchmarks say of it."""
    pages = quantile_s(together(each.requests for each in waited), 0.95)
    statements = quantile_s(together(each.statements for each in waited), 0.95)
    asked, failed = sum(each.asked for each in waited), sum(each.failed for each in waited)
    share = uptime(saturdays)
    kept, day = "a day of guard.minutes", "guard.minutes, the last day"
    return Section(
        title="Speed and presence",
        facts=(
            Fact(name="requests", seen=f"{asked:,} in the last day, {failed:,} failed", evidence=kept),
            _promise("pages and API p95", pages, promises.PAGES_S, day, runbook=SLOW),
            _promise("database p95", statements, promises.DATABASE_S, day, runbook=SLOW),
            Fact(
                name="Saturday uptime",
                seen="no Saturday yet" if share is None else f"{share:.4%} of {len(saturdays)} Saturdays",
                evidence="guard.days and guard.minutes",
                state=State.UNKNOWN if share is None else State.WELL if share >= promises.UPTIME else State.NOT_WELL,
                advice=UPTIME_MISSED,
            ),
            *found.facts(BENCHMARKS),
        ),
    )


def _promise(name: str, measured_s: float | None, promised_s: float, evidence: str, *, runbook: str) -> Fact:
    if measured_s is None:
        advice = "Nothing was measured yet."
        return Fact(name=name, seen="not measured", evidence=evidence, state=State.UNKNOWN, advice=advice)
    state = State.WELL if measured_s <= promised_s else State.NOT_WELL
    seen = f"{measured_s:,.3f} s, promised {promised_s:,.2f} s at most"
    return Fact(name=name, seen=seen, evidence=evidence, state=state, advice=runbook)


def shield(found: Verdict, on: WeddingsOn | None, ahead: tuple[Freeze, ...]) -> Section:
    """Whether a release may start, what is locked, and the next freezes."""
    told = found.reason or found.state.value
    return Section(
        title="Freeze and locks",
        facts=(
            Fact(
                name="releases",
                seen=f"{found.state.value}: {told}",
                evidence="wedsync freeze status",
                state=State.UNKNOWN if found.state.value == "unknown" else State.WELL,
                advice="`wedsync doctor` says what the calendar rests on.",
            ),
            Fact(
                name="weddings that are on",
                seen="not known" if on is None else formats.number(on.active),
                evidence="app.weddings_on()",
                state=State.UNKNOWN if on is None else State.WELL,
                advice="The database does not answer.",
            ),
            *(
                Fact(
                    name="freeze ahead",
                    seen=f"{formats.iso(each.starts_at)} to {formats.iso(each.ends_at)}, {each.reason}",
                    evidence="the calendar",
                )
                for each in ahead
            ),
        ),
    )


def security(attested: Attestation | None, now: datetime, settings: Iterable[Fact], found: Proofs) -> Section:
    """Whether what protects is what was signed, and what the scanners say."""
    return Section(title="Security posture", facts=(_protection(attested, now), *settings, *found.facts(SECURITY)))


def _protection(attested: Attestation | None, now: datetime) -> Fact:
    advice = "docs/runbooks/changed-protection.md"
    if attested is None or now - attested.last_at > LOOKED_AT_WITHIN:
        seen = "the worker has not looked lately"
        return Fact(name="protection", seen=seen, evidence="app.attestation()", state=State.UNKNOWN, advice=advice)
    seen = f"{len(attested.findings)} differences from what was signed, looked at {formats.iso(attested.last_at)}"
    state = State.NOT_WELL if attested.findings else State.WELL
    return Fact(name="protection", seen=seen, evidence="app.attestation()", state=state, advice=advice)
