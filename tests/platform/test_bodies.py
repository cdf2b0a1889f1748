"""A body is looked at once, whatever it holds."""

import pytest

from wedsync.kernel.problems import BadRequest
from wedsync.platform.http import bodies


@pytest.mark.parametrize(
    "text", [b'"' + b'\\"' * 500_000, b'"' + b"a" * 1_000_000, b'"\\' * 500_000, b'"\\\n' * 300_000]
)
def test_a_string_that_never_ends_is_read_from_one_end_to_the_other(text: bytes) -> None:
    # One match from the first quote on, and never a second look from a later one: that is what made it quadratic.
    first = bodies._STRINGS.search(text)  # noqa: SLF001 - its shape is the promise
    assert first is not None
    assert first.start() == 0
    bodies.refuse_deep(text)


def test_depth_is_counted_outside_of_strings_only() -> None:
    bodies.refuse_deep(b'"' + b"[" * 100 + b'"')
    with pytest.raises(BadRequest):
        bodies.refuse_deep(b"[" * 100)
