"""`make gates`: everything that has to hold before something is released, one after another, whatever fails.

The last lines name every gate with how it ended. Ends with 1 when one failed; with 3 when all that ran passed but one
could not run, which ALLOW_MISSING=1 forgives. Names after it run those gates alone: `python -m gates secrets audit`.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

from gates import alerts, checks, pages
from gates.evidence import Start, put_down, start
from gates.outcome import Outcome, Verdict

SOME_FAILED: Final = 1
UNKNOWN_NAME: Final = 2
SOME_DID_NOT_RUN: Final = 3
GATES: Final[Mapping[str, Callable[[], Outcome]]] = {
    "check": checks.check,
    "coverage": checks.coverage,
    "bandit": checks.bandit,
    "secrets": checks.secrets,
    "audit": checks.audit,
    "dockerfile": checks.dockerfile,
    "scripts": checks.scripts,
    "yaml": checks.yaml,
    "workflows": checks.workflows,
    "api": checks.api,
    "alerts": alerts.gate,
    "axe": pages.axe,
    "lighthouse": pages.lighthouse,
}


def main(names: list[str]) -> int:
    """Run them; the answer is the exit code."""
    if strange := [name for name in names if name not in GATES]:
        print(f"There is no gate {strange[0]!r}. There are: {', '.join(GATES)}.", file=sys.stderr)
        return UNKNOWN_NAME
    outcomes: dict[str, Outcome] = {}
    for name in names or GATES:
        print(f"\n== {name}", flush=True)
        began = start()
        outcomes[name] = GATES[name]()
        print(f"== {name}: {outcomes[name].verdict} ({time.monotonic() - began.at_s:.0f} s)", flush=True)
        _put_down(name, outcomes[name], began)
    print("\n" + summary(outcomes))
    return code(outcomes, allow_missing=os.environ.get("ALLOW_MISSING") == "1")


def _put_down(name: str, outcome: Outcome, began: Start) -> None:
    """One that could not look is no proof, and takes none away."""
    if outcome.verdict is not Verdict.DID_NOT_RUN:
        well, said = outcome.verdict is Verdict.PASSED, outcome.remark or outcome.verdict.value
        put_down(f"gate-{name}", f"make gates GATES={name}", is_well=well, said=said, began=began)


def summary(outcomes: Mapping[str, Outcome]) -> str:
    """One line for each gate; the worst come last, where they are read."""
    return "\n".join(
        f"{verdict:<12} {name:<11} {outcome.remark}".rstrip()
        for verdict in Verdict
        for name, outcome in outcomes.items()
        if outcome.verdict is verdict
    )


def code(outcomes: Mapping[str, Outcome], *, allow_missing: bool) -> int:
    """0 when all is well."""
    verdicts = {outcome.verdict for outcome in outcomes.values()}
    if Verdict.FAILED in verdicts:
        return SOME_FAILED
    return SOME_DID_NOT_RUN if Verdict.DID_NOT_RUN in verdicts and not allow_missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
