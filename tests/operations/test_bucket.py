"""Backups in a bucket, against a real S3 server (SeaweedFS)."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import pytest
from tests.operations.backing_up import Backups
from tests.support.database import Servers, cloned
from tests.support.servers import eventually, free_port

from wedsync.operations.continuity.rebuilding import clear
from wedsync.platform.backups.bucket import Bucket
from wedsync.platform.backups.places import Item, PlaceFails

pytestmark = pytest.mark.deep
KEY: Final = "anna:a secret of hers"
WEED: Final = str(Path(sys.executable).with_name("weed"))


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server, with one bucket and one who may write to it."""
    folder = tmp_path_factory.mktemp("s3")
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    identity, secret = KEY.split(":")
    who = {"name": "anna", "credentials": [{"accessKey": identity, "secretKey": secret}], "actions": ["Admin"]}
    (folder / "who.json").write_text(json.dumps({"identities": [who]}))
    words = [f"-{name}.port={port}" for name, port in ports.items()]
    words += [f"-{name}.port.grpc={free_port()}" for name in ("master", "volume", "filer", "s3")]
    with (folder / "log").open("wb") as log, subprocess.Popen(
        [WEED, "server", f"-dir={folder}", "-ip=127.0.0.1", "-s3", f"-s3.config={folder / 'who.json'}", *words],
        stdout=subprocess.DEVNULL, stderr=log, start_new_session=True,
    ) as server:  # fmt: skip
        try:
            grpc = next(word.split("=")[1] for word in words if word.startswith("-master.port.grpc"))
            shell = [WEED, "shell", f"-master=127.0.0.1:{ports['master']}.{grpc}"]

            def is_made() -> bool:
                said = subprocess.run(
                    shell, input="s3.bucket.create -name wedsync\ns3.bucket.list\n", text=True,
                    capture_output=True, check=False, timeout=60,
                )  # fmt: skip
                return "wedsync" in said.stdout.partition("create")[2] or "  wedsync" in said.stdout

            assert eventually(is_made, 60), (folder / "log").read_text()
            assert eventually(lambda: is_listening(ports["s3"]), 60), (folder / "log").read_text()
            yield f"http://127.0.0.1:{ports['s3']}"
        finally:
            server.kill()


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def bucket(endpoint: str, tmp_path: Path) -> Bucket:
    return Bucket(f"s3://wedsync/{tmp_path.name}?endpoint={endpoint}&region=eu-west-2", KEY, tmp_path / "drafts")


def test_what_is_put_is_listed_read_and_deleted(bucket: Bucket) -> None:
    large = os.urandom(40 * 1024 * 1024)
    for name, content in (("wal/head", b"the end"), ("wal/0001.00000000", b"a piece"), ("backups/one/base", large)):
        draft = bucket.draft()
        draft.write_bytes(content)
        bucket.put(name, draft)
        assert not draft.exists()
    assert bucket.items("wal/0001.") == [Item("wal/0001.00000000", 7)]
    assert [item.name for item in bucket.items("")] == ["backups/one/base", "wal/0001.00000000", "wal/head"]
    with bucket.reading("backups/one/base") as source:
        assert b"".join(iter(lambda: source.read(1_000_000), b"")) == large
    bucket.delete("wal/head")
    bucket.delete("wal/head")
    with pytest.raises(FileNotFoundError), bucket.reading("wal/head"):
        pass


def test_a_wrong_key_and_a_server_that_is_away_are_one_sentence(endpoint: str, tmp_path: Path) -> None:
    for where, key in ((endpoint, "anna:another secret"), (f"http://127.0.0.1:{free_port()}", KEY)):
        with pytest.raises(PlaceFails, match="Is the endpoint right, and the key"):
            Bucket(f"s3://wedsync/x?endpoint={where}&region=eu-west-2", key, tmp_path).items("")


@pytest.fixture
async def backups(shared_servers: Servers, endpoint: str, tmp_path: Path) -> AsyncIterator[Backups]:
    async with cloned(shared_servers.admin_url, f"wedsync_bucket_{os.getpid()}") as database:
        made = Backups(database.worker_url, database.admin_url, tmp_path / "var", tmp_path / "none")
        made.home.mkdir()
        yield made
        made.say("select pg_drop_replication_slot('wedsync_backup')")


def test_a_house_comes_back_from_a_bucket(backups: Backups, endpoint: str, bucket: Bucket, tmp_path: Path) -> None:
    there = {
        "WEDSYNC_BACKUPS": f"s3://wedsync/{tmp_path.name}?endpoint={endpoint}&region=eu-west-2",
        "WEDSYNC_BACKUP_S3_KEY": KEY,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "wedsync", "backup", "stream"], env=backups.environment | there
    ) as stream:
        assert eventually(lambda: bool(bucket.items("wal/head")), 30)
        assert backups.command("backup", "run", **there).returncode == 0
        backups.say("select pg_logical_emit_message(true, 'probe', repeat('x', 600000))")
        at = datetime.now(UTC)
        backups.say("select pg_logical_emit_message(true, 'probe', 'later')")
        time.sleep(2)
        stream.terminate()
    assert msgspec.json.decode(backups.command("backup", "verify", "--json", **there).stdout)["damaged"] == []
    into = tmp_path / "again"
    said = backups.command("restore", "--at", at.isoformat(), "--into", str(into), **there)
    assert said.returncode == 0, said.stderr
    clear(into)
    lost = next(item.name for item in bucket.items("backups/") if "base.tar" in item.name)
    bucket.delete(lost)
    damaged = msgspec.json.decode(backups.command("backup", "verify", "--json", **there).stdout)["damaged"]
    assert damaged == [{"name": lost, "what": "is missing"}]
