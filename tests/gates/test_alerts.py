"""Twelve alerts, of figures that there are, each with something to do; and whether Prometheus calls as they say."""

import re
import shutil
from pathlib import Path
from typing import Final

import pytest
from gates.alerts import CASES, PROGRAM, gate, holds
from gates.outcome import Verdict

from wedsync.operations.observability.alerts import ALERTS, Alert, as_yaml
from wedsync.platform.metrics import REGISTRY

ROOT: Final = Path(__file__).resolve().parents[2]
SUFFIX: Final = re.compile(r"_(?:count|sum|bucket)$")
KNOWN: Final = {family.name for family in REGISTRY.collect()}
NAMES: Final = [alert.name for alert in ALERTS]


def test_there_are_twelve_and_each_is_tried_both_ways() -> None:
    assert len(set(NAMES)) == 12
    assert {case.alert for case in CASES if case.calls} == {case.alert for case in CASES if case.quiet} == set(NAMES)


@pytest.mark.parametrize("alert", ALERTS, ids=NAMES)
def test_an_alert_asks_for_figures_that_there_are_and_says_what_to_do(alert: Alert) -> None:
    named = {SUFFIX.sub("", name) for name in re.findall(r"wedsync_\w+", alert.expression)}
    assert named
    assert named <= KNOWN
    assert (ROOT / "docs/runbooks" / alert.runbook).is_file()


@pytest.mark.skipif(not shutil.which(PROGRAM), reason="promtool is not installed")
@pytest.mark.deep
def test_every_alert_calls_as_promised_and_no_wrong_rule_does() -> None:
    assert all(holds(alert, as_yaml((alert,))) for alert in ALERTS)
    assert gate().verdict is Verdict.PASSED
