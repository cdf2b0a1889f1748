"""Why each backup is kept, and when it leaves: 30 days can be restored, and nothing physical lasts longer than 35 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from wedsync.operations.continuity.model import (
    Kind,
    Manifest,
    Part,
    Retained,
    Why,
    backup_for,
    chain_of,
    kind_due,
    new_id,
    retention,
)
from wedsync.platform.backups.sealing import Sealed
from wedsync.platform.backups.source import Facts

NOW: Final = datetime(2027, 6, 12, 3, 17, tzinfo=UTC)
DAY: Final = timedelta(days=1)
TAKES: Final = timedelta(minutes=20)


def after(known: Sequence[Manifest], kind: Kind, at: datetime) -> list[Manifest]:
    """One more backup that began then; an incremental one rests on the last."""
    facts = Facts(
        database="wedsync", now=at, superuser="wedsync_admin", needs={}, may_copy=True, may_see=True, is_summarized=True,
        segment_bytes=16, size_bytes=1,
    )  # fmt: skip
    made = Manifest(
        id=new_id(kind, at), kind=kind, parent=known[-1].id if kind is Kind.INCREMENTAL else None,
        previous=known[-1].id if known else None, house="1", began_at=at, ended_at=at + TAKES,
        first_segment="0" * 24, last_segment="0" * 24, segment_bytes=16, tree_bytes=1, facts=facts, base=(),
        server_manifest=Part(name="m", sealed=Sealed(size_bytes=1, sha256="", plain_bytes=1)),
        secrets=None, uploads=(), ledger=None, counted=None,
    )  # fmt: skip
    return [*known, made]


def nights(first: datetime, *kinds: Kind) -> list[Manifest]:
    known: list[Manifest] = []
    for number, kind in enumerate(kinds):
        known = after(known, kind, first + number * DAY)
    return known


@st.composite
def pasts(draw: st.DrawFn) -> tuple[list[Manifest], datetime]:
    """Backups at any distance from each other, in chains of any length, and a now after them."""
    known: list[Manifest] = []
    at = NOW
    for hours in draw(st.lists(st.integers(1, 120), max_size=40)):
        at += timedelta(hours=hours)
        is_full = not known or draw(st.booleans())
        known = after(known, Kind.FULL if is_full else Kind.INCREMENTAL, at)
    return known, at + TAKES + draw(st.integers(0, 45 * 24)) * timedelta(hours=1)


@given(pasts())
def test_each_backup_is_kept_for_what_is_restored_from_it_and_never_past_35_days(
    past: tuple[list[Manifest], datetime],
) -> None:
    known, now = past
    found = retention(known, now)
    assert [each.backup for each in found] == known
    since = now - 30 * DAY
    instants = [since, *(each.ended_at for each in known if since < each.ended_at <= now)]
    restored_from = {backup.id for instant in instants if (backup := backup_for(instant, known))}
    for each in found:
        root = chain_of(each.backup, known)[0]
        if now - root.began_at >= 35 * DAY and root != chain_of(known[-1], known)[0]:
            assert each.why is None
        else:
            assert each.why is (Why.DAILY if each.backup.id in restored_from else Why.CHAIN)
    staying = kept(found)
    assert staying[-1:] == known[-1:]
    assert all(chain_of(each, staying) == chain_of(each, known) for each in staying)


def test_a_house_with_a_backup_every_night_goes_back_30_days_and_no_further_than_35() -> None:
    known: list[Manifest] = []
    for night in range(80):
        at = NOW + night * DAY
        known = after(known, kind_due(known, at), at)
        known = kept(retention(known, at + TAKES))
        if night >= 30:
            assert backup_for(at + TAKES - 30 * DAY, known) is not None
        assert at + TAKES - known[0].began_at < 35 * DAY


def test_a_chain_leaves_whole_when_its_full_backup_is_35_days_old_and_says_so_before() -> None:
    old = nights(NOW, Kind.FULL, Kind.INCREMENTAL, Kind.INCREMENTAL)
    known = after(after(old, Kind.FULL, NOW + 3 * DAY), Kind.INCREMENTAL, NOW + 4 * DAY)
    at = NOW + TAKES
    assert whys(known, at + 31 * DAY) == [Why.CHAIN, Why.DAILY, Why.DAILY, Why.DAILY, Why.DAILY]
    assert whys(known, at + 33 * DAY) == [Why.CHAIN, Why.CHAIN, Why.CHAIN, Why.DAILY, Why.DAILY]
    assert whys(known, NOW + 35 * DAY - timedelta(seconds=1)) == [*[Why.CHAIN] * 4, Why.DAILY]
    assert whys(known, NOW + 35 * DAY) == [None, None, None, Why.CHAIN, Why.DAILY]


def test_the_newest_chain_stays_however_old() -> None:
    known = nights(NOW, Kind.FULL, Kind.INCREMENTAL)
    assert whys(known, NOW + 400 * DAY) == [Why.CHAIN, Why.DAILY]
    assert retention([], NOW) == ()


def test_a_new_chain_begins_every_five_days() -> None:
    made = nights(NOW, Kind.FULL, Kind.INCREMENTAL)
    assert kind_due([], NOW) is Kind.FULL
    assert kind_due(made, NOW + 4 * DAY) is Kind.INCREMENTAL
    assert kind_due(made, NOW + 5 * DAY) is Kind.FULL
    assert chain_of(made[-1], made) == tuple(made)


def kept(found: Sequence[Retained]) -> list[Manifest]:
    return [each.backup for each in found if each.why]


def whys(known: Sequence[Manifest], now: datetime) -> list[Why | None]:
    return [each.why for each in retention(known, now)]
