"""What telemetry costs a request: the same house with it and without, in turns, in one run. Ends with 1 above 5 %.

"With" is a web process as people run it, with a collector of traces and one of errors named and everything else as it
comes. "Without" is the same process started by this file, which first puts nothing in the place of everything that counts
or records: the house has no such switch, because nobody who runs one should turn its figures off. Each turn is one kind of
request over the same keep-alive client; the CPU is the kernel's account of the whole process, its threads included.

    make bench-telemetry [ARGS="--rounds 30 --seconds 0.7"]
"""

import argparse
import asyncio
import shutil
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
SIDES = ("with", "without")
SENTRY_KEY = "0123456789abcdef"


def serve_without() -> None:
    """The web process, without anything that counts, times or records. The gauges of the lanes are plain additions."""
    from wedsync.platform import metrics, tracing

    class Silent:
        now = 0

        def observe(self, _seconds: float) -> None:
            pass

    silent = Silent()
    metrics.Timings.of = lambda _self, *_values: silent
    metrics.request_series = lambda _tier, _route, _status: silent
    metrics.statement_series = lambda _lane, _query: silent
    metrics.count_limited = metrics.count_live_events = lambda _what: None
    tracing.statement = tracing.handing_over = lambda *_what: tracing._NOTHING  # noqa: SLF001
    from wedsync.__main__ import main as wedsync

    sys.argv = ["wedsync", "web"]
    wedsync()


def cpu_ns(pid: int) -> int:
    """What a process has used, to the nanosecond (clock_getcpuclockid(3))."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def measure(rounds: int, seconds: float, folder: Path) -> dict[tuple[str, str], list[dict[str, float]]]:
    """Samples by side and kind; the sides take turns, and change who begins."""
    from benchmarks.bench import _await_port, _environment, _free_port, _peer, _prepared, _sessions
    from benchmarks.world import load
    from tests.support.collectors import collecting
    from tests.support.servers import running_servers

    samples: dict[tuple[str, str], list[dict[str, float]]] = {}
    with running_servers(folder) as found, collecting() as collector:
        asyncio.run(_prepared(found))
        load(found.admin)
        tokens = _sessions(found.admin)
        ports = {side: _free_port() for side in SIDES}
        told = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "SENTRY_DSN": collector.url.replace("://", f"://{SENTRY_KEY}@") + "/1",
        }
        commands = {"with": ["-m", "wedsync", "web"], "without": [__file__, "--serve-without"]}
        log = (folder / "web.log").open("wb")
        webs = {
            side: subprocess.Popen(
                [sys.executable, *commands[side]],
                env=_environment(found, ports[side]) | (told if side == "with" else {}),
                stdout=log,
                stderr=log,
            )
            for side in SIDES
        }
        try:
            for side in SIDES:
                _await_port(ports[side], webs[side])
            plan = {"app": found.app, "staff_tokens": tokens["staff"], "couple_tokens": tokens["couples"]}
            for number in range(rounds + 1):
                for kind in KINDS:
                    for side in SIDES if number % 2 else reversed(SIDES):
                        print(f"\r{number}/{rounds} {kind} {side}   ", end="", file=sys.stderr, flush=True)
                        pid = webs[side].pid
                        before = cpu_ns(pid)
                        sample = _peer(f"http {kind}", plan | {"port": ports[side], "seconds": seconds})
                        sample["cpu_us"] = (cpu_ns(pid) - before) / 1000 / max(sample["done"], 1)
                        if number:  # the first round warms up
                            samples.setdefault((side, kind), []).append(sample)
            _refuse_to_compare_alike(ports, len(collector.taken))
        finally:
            for web in webs.values():
                web.terminate()
            for web in webs.values():
                web.wait(20)
    return samples


def _refuse_to_compare_alike(ports: dict[str, int], exported: int) -> None:
    """With has to have counted and exported, and without neither: or the figure would say nothing."""
    pages = {side: urlopen(f"http://127.0.0.1:{port}/metrics").read().decode() for side, port in ports.items()}
    counted = {side: "wedsync_request_seconds_bucket" in page for side, page in pages.items()}
    if counted != {"with": True, "without": False} or not exported:
        raise SystemExit(f"The sides are not what they say: {counted}, {exported} exports.")


def report(samples: dict[tuple[str, str], list[dict[str, float]]]) -> bool:
    """Print medians, and the ratio of each round's neighbours with its quartiles; whether all limits are kept."""
    is_kept = True
    print(f"\n{'':<14}{'with':>10}{'without':>10}{'ratio':>8}{'quartiles':>16}{'limit':>8}")
    for kind, what in KINDS.items():
        for figure, unit in (("cpu_us", "µs CPU"), ("rate", "a second")):
            pairs = [
                (one[figure], other[figure])
                for one, other in zip(samples["with", kind], samples["without", kind], strict=True)
            ]
            ratios = [one / other if figure == "cpu_us" else other / one for one, other in pairs]
            low, middle, high = statistics.quantiles(ratios, n=4)
            ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
            is_kept &= middle <= MOST
            print(f"{what:<14}{ours:>10.0f}{bare:>10.0f}{middle:>8.3f}{low:>8.3f}–{high:.3f}{MOST:>10.2f}   {unit}")
    wrong = sum(sample["wrong"] for found in samples.values() for sample in found)
    if wrong:
        raise SystemExit(f"{wrong:.0f} answers were wrong, so no figure counts.")
    return is_kept


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=0.7)
    parser.add_argument("--serve-without", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve_without:
        serve_without()
        return 0
    folder = Path(tempfile.mkdtemp(prefix="wedsync-bench-"))
    try:
        return 0 if report(measure(asked.rounds, asked.seconds, folder)) else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
