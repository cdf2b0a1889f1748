"""Our figures beside bare drivers, measured side by side: interleaved rounds in one run, medians and ratios.

    make bench [ARGS="--rounds 5 --seconds 3"]

One web process as people run it, a client in a process of its own over keep-alive connections, and the same statements
in a bare loop over the read lane, over asyncpg and in a plain psycopg transaction.
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.world import load, named
from tests.support.servers import SECRET, running_servers

from wedsync.platform.addresses import Addresses, role_passwords
from wedsync.platform.migrations import bootstrap, migrate, recreate
from wedsync.platform.tokens import new_token, token_hash

HERE = Path(__file__).parent
LIMITS = {"a": (0.35, 0.90), "b": (0.35, 0.90), "c": (0.50, None)}


def main() -> None:
    """Measure, print a table, and say which figures are reached."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=3)
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="wedsync-bench-"))
    try:
        with running_servers(folder) as found:
            measure(found, asked, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(found: Addresses, asked: argparse.Namespace, folder: Path) -> None:
    """Load, start the web, run the rounds."""
    asyncio.run(_prepared(found))
    load(found.admin)
    tokens = _sessions(found.admin)
    port = _free_port()
    log = (folder / "web.log").open("wb")
    web = subprocess.Popen(
        [sys.executable, "-m", "wedsync", "web"], env=_environment(found, port), stdout=log, stderr=log
    )
    try:
        _await_port(port, web)
        plan = {
            "port": port,
            "app": found.app,
            "staff_tokens": tokens["staff"],
            "couple_tokens": tokens["couples"],
            "seconds": asked.seconds,
        }
        samples: dict[str, list[dict[str, float]]] = {}
        jobs = ["http a", "lane a", "asyncpg a", "http b", "lane b", "asyncpg b", "http c", "psycopg c", "http d"]
        for round_number in range(asked.rounds + 1):
            for job in jobs:
                is_web = job.startswith("http")
                before = psutil.Process(web.pid).cpu_times()
                print(f"\r{round_number}/{asked.rounds} {job}    ", end="", file=sys.stderr, flush=True)
                sample = _peer(job, plan)
                after = psutil.Process(web.pid).cpu_times()
                if is_web:
                    used = after.user + after.system - before.user - before.system
                    sample["cpu_us"] = used / max(sample["done"], 1) * 1e6
                if round_number:  # the first round warms up
                    samples.setdefault(job, []).append(sample)
        memory = psutil.Process(web.pid).memory_info().rss / 1e6
        report(samples, memory, as_json=asked.json)
    finally:
        web.terminate()
        web.wait(20)


def report(samples: dict[str, list[dict[str, float]]], memory_mb: float, *, as_json: bool) -> None:
    """Medians and ratios."""

    def median(job: str, figure: str) -> float:
        return statistics.median(sample[figure] for sample in samples[job])

    if as_json:
        print(json.dumps({job: {f: median(job, f) for f in found[0]} for job, found in samples.items()}))
        return
    print(f"\n{'':12}{'per second':>12}{'p50 ms':>9}{'p95 ms':>9}{'server µs':>11}{'wrong':>7}")
    for job, found in samples.items():
        cpu = f"{median(job, 'cpu_us'):11.0f}" if "cpu_us" in found[0] else " " * 11
        print(
            f"{job:12}{median(job, 'rate'):12.0f}{median(job, 'p50'):9.2f}{median(job, 'p95'):9.2f}{cpu}"
            f"{sum(sample['wrong'] for sample in found):7.0f}"
        )
    print()
    for letter, what in (("a", "one wedding"), ("b", "50 weddings of a supplier")):
        lane, peer = (
            median(f"http {letter}", "rate") / median(f"lane {letter}", "rate"),
            median(f"http {letter}", "rate") / median(f"asyncpg {letter}", "rate"),
        )
        print(f"({letter}) {what}: {lane:.0%} of the bare lane (≥ 35 %), {peer:.0%} of an asyncpg loop (≥ 90 %)")
    print(f"(c) one fact: {median('http c', 'rate') / median('psycopg c', 'rate'):.0%} of a bare transaction (≥ 50 %)")
    print(
        f"(a) server CPU {median('http a', 'cpu_us'):.0f} µs (≤ 200), (d) {median('http d', 'cpu_us'):.0f} µs (≤ 1,000)"
    )
    print(f"web memory {memory_mb:.0f} MB (≤ 150)")
    if any(sample["wrong"] for found in samples.values() for sample in found):
        raise SystemExit("Some answers were wrong, so no figure counts.")


async def _prepared(found: Addresses) -> None:
    await recreate(found.admin, unless="select 1 where false")
    await bootstrap(found.admin, role_passwords(SECRET))
    await migrate(found.admin, progress=lambda _line: None)


def _sessions(admin_url: str) -> dict[str, object]:
    """Sessions of 200 of the supplier's people and of 200 couples: one alone would soon meet the limit on reads."""
    people = [(f"staff {i}", named("staff", i)) for i in range(1, 201)]
    people += [(str(i), named("person", (i - 1) * 2 + 1)) for i in range(1, 201)]
    tokens: dict[str, str] = {}
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for name, person in people:
            tokens[name] = new_token()
            connection.execute(
                "insert into app.sessions (person_id, token_hash, expires_at) values (%s, %s, now() + interval '1 day')",
                [person, token_hash(tokens[name])],
            )
    couples = [[str(named("wedding", i)), tokens[str(i)], str(named("person", (i - 1) * 2 + 1))] for i in range(1, 201)]
    return {"staff": [tokens[f"staff {i}"] for i in range(1, 201)], "couples": couples}


def _peer(job: str, plan: dict[str, object]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(HERE / "peer.py"), job],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(HERE.parent / "src")},
    )
    if done.returncode:
        raise SystemExit(f"{job}: {done.stderr}")
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _environment(found: Addresses, port: int) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("WEDSYNC_")},
        "PYTHONPATH": str(HERE.parent / "src"),
        "DATABASE_URL": found.app,
        "VALKEY_URL": found.valkey,
        "WEDSYNC_SECRET": SECRET,
        "WEDSYNC_PORT": str(port),
        "WEDSYNC_LOG": "json",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, web: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if web.poll() is not None:
            raise SystemExit("web ended before it answered; run `wedsync web` by hand to see why")
        time.sleep(0.05)
    raise SystemExit("web did not come up")


if __name__ == "__main__":
    main()
