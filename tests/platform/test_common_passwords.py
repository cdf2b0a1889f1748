"""What is refused as a password, however long it is, and what is not."""

import pytest

from wedsync.platform.common_passwords import is_common, is_own


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password2026!", "P@ssw0rd12345", "1q2w3e4r5t6y", "qwertyuiop12", "abcdefghijkl", "123456789012",
        "aaaaaaaaaaaa", "abababababab", "passwordpassword", "sunshine2026!!", "wedding202612", "00000000000000000000",
    ],
)  # fmt: skip
def test_what_everybody_tries_is_common(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    ["four words of my own", "correct horse battery", "tea-lights on Thursday", "мой секретный пароль", "x7#Lq0pZ!w2v"],
)
def test_what_somebody_thought_of_is_not(password: str) -> None:
    assert not is_common(password)


def test_ones_own_name_and_address_with_a_number_is_ones_own_and_a_sentence_with_the_name_is_not() -> None:
    own = ("clara.hughes@example.org", "Clara Hughes")
    assert is_own("ClaraHughes26", own)
    assert is_own("clara.hughes@example.org", own)
    assert not is_own("clara never eats her greens", own)
    assert not is_own("ClaraHughes26", ("eve@example.org", "Eve Meadow"))
