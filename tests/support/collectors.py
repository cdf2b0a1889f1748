"""Whoever collects what we tell about ourselves, for tests: a real server that keeps every request it is sent."""

from __future__ import annotations

import contextlib
import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Taken(msgspec.Struct, frozen=True):
    """One request, its body unpacked, its header names small."""

    path: str
    headers: dict[str, str]
    body: bytes


class Collector:
    """`answer` says with which status and headers it answers next; it may take its time."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.url = ""
        self.answer: Callable[[], tuple[int, dict[str, str]]] = lambda: (200, {})

    @property
    def everything(self) -> str:
        """All that was ever said to it, to look for what should not be in it."""
        return "\n".join(f"{each.path} {each.headers} {each.body.decode('latin-1')}" for each in self.taken)

    def spans(self) -> list[Span]:
        """Every span of every trace that was exported."""
        found: list[Span] = []
        for each in self.taken:
            for resource in ExportTraceServiceRequest.FromString(each.body).resource_spans:
                for scope in resource.scope_spans:
                    found.extend(scope.spans)
        return found


@contextlib.contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a port of its own."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            body = gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said = collector.answer()
            collector.taken.append(Taken(self.path, headers, body))
            with contextlib.suppress(OSError):  # it may have tired of waiting
                self.send_response(status)
                for name, value in {"content-length": "0", **said}.items():
                    self.send_header(name, value)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library has it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    collector.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
