"""What an operator may decide, all in one place and all from the environment.

Read once, by an entrypoint, into one frozen struct that is handed down. A name that nobody knows
or a value that makes no sense stops the start, in words that say what to write instead.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

import wedsync
from wedsync.kernel.freeze import ZONE_DATA_CHECKED_ON, Cell
from wedsync.platform.cell_settings import ENGLAND, cell_as_environment, read_cell
from wedsync.platform.settings_reader import NO_BACKUPS, LogStyle, Reader

# At this a recorded request costs the others nothing that can be measured (benchmarks/telemetry.py).
TRACE_ONE_IN: Final = 100


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
    support_phone: str = ""
    is_demo: bool = False
    secret: str = ""
    release_key: str = ""
    web_workers: int = 1
    log: LogStyle = "auto"
    metrics: str = ""
    commit: str = ""
    pg_bin: str = ""
    trusted_proxies: tuple[str, ...] = ()
    erasure_ledger: str = ""
    backups: str = NO_BACKUPS
    backup_key: str = ""
    backup_s3_key: str = ""
    cell: Cell = ENGLAND
    zone_data_checked_on: date = ZONE_DATA_CHECKED_ON
    otlp_endpoint: str = ""
    otlp_headers: str = ""
    trace_one_in: int = TRACE_ONE_IN
    sentry_dsn: str = ""

    def __repr__(self) -> str:
        """Everything but the secrets, so that a traceback or a log line never holds one."""
        masked = msgspec.structs.replace(
            self,
            database_url=_masked(self.database_url),
            valkey_url=_masked(self.valkey_url),
            smtp_url=_masked(self.smtp_url),
            secret=_masked(self.secret),
            release_key=_masked(self.release_key),
            backup_key=_masked(self.backup_key),
            backup_s3_key=_masked(self.backup_s3_key),
            otlp_headers=_masked(self.otlp_headers),
            sentry_dsn=_masked(self.sentry_dsn),
        )
        return msgspec.Struct.__repr__(masked)

    @property
    def release(self) -> str:
        """What runs: the version, and the commit it was built from where known; `-changed` stays (deploy/image)."""
        commit, dash, mark = self.commit.partition("-")
        return f"{wedsync.__version__}+{commit[:12]}{dash}{mark}" if commit else wedsync.__version__

    @property
    def public_url(self) -> str:
        """Where people reach WedSync, without a slash at the end."""
        return self.base_url or f"http://{_as_url_host(self.host)}:{self.port}"

    @property
    def erasure_ledger_path(self) -> Path:
        """Where erasures are written down outside of the database."""
        return Path(self.erasure_ledger) if self.erasure_ledger else self.home / "erasures.ledger"

    @property
    def backups_place(self) -> str:
        """Where backups lie: a folder or a bucket; empty where none are taken."""
        return "" if self.backups == NO_BACKUPS else self.backups

    @property
    def is_behind_tls(self) -> bool:
        """Whether cookies are marked Secure and HSTS is sent."""
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Parse the environment; `environ` is `os.environ` everywhere but in tests."""
    reader = Reader(environ)
    reader.refuse_unknown()
    home = Path(reader.text("WEDSYNC_HOME", "var")).expanduser().absolute()
    database_url = reader.url("DATABASE_URL", ("postgresql", "postgres"))
    settings = Settings(
        home=home,
        host=reader.text("WEDSYNC_HOST", "127.0.0.1"),
        port=reader.number("WEDSYNC_PORT", 8400, range(1, 65536)),
        base_url=reader.url("WEDSYNC_BASE_URL", ("http", "https")).rstrip("/"),
        database_url=database_url,
        valkey_url=reader.url("VALKEY_URL", ("valkey", "valkeys", "redis", "rediss", "unix")),
        smtp_url=reader.url("SMTP_URL", ("smtp", "smtps")),
        mail_from=reader.text("WEDSYNC_MAIL_FROM", "WedSync <hello@localhost>"),
        support_phone=reader.text("WEDSYNC_SUPPORT_PHONE", ""),
        is_demo=reader.is_on("WEDSYNC_DEMO", not reader.text("DATABASE_URL", "")),
        secret=reader.secret("WEDSYNC_SECRET"),
        release_key=reader.secret("WEDSYNC_RELEASE_KEY"),
        web_workers=reader.number("WEDSYNC_WEB_WORKERS", 1, range(1, 65)),
        log=reader.log_style("WEDSYNC_LOG"),
        metrics=reader.door("WEDSYNC_METRICS"),
        commit=reader.text("WEDSYNC_COMMIT", ""),
        pg_bin=reader.text("WEDSYNC_PG_BIN", ""),
        trusted_proxies=reader.networks("WEDSYNC_TRUSTED_PROXIES"),
        erasure_ledger=reader.text("WEDSYNC_ERASURE_LEDGER", ""),
        # A server of one's own is copied only where somebody said where to: its programs may not even be here.
        backups=reader.backups("WEDSYNC_BACKUPS", NO_BACKUPS if database_url else str(home / "backups")),
        backup_key=reader.secret("WEDSYNC_BACKUP_KEY"),
        backup_s3_key=reader.key_pair("WEDSYNC_BACKUP_S3_KEY"),
        cell=read_cell(reader),
        zone_data_checked_on=reader.day("WEDSYNC_ZONE_DATA_CHECKED", ZONE_DATA_CHECKED_ON),
        otlp_endpoint=reader.url("OTEL_EXPORTER_OTLP_ENDPOINT", ("http", "https")).rstrip("/"),
        otlp_headers=reader.headers("OTEL_EXPORTER_OTLP_HEADERS"),
        trace_one_in=reader.number("WEDSYNC_TRACE_ONE_IN", TRACE_ONE_IN, range(1, 1_000_001)),
        sentry_dsn=reader.dsn("SENTRY_DSN"),
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
        "WEDSYNC_SUPPORT_PHONE": settings.support_phone,
        "WEDSYNC_DEMO": str(int(settings.is_demo)),
        "WEDSYNC_SECRET": settings.secret,
        "WEDSYNC_RELEASE_KEY": settings.release_key,
        "WEDSYNC_WEB_WORKERS": str(settings.web_workers),
        "WEDSYNC_LOG": settings.log,
        "WEDSYNC_METRICS": settings.metrics,
        "WEDSYNC_COMMIT": settings.commit,
        "WEDSYNC_PG_BIN": settings.pg_bin,
        "WEDSYNC_TRUSTED_PROXIES": ",".join(settings.trusted_proxies),
        "WEDSYNC_ERASURE_LEDGER": settings.erasure_ledger,
        "WEDSYNC_BACKUPS": settings.backups,
        "WEDSYNC_BACKUP_KEY": settings.backup_key,
        "WEDSYNC_BACKUP_S3_KEY": settings.backup_s3_key,
        **cell_as_environment(settings.cell),
        "WEDSYNC_ZONE_DATA_CHECKED": settings.zone_data_checked_on.isoformat(),
        "OTEL_EXPORTER_OTLP_ENDPOINT": settings.otlp_endpoint,
        "OTEL_EXPORTER_OTLP_HEADERS": settings.otlp_headers,
        "WEDSYNC_TRACE_ONE_IN": str(settings.trace_one_in),
        "SENTRY_DSN": settings.sentry_dsn,
    }
    return {name: value for name, value in values.items() if value}


def _masked(secret: str) -> str:
    return "set" if secret else ""


def _as_url_host(host: str) -> str:
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host
