"""Ids are version 7 and sort by age; the clock is in UTC; money reads as people write it."""

from datetime import UTC
from time import time

import pytest

from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import new_id
from wedsync.kernel.money import pounds, typed_pounds


def test_an_id_is_a_version_7_uuid_of_this_moment() -> None:
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert abs((made.int >> 80) / 1000 - time()) < 5


def test_ids_never_repeat() -> None:
    assert len({new_id() for _ in range(5_000)}) == 5_000


def test_ids_made_one_after_the_other_sort_by_age() -> None:
    moments = [new_id().int >> 64 for _ in range(2_000)]
    assert moments == sorted(moments)
    # Far more moments than milliseconds: order does not depend on luck.
    assert len(set(moments)) > 2 * len({moment >> 16 for moment in moments})


def test_the_clock_is_in_utc() -> None:
    assert utc_now().tzinfo is UTC


@pytest.mark.parametrize(
    ("price_pence", "shown", "typed"),
    [
        (0, "£0", "0"),
        (5, "£0.05", "0.05"),
        (642_000, "£6,420", "6420"),
        (115_050, "£1,150.50", "1150.50"),
        (-2_000, "-£20", "-20"),
    ],
)
def test_pence_read_as_pounds(price_pence: int, shown: str, typed: str) -> None:
    assert (pounds(price_pence), typed_pounds(price_pence)) == (shown, typed)
