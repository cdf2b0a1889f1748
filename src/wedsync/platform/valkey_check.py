"""Is Valkey there, and which one? Asked in its own protocol, without a client's pool behind it."""

import socket
import ssl
from urllib.parse import unquote, urlsplit

PATIENCE_S = 3.0


def ping_valkey(url: str) -> str:
    """What it calls itself. OSError says why not."""
    parts = urlsplit(url)
    commands = ["PING", "INFO server", "QUIT"]
    if parts.password:
        user = f"{unquote(parts.username)} " if parts.username else ""
        commands.insert(0, f"AUTH {user}{unquote(parts.password)}")
    with _connected(parts.scheme, parts.hostname or "localhost", parts.port or 6379) as server:
        server.sendall("".join(f"{command}\r\n" for command in commands).encode())
        answer = b"".join(iter(lambda: server.recv(65536), b"")).decode(errors="replace")
    facts = dict(line.split(":", 1) for line in answer.splitlines() if ":" in line)
    if "+PONG" not in answer:
        raise ConnectionError(answer.splitlines()[0] if answer else "no answer")
    return f"{facts.get('server_name', 'redis')} {facts.get('valkey_version') or facts.get('redis_version', '?')}"


def _connected(scheme: str, host: str, port: int) -> socket.socket:
    plain = socket.create_connection((host, port), timeout=PATIENCE_S)
    if scheme in {"valkeys", "rediss"}:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    return plain
