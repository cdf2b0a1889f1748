"""What telemetry costs a request: a house with it and without, in turns, in one run. Ends with 1 above 5 %.

One web process as people run it, with a collector of traces and one of errors named, is asked in short turns. Before every
turn a signal puts nothing in the place of everything that counts, times or records; the next signal puts it back. The
house has no such switch, because nobody who runs one should turn its figures off. It has to be one process: two of the same
program differ by a tenth, by where their memory happens to lie. The CPU is the kernel's account of the whole process.
Traces are carried away by threads up to a second later, in anybody's turn: what those threads used is divided by the
requests that were asked with telemetry, and counted on top.

    make bench-telemetry [ARGS="--turns 200 --seconds 0.15"]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

MOST = 1.05
KINDS = {"a": "REST read", "d": "wedding page", "c": "fact write"}
SIDES = {"with": signal.SIGUSR1, "without": signal.SIGUSR2}
SENTRY_KEY = "0123456789abcdef"
COUNTED = re.compile(r"^wedsync_request_seconds_count\{.* (\S+)$", re.MULTILINE)


def serve_switchable() -> None:
    """The web process, with what counts, times or records until SIGUSR2, without until SIGUSR1, and so on."""
    from wedsync.__main__ import main as wedsync
    from wedsync.platform import tracing
    from wedsync.platform.database import reads, writes
    from wedsync.platform.http import front

    class Silent:
        def observe(self, _seconds: float) -> None:
            pass

    silent, nothing = Silent(), tracing._NOTHING  # noqa: SLF001 - what a request that is not recorded gets
    without = {
        (front, "request_series"): lambda _tier, _route, _status: silent,
        (front, "begin"): lambda _exchange: None,
        (reads, "statement_series"): lambda _lane, _query: silent,
        (reads, "statement"): lambda _lane, _query: nothing,
        (writes, "statement_series"): lambda _lane, _query: silent,
        (writes, "statement"): lambda _lane, _query: nothing,
        (writes, "_COMMITTED"): silent,
        (writes, "_ROLLED_BACK"): silent,
    }
    as_it_is = {place: getattr(*place) for place in without}

    def switch(number: int, _frame: object) -> None:
        for (module, name), part in (as_it_is if number == SIDES["with"] else without).items():
            setattr(module, name, part)

    for number in SIDES.values():
        signal.signal(number, switch)
    sys.argv = ["wedsync", "web"]
    wedsync()


def cpu_ns(pid: int) -> int:
    """What a process has used, to the nanosecond (clock_getcpuclockid(3))."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def carried_us(pid: int) -> float:
    """What its other threads have used: they do nothing but carry away what is told."""
    ticks = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        if task.name != str(pid):
            # proc_pid_stat(5): 14 and 15, user and system; the second field may hold spaces
            ticks += sum(map(int, (task / "stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks * 1e6 / os.sysconf("SC_CLK_TCK")


def counted(port: int) -> float:
    """How many requests it has counted."""
    return sum(map(float, COUNTED.findall(urlopen(f"http://127.0.0.1:{port}/metrics").read().decode())))


Samples = dict[str, list[dict[str, float]]]


def measure(turns: int, seconds: float, folder: Path) -> dict[str, Samples]:
    """Samples by kind and side; the sides take turns, and change who begins."""
    from benchmarks.bench import _await_port, _environment, _free_port, _prepared, _sessions
    from benchmarks.world import load
    from tests.support.collectors import collecting
    from tests.support.servers import running_servers

    with running_servers(folder) as found, collecting() as collector, (folder / "web.log").open("wb") as log:
        asyncio.run(_prepared(found))
        load(found.admin)
        tokens, port = _sessions(found.admin), _free_port()
        told = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "SENTRY_DSN": collector.url.replace("://", f"://{SENTRY_KEY}@") + "/1",
        }
        plan = {"app": found.app, "staff_tokens": tokens["staff"], "couple_tokens": tokens["couples"], "port": port}
        web = subprocess.Popen(
            [sys.executable, __file__, "--serve"], env=_environment(found, port) | told, stdout=log, stderr=log
        )
        try:
            _await_port(port, web)
            measured = {kind: asyncio.run(take_turns(web, kind, plan, turns=turns, seconds=seconds)) for kind in KINDS}
        finally:
            web.terminate()
            web.wait(20)
        if not collector.taken:
            raise SystemExit("No trace was ever taken.")
    return measured


async def take_turns(
    web: subprocess.Popen[bytes], kind: str, plan: dict[str, object], *, turns: int, seconds: float
) -> Samples:
    """One kind of request over the same connections, now with and now without."""
    from benchmarks.peer import http, take_turn

    works, port = await http(kind, plan), int(str(plan["port"]))
    await take_turn(works, 1)  # warms up
    samples: Samples = {side: [] for side in SIDES}
    carried = carried_us(web.pid)
    for number in range(turns):
        print(f"\r{KINDS[kind]} {number + 1}/{turns}   ", end="", file=sys.stderr, flush=True)
        for side in SIDES if number % 2 else reversed(SIDES):
            web.send_signal(SIDES[side])
            asked, used = counted(port), cpu_ns(web.pid)
            sample = await take_turn(works, seconds, number)
            sample["cpu_us"] = (cpu_ns(web.pid) - used) / 1000 / max(sample["done"], 1)
            if not sample["done"] or (counted(port) - asked >= sample["done"]) is not (side == "with"):
                raise SystemExit(f"A turn {side} was none.")
            samples[side].append(sample)
    await asyncio.sleep(1.5)  # the last are on their way
    carried = (carried_us(web.pid) - carried) / sum(sample["done"] for sample in samples["with"])
    for sample in samples["with"]:
        sample["cpu_us"] += carried
    print(f"carried away for {carried:.1f} µs a request", file=sys.stderr)
    return samples


def report(measured: dict[str, Samples]) -> bool:
    """Print medians, and the ratio of each turn to its neighbour with its quartiles; whether all limits are kept."""
    is_kept = True
    print(f"\n{'':<14}{'with':>10}{'without':>10}{'ratio':>8}{'quartiles':>16}{'limit':>8}")
    for kind, samples in measured.items():
        for figure, unit in (("cpu_us", "µs CPU"), ("rate", "a second")):
            pairs = [
                (one[figure], other[figure]) for one, other in zip(samples["with"], samples["without"], strict=True)
            ]
            ratios = [one / other if figure == "cpu_us" else other / one for one, other in pairs]
            low, middle, high = statistics.quantiles(ratios, n=4)
            ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
            is_kept &= middle <= MOST
            print(
                f"{KINDS[kind]:<14}{ours:>10.0f}{bare:>10.0f}{middle:>8.3f}{low:>8.3f}–{high:.3f}{MOST:>10.2f}   {unit}"
            )
    wrong = sum(sample["wrong"] for samples in measured.values() for found in samples.values() for sample in found)
    if wrong:
        raise SystemExit(f"{wrong:.0f} answers were wrong, so no figure counts.")
    return is_kept


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200, help="on each side, of each kind")
    parser.add_argument("--seconds", type=float, default=0.15, help="that a turn takes")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve_switchable()
        return 0
    folder = Path(tempfile.mkdtemp(prefix="wedsync-bench-"))
    try:
        return 0 if report(measure(asked.turns, asked.seconds, folder)) else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
