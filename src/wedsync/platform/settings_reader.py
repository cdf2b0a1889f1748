"""Reads settings one at a time and collects what is wrong with them, in words that say what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from typing import Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

from wedsync.platform.settings_table import READ_ELSEWHERE, SETTINGS

LogStyle = Literal["json", "console", "auto"]
_T = TypeVar("_T")

# A token signed with fewer could be forged by trying.
SECRET_MIN_BYTES = 32
NO_BACKUPS = "off"
OFF = "off"
HIGHEST_PORT = 65535
# A port for each of them, above the one that is set.
MOST_PROCESSES = 65


class Reader:
    """Reads one variable at a time and keeps every complaint, so that all are told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """`environ` is `os.environ` everywhere but in tests."""
        self._environ = environ
        self.refusals: list[str] = []

    def text(self, name: str, default: str) -> str:
        """Without spaces around it; empty counts as not set."""
        return self._environ.get(name, "").strip() or default

    def number(self, name: str, default: int, allowed: range) -> int:
        """A whole number within bounds."""
        text = self.text(name, str(default))
        if text.isascii() and text.isdigit() and int(text) in allowed:
            return int(text)
        return self.refuse(
            f"{name} is {text!r}; it must be a whole number from {allowed[0]} to {allowed[-1]}.",
            default,
        )

    def is_on(self, name: str, default: bool) -> bool:  # noqa: FBT001 - the default of a switch
        """A switch."""
        text = self.text(name, "1" if default else "0").lower()
        if text in {"1", "true", "yes", "on"}:
            return True
        if text in {"0", "false", "no", "off"}:
            return False
        return self.refuse(f"{name} is {text!r}; write 1 or 0.", default)

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        """An address with one of these schemes."""
        # The value may hold a password, so a refusal never repeats it.
        text = self.text(name, "")
        if not text or (urlsplit(text).scheme in schemes and "://" in text):
            return text
        return self.refuse(f"{name} must be a URL that starts with {schemes[0]}://.", "")

    def secret(self, name: str) -> str:
        """Long enough that it cannot be found by trying."""
        text = self.text(name, "")
        if not text or len(text.encode()) >= SECRET_MIN_BYTES:
            return text
        return self.refuse(f"{name} is too short; it needs at least {SECRET_MIN_BYTES} bytes, made by chance.", "")

    def backups(self, name: str, default: str) -> str:
        """A folder, in full, a bucket, or `off`."""
        text = self.text(name, default)
        parts = urlsplit(text)
        is_bucket = parts.scheme == "s3" and parts.netloc and set(parse_qs(parts.query)) <= {"endpoint", "region"}
        if text == NO_BACKUPS or text.startswith("/") or is_bucket:
            return text
        wanted = f"the full path of a folder, s3://bucket/prefix?endpoint=…&region=…, or `{NO_BACKUPS}`"
        return self.refuse(f"{name} is {text!r}; write {wanted}.", NO_BACKUPS)

    def door(self, name: str) -> str:
        """An address and a port, or `off`."""
        text = self.text(name, "")
        host, _, port = text.rpartition(":")
        if text in {"", OFF} or (
            host and port.isascii() and port.isdigit() and int(port) < HIGHEST_PORT - MOST_PROCESSES
        ):
            return text
        return self.refuse(f"{name} is {text!r}; write an address and a port such as 127.0.0.1:8401, or `{OFF}`.", "")

    def key_pair(self, name: str) -> str:
        """An id and a secret, with a colon between them."""
        text = self.text(name, "")
        if not text or all(text.partition(":")):
            return text
        return self.refuse(f"{name} must be ID:SECRET.", "")

    def headers(self, name: str) -> str:
        """Names and values, as OpenTelemetry has them written."""
        text = self.text(name, "")
        # The values may be credentials, so a refusal never repeats them.
        if all(re.fullmatch(r" *[!#$%&'*+.^_`|~A-Za-z0-9-]+ *=[ -~]*", part) for part in text.split(",") if text):
            return text
        return self.refuse(f"{name} must be name=value pairs with commas between them.", "")

    def dsn(self, name: str) -> str:
        """The address of a project, with its public key, as Sentry writes it."""
        text = self.text(name, "")
        if not text or re.fullmatch(r"https?://[A-Za-z0-9]+@[^/@?#\s]+/(?:[^?#\s]+/)?\d+", text):
            return text
        return self.refuse(f"{name} must be https://KEY@host/PROJECT.", "")

    def log_style(self, name: str) -> LogStyle:
        """How log lines look."""
        match text := self.text(name, "auto"):
            case "json" | "console" | "auto":
                return text
            case _:
                return self.refuse(f"{name} is {text!r}; write json, console or auto.", "auto")

    def day(self, name: str, default: date) -> date:
        """A day as ISO 8601 writes it."""
        text = self.text(name, default.isoformat())
        try:
            return date.fromisoformat(text)
        except ValueError:
            return self.refuse(f"{name} is {text!r}; write a day such as 2027-06-12.", default)

    def networks(self, name: str) -> tuple[str, ...]:
        """Addresses or networks, separated by commas."""
        listed = [part.strip() for part in self.text(name, "").split(",") if part.strip()]
        for part in listed:
            try:
                ip_network(part)
            except ValueError:
                self.refuse(f"{name} holds {part!r}, which is no IP address or network.", "")
        return tuple(listed)

    def refuse_unknown(self) -> None:
        """A misspelt name would otherwise be a setting that silently does nothing."""
        known = {each.variable for each in SETTINGS} | READ_ELSEWHERE.keys()
        for name in sorted(self._environ):
            if not name.startswith("WEDSYNC_") or name.startswith("WEDSYNC_TEST_"):
                continue
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                self.refusals.append(f"There is no setting {name}.{hint}")

    def refuse(self, sentence: str, instead: _T) -> _T:
        """Keep the complaint and go on with something that makes sense."""
        self.refusals.append(sentence)
        return instead
