"""Every setting in an operator's words; docs/settings.md is written from this table.

A field of `Settings` without a line here, or a line without its field, fails a test.
"""

import msgspec


class Setting(msgspec.Struct, frozen=True):
    """One variable: the field it fills, its default in words, and what it decides."""

    variable: str
    field: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "WEDSYNC_HOME",
        "home",
        "`./var`",
        "The one folder where `wedsync up` keeps its state: databases, secrets, logs.",
    ),
    Setting("WEDSYNC_HOST", "host", "`127.0.0.1`", "The address the web server listens on."),
    Setting("WEDSYNC_PORT", "port", "`8400`", "Its port."),
    Setting(
        "WEDSYNC_BASE_URL",
        "base_url",
        "host and port",
        "Where people reach WedSync, as it stands in links and is compared with `Origin` and `Host`. "
        "`https://…` turns on Secure cookies and HSTS.",
    ),
    Setting(
        "DATABASE_URL",
        "database_url",
        "embedded PostgreSQL",
        "`postgresql://…` of a PostgreSQL 18. For `up` and `migrate` an administrator; for `web` "
        "and `worker` their own roles, which own nothing.",
    ),
    Setting(
        "VALKEY_URL",
        "valkey_url",
        "embedded Valkey",
        "`valkey://…` of a Valkey (or Redis) for limits and the session cache. Losing it signs nobody out.",
    ),
    Setting(
        "SMTP_URL",
        "smtp_url",
        "none",
        "`smtp://user:password@host:587` (STARTTLS) or `smtps://…`. Without it mail is kept and, "
        "in demo mode, shown on `/outbox`.",
    ),
    Setting("WEDSYNC_MAIL_FROM", "mail_from", "`WedSync <hello@localhost>`", "The sender of our mail."),
    Setting(
        "WEDSYNC_SUPPORT_PHONE",
        "support_phone",
        "none",
        "The telephone number of duty support, shown where an emergency waits for a second yes.",
    ),
    Setting(
        "WEDSYNC_DEMO",
        "is_demo",
        "on with the embedded database, else off",
        "`1`: the first start builds the demo world, and `/outbox` shows what was sent. Never with real people's data.",
    ),
    Setting(
        "WEDSYNC_SECRET",
        "secret",
        "made by `up`, kept in the home folder",
        "At least 32 bytes made by chance; signs what leaves the house. All web processes share it.",
    ),
    Setting(
        "WEDSYNC_RELEASE_KEY",
        "release_key",
        "follows from `WEDSYNC_SECRET`",
        "At least 32 bytes made by chance, from which the key follows that signs release tokens. "
        "Another value is another key: give pipelines what `wedsync freeze key` prints then.",
    ),
    Setting("WEDSYNC_WEB_WORKERS", "web_workers", "`1`", "How many web processes, 1 to 64."),
    Setting(
        "WEDSYNC_LOG",
        "log",
        "`auto`",
        "`json`: one object a line; `console`: for eyes; `auto`: console in a terminal.",
    ),
    Setting(
        "WEDSYNC_METRICS",
        "metrics",
        "`127.0.0.1` and the port above `WEDSYNC_PORT`",
        "Where the worker shows its figures to Prometheus, as `host:port`; the web processes of `wedsync up` show "
        "theirs at the ports that follow, a `web` of its own only where this is set. Nobody is kept out there: name "
        "no address that strangers reach. `off` shows none.",
    ),
    Setting(
        "WEDSYNC_COMMIT",
        "commit",
        "none; the image knows its own",
        "The commit that runs, as the figures tell it.",
    ),
    Setting(
        "WEDSYNC_PG_BIN",
        "pg_bin",
        "the wheel's",
        "Folder with the `postgres` and `initdb` (version 18) that the embedded database uses.",
    ),
    Setting(
        "WEDSYNC_TRUSTED_PROXIES",
        "trusted_proxies",
        "none",
        "Comma-separated addresses or networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
    ),
    Setting(
        "WEDSYNC_ERASURE_LEDGER",
        "erasure_ledger",
        "`erasures.ledger` in the home folder",
        "The file in which erasures are written down outside of the database, so that a restored copy forgets again. "
        "The worker writes it; web reads it, and serves no database that is older than its last line. "
        "Keep it where no backup of the database is restored over it.",
    ),
    Setting(
        "WEDSYNC_BACKUPS",
        "backups",
        "`backups` in the home folder; `off` with `DATABASE_URL`",
        "Where backups and the stream of the log go: the full path of a folder, best on another machine's disk, or "
        "`s3://bucket/prefix?endpoint=https://…&region=…`. `off` takes none.",
    ),
    Setting(
        "WEDSYNC_BACKUP_KEY",
        "backup_key",
        "made by `up`, kept in the home folder",
        "At least 32 bytes made by chance; seals every backup. Keep a copy away from the house and the backups: "
        "without it no backup opens. `wedsync backup key` prints it.",
    ),
    Setting(
        "WEDSYNC_BACKUP_S3_KEY",
        "backup_s3_key",
        "what the machine itself has",
        "`ID:SECRET` of who may write to that bucket.",
    ),
    Setting("WEDSYNC_CELL", "cell", "`home`", "What this installation is called in release tokens and calendars."),
    Setting(
        "WEDSYNC_REGIONS",
        "cell",
        "`GB-ENG=Europe/London`",
        "The countries served, or parts of them, and their time zones: `GB-ENG=Europe/London ES=Europe/Madrid,"
        "Atlantic/Canary`. Releases stand still when it is a weekend or a holiday in any of them.",
    ),
    Setting(
        "WEDSYNC_BUSY_DATES",
        "cell",
        "none",
        "Days of your own on which nothing is released: `2027-05-01..2027-05-03 Wedding fair; 2027-06-12`.",
    ),
    Setting("WEDSYNC_STAGING", "cell", "off", "`1`: a place for trials, which never freezes."),
    Setting(
        "WEDSYNC_ROLLOUT_MINUTES",
        "cell",
        "`60`",
        "How long a release takes at worst (p99). The last start before a freeze is that and 30 minutes earlier.",
    ),
    Setting(
        "WEDSYNC_ZONE_DATA_CHECKED",
        "zone_data_checked_on",
        "the day of the last `make lock`",
        "The day on which somebody last compared the zone data with what is published. After 180 days everything "
        "counts as frozen.",
    ),
    Setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "otlp_endpoint",
        "none: nothing is traced",
        "`http://collector:4318`: the base address of a collector that takes traces over OTLP/HTTP.",
    ),
    Setting(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "otlp_headers",
        "none",
        "`name=value,name=value`: what the collector asks for to let us in.",
    ),
    Setting(
        "WEDSYNC_TRACE_ONE_IN",
        "trace_one_in",
        "`100`",
        "Of how many requests one is traced, drawn by chance; `1` traces every one.",
    ),
    Setting(
        "SENTRY_DSN",
        "sentry_dsn",
        "none: nothing is reported",
        "`https://KEY@host/PROJECT`: where errors are reported, to Sentry or whoever speaks its protocol.",
    ),
)

READ_ELSEWHERE = {
    "WEDSYNC_VENV": "`bin/setup` and make: another folder than `.venv` for the environment.",
    "WEDSYNC_PYTHON": "`bin/setup`: another Python than the first one found.",
}


PREFACE = """\
# Settings

All come from the environment and are read once, at the start. An unknown `WEDSYNC_…` or a value
that makes no sense stops the start with a sentence that says so. `make docs` writes this page from
`platform/settings_table.py`.

| variable | default | what it decides |
|---|---|---|
"""

BETWEEN = """
Read by the tools around WedSync:

| variable | by whom, for what |
|---|---|
"""


def as_markdown() -> str:
    """The page docs/settings.md."""
    ours = "".join(f"| `{s.variable}` | {s.default} | {s.meaning} |\n" for s in SETTINGS)
    others = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in READ_ELSEWHERE.items())
    return PREFACE + ours + BETWEEN + others
