"""Every alert, asked by Prometheus's own program: when it calls, when it does not yet, and when it no longer does.

And every rule once more with one thing wrong in it: a test that does not notice tells nothing.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from gates.outcome import Outcome, Verdict, asked, did_not_run, failed, tool
from wedsync.operations.observability.alerts import ALERTS, Alert, as_yaml

PROGRAM: Final = shutil.which("promtool") or tool("promtool")
REQUESTS: Final = "wedsync_request_seconds_count"
NUMBER: Final = re.compile(r"(?<![\w\[.])\d+(?:\.\d+)?(?![\w.\]])")
WINDOW: Final = re.compile(r"\[(\d+)([smh])\]")
SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
MATCHER: Final = re.compile(r"""\w+(?:=~|!=|=)"[^"]*",?""")
FLIPPED: Final = {" > ": " < ", " < ": " > ", " == ": " != ", " and ": " or ", " or ": " and "}
GONE: Final = re.compile(r" or absent\([^)]*\)(?=\))")


class Case(msgspec.Struct, frozen=True):
    """A course of things, a sample a minute, and at which minutes the alert is silent and at which it calls."""

    alert: str
    series: dict[str, str]
    quiet: tuple[int, ...] = ()
    calls: tuple[int, ...] = ()


def gate() -> Outcome:
    """The rules pass; with anything wrong in them they do not."""
    try:
        checked = asked([PROGRAM, "check", "config", "deploy/observability/prometheus.yaml"])
    except FileNotFoundError:
        return did_not_run("promtool is not installed (Debian: apt-get install prometheus)")
    if checked.code != 0:
        print(checked.out + checked.err)
        return failed("the example configuration does not hold")
    if whole := [alert.name for alert in ALERTS if not holds(alert, as_yaml((alert,)))]:
        return failed(f"not as promised: {', '.join(whole)}")
    unnoticed = [wrong for alert in ALERTS for wrong, rules in mutants(alert) if holds(alert, rules)]
    for wrong in unnoticed:
        print(wrong)
    number = sum(1 for alert in ALERTS for _ in mutants(alert))
    remark = (
        f"{sum(len(case.quiet + case.calls) for case in CASES)} moments; {number - len(unnoticed)} of {number} found"
    )
    return failed(remark) if unnoticed else Outcome(Verdict.PASSED, remark)


def holds(alert: Alert, rules: str, *, is_shown: bool = False) -> bool:
    """Whether these rules call as the cases of this alert say."""
    with tempfile.TemporaryDirectory(prefix="wedsync-") as folder:
        (Path(folder) / "rules.yaml").write_text(rules)
        tests = [_test(alert, case) for case in CASES if case.alert == alert.name]
        whole = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests}
        (Path(folder) / "tests.yaml").write_bytes(msgspec.json.encode(whole))  # JSON is YAML too
        said = asked([PROGRAM, "test", "rules", "tests.yaml"], Path(folder))
    if is_shown and said.code:
        print(said.out + said.err)
    return said.code == 0


def mutants(alert: Alert) -> Iterator[tuple[str, str]]:
    """What is wrong, and the rules with it."""
    for clauses in _mutated(alert.clauses):
        if clauses != alert.clauses:
            wrong = msgspec.structs.replace(alert, clauses=clauses)
            yield f"{alert.name}: {wrong.expression}", as_yaml((wrong,))
    for lasting in ("0m", f"{alert.lasting[:-1]}0m"):
        yield f"{alert.name}: for {lasting}", as_yaml((msgspec.structs.replace(alert, lasting=lasting),))


