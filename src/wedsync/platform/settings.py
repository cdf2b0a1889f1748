"""What an operator may decide, all in one place and all from the environment.

Read once, by an entrypoint, into one frozen struct that is handed down. A name that nobody knows
or a value that makes no sense stops the start, in words that say what to write instead.
"""

import difflib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from wedsync.platform.settings_table import READ_ELSEWHERE, SETTINGS

LogStyle = Literal["json", "console", "auto"]
_T = TypeVar("_T")

# A token signed with fewer could be forged by trying.
SECRET_MIN_BYTES = 32


class SettingsError(Exception):
    """One sentence for each setting that cannot be used."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything decided outside the code. An empty text means "not set" throughout.

    `database_url` is the URL of whoever reads it: an administrator's in `up` and `migrate`, the
    application's role in `web`, the worker's in `worker`.
    """

    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8400
    base_url: str = ""
    database_url: str = ""
    valkey_url: str = ""
    smtp_url: str = ""
    mail_from: str = "WedSync <hello@localhost>"
    is_demo: bool = False
    secret: str = ""
    web_workers: int = 1
    log: LogStyle = "auto"
    pg_bin: str = ""
    trusted_proxies: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Everything but the secrets, so that a traceback or a log line never holds one."""
        masked = msgspec.structs.replace(
            self,
            database_url=_masked(self.database_url),
            valkey_url=_masked(self.valkey_url),
            smtp_url=_masked(self.smtp_url),
            secret=_masked(self.secret),
        )
        return msgspec.Struct.__repr__(masked)

    @property
    def public_url(self) -> str:
        """Where people reach WedSync, without a slash at the end."""
        return self.base_url or f"http://{_as_url_host(self.host)}:{self.port}"

    @property
    def is_behind_tls(self) -> bool:
        """Whether cookies are marked Secure and HSTS is sent."""
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Parse the environment; `environ` is `os.environ` everywhere but in tests."""
    reader = _Reader(environ)
    reader.refuse_unknown()
    settings = Settings(
        home=Path(reader.text("WEDSYNC_HOME", "var")).expanduser().absolute(),
        host=reader.text("WEDSYNC_HOST", "127.0.0.1"),
        port=reader.number("WEDSYNC_PORT", 8400, range(1, 65536)),
        base_url=reader.url("WEDSYNC_BASE_URL", ("http", "https")).rstrip("/"),
        database_url=reader.url("DATABASE_URL", ("postgresql", "postgres")),
        valkey_url=reader.url("VALKEY_URL", ("valkey", "valkeys", "redis", "rediss", "unix")),
        smtp_url=reader.url("SMTP_URL", ("smtp", "smtps")),
        mail_from=reader.text("WEDSYNC_MAIL_FROM", "WedSync <hello@localhost>"),
        is_demo=reader.is_on("WEDSYNC_DEMO", not reader.text("DATABASE_URL", "")),
        secret=reader.secret("WEDSYNC_SECRET"),
        web_workers=reader.number("WEDSYNC_WEB_WORKERS", 1, range(1, 65)),
        log=reader.log_style("WEDSYNC_LOG"),
        pg_bin=reader.text("WEDSYNC_PG_BIN", ""),
        trusted_proxies=reader.networks("WEDSYNC_TRUSTED_PROXIES"),
    )
    if reader.refusals:
        raise SettingsError(*reader.refusals)
    return settings


def require(settings: Settings, *variables: str) -> None:
    """Refuse to go on (SettingsError) without these: DATABASE_URL, VALKEY_URL, WEDSYNC_SECRET."""
    values = {
        "DATABASE_URL": settings.database_url,
        "VALKEY_URL": settings.valkey_url,
        "WEDSYNC_SECRET": settings.secret,
    }
    missing = [variable for variable in variables if not values[variable]]
    if missing:
        raise SettingsError(*(f"{variable} is not set; docs/settings.md says what it is." for variable in missing))


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that make a child process read these very settings."""
    values = {
        "WEDSYNC_HOME": str(settings.home),
        "WEDSYNC_HOST": settings.host,
        "WEDSYNC_PORT": str(settings.port),
        "WEDSYNC_BASE_URL": settings.base_url,
        "DATABASE_URL": settings.database_url,
        "VALKEY_URL": settings.valkey_url,
        "SMTP_URL": settings.smtp_url,
        "WEDSYNC_MAIL_FROM": settings.mail_from,
        "WEDSYNC_DEMO": str(int(settings.is_demo)),
        "WEDSYNC_SECRET": settings.secret,
        "WEDSYNC_WEB_WORKERS": str(settings.web_workers),
        "WEDSYNC_LOG": settings.log,
        "WEDSYNC_PG_BIN": settings.pg_bin,
        "WEDSYNC_TRUSTED_PROXIES": ",".join(settings.trusted_proxies),
    }
    return {name: value for name, value in values.items() if value}


class _Reader:
    """Reads one variable at a time and keeps every complaint, so that all are told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.refusals: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def number(self, name: str, default: int, allowed: range) -> int:
        text = self.text(name, str(default))
        if text.isascii() and text.isdigit() and int(text) in allowed:
            return int(text)
        return self._refuse(
            f"{name} is {text!r}; it must be a whole number from {allowed[0]} to {allowed[-1]}.",
            default,
        )

    def is_on(self, name: str, default: bool) -> bool:  # noqa: FBT001 - the default of a switch
        text = self.text(name, "1" if default else "0").lower()
        if text in {"1", "true", "yes", "on"}:
            return True
        if text in {"0", "false", "no", "off"}:
            return False
        return self._refuse(f"{name} is {text!r}; write 1 or 0.", default)

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        # The value may hold a password, so a refusal never repeats it.
        text = self.text(name, "")
        if not text or (urlsplit(text).scheme in schemes and "://" in text):
            return text
        return self._refuse(f"{name} must be a URL that starts with {schemes[0]}://.", "")

    def secret(self, name: str) -> str:
        text = self.text(name, "")
        if not text or len(text.encode()) >= SECRET_MIN_BYTES:
            return text
        return self._refuse(f"{name} is too short; it needs at least {SECRET_MIN_BYTES} bytes, made by chance.", "")

    def log_style(self, name: str) -> LogStyle:
        match text := self.text(name, "auto"):
            case "json" | "console" | "auto":
                return text
            case _:
                return self._refuse(f"{name} is {text!r}; write json, console or auto.", "auto")

    def networks(self, name: str) -> tuple[str, ...]:
        listed = [part.strip() for part in self.text(name, "").split(",") if part.strip()]
        for part in listed:
            try:
                ip_network(part)
            except ValueError:
                self._refuse(f"{name} holds {part!r}, which is no IP address or network.", "")
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

    def _refuse(self, sentence: str, instead: _T) -> _T:
        self.refusals.append(sentence)
        return instead


def _masked(secret: str) -> str:
    return "set" if secret else ""


def _as_url_host(host: str) -> str:
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host
