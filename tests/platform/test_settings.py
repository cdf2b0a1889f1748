"""Settings: every one is described, and a wrong one stops the start in words that help."""

from pathlib import Path

import msgspec
import pytest

from wedsync.platform.settings import Settings, SettingsError, as_environment, read_settings, require
from wedsync.platform.settings_table import SETTINGS, as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"

EVERYTHING = {
    "WEDSYNC_HOME": "/srv/wed sync",
    "WEDSYNC_HOST": "0.0.0.0",  # noqa: S104 - a value, nothing listens
    "WEDSYNC_PORT": "8401",
    "WEDSYNC_BASE_URL": "https://wed.example",
    "DATABASE_URL": "postgresql://anna:hush@db/wedsync",
    "VALKEY_URL": "valkey://:hush@cache:6379/0",
    "SMTP_URL": "smtps://anna:hush@mail",
    "WEDSYNC_MAIL_FROM": "WedSync <hello@wed.example>",
    "WEDSYNC_SUPPORT_PHONE": "+44 20 7946 0000",
    "WEDSYNC_DEMO": "1",
    "WEDSYNC_SECRET": "hush" * 10,
    "WEDSYNC_RELEASE_KEY": "hush" * 9,
    "WEDSYNC_WEB_WORKERS": "4",
    "WEDSYNC_LOG": "json",
    "WEDSYNC_METRICS": "0.0.0.0:9000",
    "WEDSYNC_COMMIT": "f553f85",
    "WEDSYNC_PG_BIN": "/usr/lib/postgresql/18/bin",
    "WEDSYNC_TRUSTED_PROXIES": "10.0.0.0/8,127.0.0.1",
    "WEDSYNC_ERASURE_LEDGER": "/mnt/append-only/erasures.ledger",
    "WEDSYNC_BACKUPS": "s3://wedsync/backups?endpoint=https://s3.example&region=eu-west-2",
    "WEDSYNC_BACKUP_S3_KEY": "anna:hush",
    "WEDSYNC_BACKUP_KEY": "hush" * 8,
    "WEDSYNC_CELL": "south-1",
    "WEDSYNC_REGIONS": "ES=Europe/Madrid,Atlantic/Canary IT=Europe/Rome",
    "WEDSYNC_BUSY_DATES": "2027-05-01..2027-05-03 Wedding fair; 2027-06-12..2027-06-12 Busy dates",
    "WEDSYNC_STAGING": "1",
    "WEDSYNC_ROLLOUT_MINUTES": "90",
    "WEDSYNC_ZONE_DATA_CHECKED": "2027-01-31",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector:4318",
    "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20hush,x-house=1",
    "WEDSYNC_TRACE_ONE_IN": "20",
    "SENTRY_DSN": "https://0123hush@errors.example/42",
}


def test_every_setting_has_its_field_and_its_line() -> None:
    assert list(dict.fromkeys(setting.field for setting in SETTINGS)) == list(msgspec.structs.asdict(Settings()))
    assert {setting.variable for setting in SETTINGS} == EVERYTHING.keys()


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_markdown()


def test_what_a_child_is_given_reads_back_as_the_same_settings() -> None:
    settings = read_settings(EVERYTHING)
    assert as_environment(settings) == EVERYTHING
    assert read_settings(as_environment(settings)) == settings


def test_nothing_set_means_one_machine_with_a_demo() -> None:
    settings = read_settings({})
    assert settings.is_demo
    assert settings.public_url == "http://127.0.0.1:8400"
    assert not settings.is_behind_tls
    assert settings.home.is_absolute()


def test_a_database_of_your_own_gets_no_demo_people_unasked() -> None:
    assert not read_settings({"DATABASE_URL": "postgresql://db/wedsync"}).is_demo
    assert read_settings({"DATABASE_URL": "postgresql://db/wedsync", "WEDSYNC_DEMO": "yes"}).is_demo


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("WEDSYNC_PROT", "1", "no setting WEDSYNC_PROT. Did you mean WEDSYNC_PORT?"),
        ("WEDSYNC_PORT", "eighty", "whole number from 1 to 65535"),
        ("WEDSYNC_PORT", "0", "whole number from 1 to 65535"),
        ("WEDSYNC_PORT", "²", "whole number from 1 to 65535"),
        ("WEDSYNC_WEB_WORKERS", "65", "whole number from 1 to 64"),
        ("WEDSYNC_DEMO", "perhaps", "write 1 or 0"),
        ("WEDSYNC_LOG", "loud", "write json, console or auto"),
        ("WEDSYNC_SECRET", "short", "at least 32 bytes"),
        ("WEDSYNC_BASE_URL", "wed.example", "starts with http://"),
        ("DATABASE_URL", "mysql://anna:hush@db", "starts with postgresql://"),
        ("VALKEY_URL", "localhost:6379", "starts with valkey://"),
        ("SMTP_URL", "mail", "starts with smtp://"),
        ("WEDSYNC_TRUSTED_PROXIES", "proxy", "no IP address or network"),
        ("WEDSYNC_CELL", "South 1!", "small letters, digits and hyphens"),
        ("WEDSYNC_REGIONS", "XX=Europe/London", "ISO 3166 codes"),
        ("WEDSYNC_REGIONS", "GB-XYZ=Europe/London", "ISO 3166 codes"),
        ("WEDSYNC_REGIONS", "GB-ENG", "give its time zones"),
        ("WEDSYNC_REGIONS", "GB-ENG=Mars/Olympus", "give its time zones"),
        ("WEDSYNC_BUSY_DATES", "next week", "write 2027-05-01..2027-05-03"),
        ("WEDSYNC_BUSY_DATES", "2027-02-30", "write 2027-05-01..2027-05-03"),
        ("WEDSYNC_BUSY_DATES", "2027-05-03..2027-05-01 Fair", "ends before it begins"),
        ("WEDSYNC_ROLLOUT_MINUTES", "0", "whole number from 1 to 1410"),
        ("WEDSYNC_ZONE_DATA_CHECKED", "lately", "write a day"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "starts with http://"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "hush", "name=value pairs"),
        ("WEDSYNC_TRACE_ONE_IN", "0", "whole number from 1 to 1000000"),
        ("SENTRY_DSN", "https://hush.example/42", "https://KEY@host/PROJECT"),
    ],
)
def test_a_wrong_setting_is_refused_in_words_that_help(variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words.replace("?", r"\?")) as refusal:
        read_settings({variable: value})
    assert "hush" not in str(refusal.value)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({"WEDSYNC_PORT": "x", "WEDSYNC_LOG": "x", "WEDSYNC_NOTHING": "x"})
    assert len(refusal.value.sentences) == 3


def test_no_secret_is_ever_printed() -> None:
    settings = read_settings(EVERYTHING)
    assert "hush" not in f"{settings!r} {settings}"
    assert "wed.example" in repr(settings)


def test_what_a_command_needs_is_asked_for_by_name() -> None:
    require(read_settings(EVERYTHING), "DATABASE_URL", "WEDSYNC_SECRET")
    with pytest.raises(SettingsError, match="DATABASE_URL is not set"):
        require(Settings(), "DATABASE_URL")