def _mutated(clauses: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for place, clause in enumerate(clauses):
        before, after = clauses[:place], clauses[place + 1 :]
        if len(clauses) > 1:
            yield (*before, *after)
        for wrong in _wrong(clause):
            yield (*before, wrong, *after)


def _wrong(text: str) -> Iterator[str]:
    for found in NUMBER.finditer(text):
        for other in _numbers(text, found):
            yield text[: found.start()] + other + text[found.end() :]
    for found in WINDOW.finditer(text):
        seconds = int(found[1]) * SECONDS[found[2]]
        for other_s in (seconds * 10, seconds // 10):
            yield f"{text[: found.start()]}[{other_s}s]{text[found.end() :]}"
    for word, other in FLIPPED.items():
        for found in re.finditer(word, text):
            yield text[: found.start()] + other + text[found.end() :]
    for pattern in (MATCHER, GONE):
        for found in pattern.finditer(text):
            yield text[: found.start()] + text[found.end() :]
    left, word, right = text.partition(" and ")
    if word:
        yield left
        yield right


def _numbers(text: str, found: re.Match[str]) -> Iterator[str]:
    """Ten times and a tenth. None at all is one; only a disk on which one byte is left is as full as one with none."""
    value = float(found[0])
    if value:
        yield f"{value * 10:g}"
        yield f"{value / 10:g}"
    elif text[: found.start()].endswith("> "):
        yield "1"


def _test(alert: Alert, case: Case) -> dict[str, object]:
    called = {
        "exp_labels": {"severity": alert.severity},
        "exp_annotations": {"summary": alert.summary, "runbook": f"docs/runbooks/{alert.runbook}"},
    }
    moments = [(at, False) for at in case.quiet] + [(at, True) for at in case.calls]
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "alert_rule_test": [
            {"eval_time": f"{at}m", "alertname": alert.name, "exp_alerts": [called] * calls} for at, calls in moments
        ],
    }


def _counter(*stretches: tuple[float, int]) -> str:
    """So many more each minute, for so many minutes."""
    values = [0.0]
    for per_minute, minutes in stretches:
        values += [values[-1] + per_minute * minute for minute in range(1, minutes + 1)]
    return " ".join(f"{value:.0f}" for value in values)


def _gauge(*stretches: tuple[float, int]) -> str:
    return " ".join(f"{value:.0f}" for value, minutes in stretches for _ in range(minutes))


def _falling(*stretches: tuple[float, int]) -> str:
    """From 50 GB, so many bytes less each minute."""
    return " ".join(f"{50e9 - float(each):.0f}" for each in _counter(*stretches).split())


def _requests(tier: str, *stretches: tuple[float, int], of: tuple[float, ...] = ()) -> dict[str, str]:
    """A thousand a minute, or as many as `of` says for each stretch, of which so many fail, for so many minutes."""
    totals = of or (1000,) * len(stretches)
    good = [(total - failing, minutes) for total, (failing, minutes) in zip(totals, stretches, strict=True)]
    return {
        f'{REQUESTS}{{tier="{tier}",status="200"}}': _counter(*good),
        f'{REQUESTS}{{tier="{tier}",status="503"}}': _counter(*stretches),
    }


def _waits(name: str, bounds: tuple[str, str, str], *stretches: tuple[int, int, int]) -> dict[str, str]:
    """A hundred a minute: how many within the first bound, and the second; the rest within the third."""
    kinds = [[(first, m) for first, _, m in stretches], [(second, m) for _, second, m in stretches]]
    kinds += [[(100, m) for _, _, m in stretches]] * 2
    return {
        name.replace("}", f'le="{bound}"}}'): _counter(*kind)
        for bound, kind in zip((*bounds, "+Inf"), kinds, strict=True)
    }


def _lagging(age_s: int, minutes: int = 60) -> str:
    return f"{-age_s}+60x{minutes}"


def _until(minute: int) -> str:
    """As new as can be until then, and never again."""
    return f"0+60x{minute} {minute * 60}+0x60"


NAN: Final = " ".join(["NaN"] * 60)
API: Final = 'wedsync_request_seconds_bucket{tier="api",}'
API_BOUNDS: Final = ("0.1", "0.2", "0.5")
DATABASE: Final = 'wedsync_statement_seconds_bucket{lane="read",}'
DATABASE_BOUNDS: Final = ("0.025", "0.05", "0.1")
ON: Final = {"wedsync_weddings_active": "1x100"}
WEB: Final = {'up{job="wedsync-web"}': "1x60"}
WORKER: Final = {'up{job="wedsync-worker"}': "1x60"}
WATCHED: Final = "wedsync_watched_timestamp_seconds"
STREAMED: Final = "wedsync_log_streamed_timestamp_seconds"
BACKED_UP: Final = "wedsync_backup_timestamp_seconds"
PROVEN: Final = "wedsync_restore_proven_timestamp_seconds"
FAILED: Final = "wedsync_restore_failed"
DIFFERENCES: Final = "wedsync_protection_differences"
ATTESTED: Final = "wedsync_attested_timestamp_seconds"
OLDEST: Final = "wedsync_jobs_oldest_seconds"
GIVEN_UP: Final = "wedsync_jobs_given_up"
FREE: Final = "wedsync_disk_free_bytes"
DISK: Final = {"wedsync_disk_bytes": "100000000000x4000"}
CASES: Final = (
    Case("FastBurn", _requests("couple", (15, 60)), (2,), (3, 60)),
    Case("FastBurn", _requests("couple", (14, 90)), (30, 90)),
    Case("FastBurn", _requests("couple", (0, 120), (50, 10)), (130,)),  # ten minutes are no hour
    Case("FastBurn", _requests("couple", (0, 720), (20, 80)), (720,), (800,)),
    Case("FastBurn", _requests("couple", (50, 60), (5, 10)), (69,), (62,)),  # it is over
    Case("FastBurn", _requests("couple", (0, 60)) | _requests("house", (500, 60)), (60,)),
    Case("FastBurn", _requests("couple", (0, 50), (50, 10)) | _requests("house", (500, 60)), (60,)),
    Case("FastBurn", _requests("couple", (50, 50), (0, 12)) | _requests("house", (500, 62)), (60,)),
    Case("FastBurn", _requests("couple", (15, 60)) | _requests("house", (0, 60)), (), (60,)),
    Case("FastBurn", _requests("couple", (0, 540), (20, 60), of=(10000, 1000)), (), (600,)),  # fewer come
    Case("FastBurn", _requests("couple", (50, 50), (10, 10), of=(100, 1000)), (60,)),  # more come
    Case("FastBurn", {}, (60,)),
    Case("SlowBurn", _requests("couple", (7, 60)), (15,), (16, 60)),
    Case("SlowBurn", _requests("couple", (5, 400)), (60, 400)),
    Case("SlowBurn", _requests("couple", (0, 400), (50, 25)), (425,)),
    Case("SlowBurn", _requests("couple", (0, 1800), (10, 300)), (1800,), (2100,)),
    Case("SlowBurn", _requests("couple", (20, 360), (3, 40)), (396,), (365,)),
    Case("SlowBurn", _requests("couple", (0, 60)) | _requests("house", (500, 60)), (60,)),
    Case("SlowBurn", _requests("couple", (0, 330), (50, 30)) | _requests("house", (500, 360)), (360,)),
    Case("SlowBurn", _requests("couple", (20, 330), (0, 50)) | _requests("house", (500, 380)), (380,)),
    Case("SlowBurn", _requests("couple", (7, 60)) | _requests("house", (0, 60)), (), (60,)),
    Case("SlowBurn", _requests("couple", (0, 3000), (10, 360), of=(10000, 1000)), (), (3360,)),
    Case("SlowBurn", _requests("couple", (50, 330), (3, 50), of=(100, 1000)), (380,)),
    Case("SlowBurn", {}, (60,)),
    Case("WeddingDayBurn", _requests("day_of", (3, 30)) | ON, (1,), (2, 30)),
    Case("WeddingDayBurn", _requests("day_of", (1, 30)) | ON, (30,)),
    Case("WeddingDayBurn", _requests("day_of", (30, 30)) | {"wedsync_weddings_active": "0x60"}, (30,)),
    Case("WeddingDayBurn", _requests("day_of", (30, 30)), (), (30,)),  # nobody can tell: one is on
    Case("WeddingDayBurn", _requests("day_of", (0, 30)) | _requests("couple", (100, 30)) | ON, (30,)),
    Case("WeddingDayBurn", _requests("day_of", (30, 20), (0, 20)) | ON, (28,), (24,)),
    Case("WeddingDayBurn", _requests("day_of", (3, 30)) | _requests("couple", (0, 30)) | ON, (), (30,)),
    Case("WeddingDayBurn", _requests("day_of", (50, 50), (1, 10), of=(100, 1000)) | ON, (60,)),
    Case("WeddingDayBurn", ON, (30,)),
    Case("ApiSlow", _waits(API, API_BOUNDS, (90, 90, 30)), (10,), (11, 30)),
    Case("ApiSlow", _waits(API, API_BOUNDS, (0, 100, 30)), (30,)),
    Case("ApiSlow", _waits(API, API_BOUNDS, (60, 60, 30), (100, 100, 20)), (42,), (35,)),
    Case(
        "ApiSlow",
        _waits(API, API_BOUNDS, (100, 100, 30)) | _waits(API.replace("api", "supplier"), API_BOUNDS, (0, 0, 30)),
        (30,),
    ),
    Case("ApiSlow", {}, (30,)),
    Case("DatabaseSlow", _waits(DATABASE, DATABASE_BOUNDS, (90, 90, 30)), (10,), (11, 30)),
    Case("DatabaseSlow", _waits(DATABASE, DATABASE_BOUNDS, (0, 100, 30)), (30,)),
    Case("DatabaseSlow", _waits(DATABASE, DATABASE_BOUNDS, (60, 60, 30), (100, 100, 20)), (42,), (35,)),
    Case("DatabaseSlow", {}, (30,)),
    Case("PartAbsent", WEB | WORKER | {WATCHED: _lagging(120)}, (1, 30, 60)),
    Case("PartAbsent", {'up{job="wedsync-web"}': "1x10 0x20 1x30"} | WORKER | {WATCHED: _lagging(0)}, (12, 34), (13,)),
    Case("PartAbsent", WORKER | {WATCHED: _lagging(0)}, (1,), (2,)),
    Case("PartAbsent", WEB | {WATCHED: _lagging(0)}, (1,), (2,)),
    Case("PartAbsent", WEB | WORKER | {WATCHED: _until(10)}, (17,), (18,)),
    Case("PartAbsent", WEB | WORKER, (1,), (2,)),
    Case("LogStale", {STREAMED: _lagging(540)}, (30,)),
    Case("LogStale", {STREAMED: _until(10)}, (22,), (23,)),
    Case("LogStale", {}, (1,), (2,)),
    Case("LogStale", {STREAMED: NAN}, (30,)),  # backups are off
    Case("BackupMissing", {BACKED_UP: "0x1700"}, (1570,), (1571,)),
    Case("BackupMissing", {}, (9,), (10,)),
    Case("BackupMissing", {BACKED_UP: NAN}, (30,)),
    Case("RestoreUnproven", {PROVEN: "-690000x60", FAILED: "0x60"}, (30,), (31,)),
    Case("RestoreUnproven", {PROVEN: _lagging(0), FAILED: "1x60"}, (9,), (10,)),
    Case("RestoreUnproven", {FAILED: "0x60"}, (9,), (10,)),
    Case("RestoreUnproven", {PROVEN: NAN, FAILED: NAN}, (30,)),
    Case("ProtectionDoubtful", {DIFFERENCES: "0x60", ATTESTED: _lagging(120)}, (30,)),
    Case("ProtectionDoubtful", {DIFFERENCES: "1x60", ATTESTED: _lagging(0)}, (0,), (1,)),
    Case("ProtectionDoubtful", {DIFFERENCES: "0x60", ATTESTED: _until(10)}, (16,), (17,)),
    Case("ProtectionDoubtful", {ATTESTED: _lagging(0)}, (0,), (1,)),
    Case("QueueStuck", {OLDEST: "240x60", GIVEN_UP: "0x60"}, (30,)),
    Case("QueueStuck", {OLDEST: "310x60", GIVEN_UP: "0x60"}, (4,), (5,)),
    Case("QueueStuck", {OLDEST: "0x60", GIVEN_UP: "1x20 0x40"}, (4, 22), (5,)),
    Case("QueueStuck", {GIVEN_UP: "0x60"}, (4,), (5,)),
    Case("DiskFilling", {FREE: _falling((10e6, 60))} | DISK, (30,), (31,)),
    Case("DiskFilling", {FREE: _falling((8e6, 60))} | DISK, (60,)),
    Case("DiskFilling", {FREE: _falling((0, 400), (12e6, 60))} | DISK, (460,)),
    Case("DiskFilling", {FREE: _falling((0, 3240), (12e6, 360))} | DISK, (3240,), (3600,)),
    Case("DiskFilling", {FREE: "11000000000x60"} | DISK, (60,)),
    Case("DiskFilling", {FREE: "9000000000x60"} | DISK, (29,), (30,)),
    Case("DiskFilling", DISK, (29,), (30,)),
)
