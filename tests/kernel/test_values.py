"""Answers as people type them and programs send them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wedsync.kernel.fields.ask import LIMITS
from wedsync.kernel.fields.definitions import FIELDS, field_named
from wedsync.kernel.fields.display import as_typed, display
from wedsync.kernel.fields.model import Field, FieldType
from wedsync.kernel.fields.values import READERS, FieldError, parse
from wedsync.kernel.json_values import JsonValue

TODAY = date(2026, 11, 22)

KEPT: list[tuple[str, JsonValue, JsonValue]] = [
    ("partner1_first_name", "  Clara\t Rose ", "Clara Rose"),
    ("partner1_first_name", "Zoe\u0308", "Zoë"),
    ("partner1_email", "Clara.Hughes@Example.COM", "Clara.Hughes@example.com"),
    ("partner1_phone", "07700 900123", "+447700900123"),
    ("partner1_phone", "+33 6 12 34 56 78", "+33612345678"),
    ("partner1_phone", "(020) 7946 0018", "+442079460018"),
    ("planner_contact", "fern@example.org", "fern@example.org"),
    ("planner_contact", "07700 900 456", "+447700900456"),
    ("primary_contact", "both", "both"),
    ("primary_contact", "Either of us", "both"),
    ("preferred_channel", "whatsapp", "whatsapp"),
    ("wedding_date", "2027-06-12", "2027-06-12"),
    ("wedding_date", "12 June 2027", "2027-06-12"),
    ("wedding_date", "12th of june, 2027", "2027-06-12"),
    ("wedding_date", "Sat 12 Jun 27", "2027-06-12"),
    ("wedding_date", "Saturday, 12 June 2027", "2027-06-12"),
    ("wedding_date", "June 12, 2027", "2027-06-12"),
    ("wedding_date", "12/06/2027", "2027-06-12"),
    ("wedding_date", "12.6.27", "2027-06-12"),
    ("wedding_date", "12-06-2027", "2027-06-12"),
    ("wedding_date", "2026-11-22", "2026-11-22"),
    ("ceremony_time", "14:30", "14:30"),
    ("ceremony_time", "14.30", "14:30"),
    ("ceremony_time", "1430", "14:30"),
    ("ceremony_time", "2.30pm", "14:30"),
    ("ceremony_time", "2:30 p.m.", "14:30"),
    ("ceremony_time", "2pm", "14:00"),
    ("ceremony_time", "12am", "00:00"),
    ("ceremony_time", "12pm", "12:00"),
    ("ceremony_time", "noon", "12:00"),
    ("ceremony_time", "14:30:00", "14:30"),
    ("time_zone", "Europe/London", "Europe/London"),
    ("time_zone", "london", "Europe/London"),
    ("time_zone", "New York", "America/New_York"),
    ("date_flexible", "yes", True),
    ("date_flexible", False, False),
    ("date_flexible", "on", True),
    ("adults", 80, 80),
    ("adults", " 80 ", 80),
    ("evening_guests", "1,200", 1200),
    ("children", "0", 0),
    ("style", "Rustic, Black tie; rustic", ["rustic", "Black tie"]),
    ("theme_colours", "#8FA68C, f4e9dc #abc", ["#8fa68c", "#f4e9dc", "#aabbcc"]),
    ("bridesmaids", "Amy Hughes\r\nBo Li, Cat Ray", ["Amy Hughes", "Bo Li", "Cat Ray"]),
    ("bridesmaids", ["Amy Hughes", " Bo Li "], ["Amy Hughes", "Bo Li"]),
    ("postal_address", "1 Mill Lane\r\n\r\nStroud \nGL5 1AA", "1 Mill Lane\nStroud\nGL5 1AA"),
    ("total_budget", "£18,500.50", 1_850_050),
    ("total_budget", "18500", 1_850_000),
    ("total_budget", 1_850_050, 1_850_050),
    ("pronouns", "she/her\nhe/him", {"partner1": "she/her", "partner2": "he/him"}),
    ("pronouns", {"partner2": "they/them"}, {"partner1": "", "partner2": "they/them"}),
    (
        "music_preferences",
        {"must_play": "Hey Ya!\nGo, Johnny, Go", "do_not_play": ["Agadoo"]},
        {"must_play": ["Hey Ya!", "Go, Johnny, Go"], "do_not_play": ["Agadoo"]},
    ),
    ("special_requests", "A ramp,\n\n\n\nplease.", "A ramp,\n\nplease."),
]

REFUSED: list[tuple[str, JsonValue, str]] = [
    ("partner1_first_name", "C", "at least 2 characters"),
    ("partner1_first_name", "C" * 101, "100 characters; this has 101"),
    ("partner1_first_name", "Cla\x00ra", "invisible character"),
    ("partner1_first_name", "Cla\u202era", "invisible character"),
    ("partner1_first_name", "Cla\ud800ra", "invisible character"),
    ("partner1_first_name", ["Clara"], "as text"),
    ("partner1_first_name", True, "as text"),
    ("special_requests", "x" * 40_000, "far too long"),
    ("special_requests", "x" * 5_001, "5,000 characters"),
    ("partner1_email", "clara@", "not an email"),
    ("partner1_email", "clara@localhost", "not an email"),
    ("partner1_email", "clara hughes@example.com", "not an email"),
    ("partner1_email", "clara@example..com", "not an email"),
    ("partner1_email", "a@b@example.com", "not an email"),
    ("partner1_email", "clara@10.0.0.1", "not an email"),
    ("partner1_phone", "12", "not a phone number"),
    ("partner1_phone", "call me", "not a phone number"),
    ("partner1_phone", "020 7946 0018 ext. 5", "extension"),
    ("planner_contact", "someone", "not a phone number"),
    ("primary_contact", "mum", "Choose one of these: The first partner"),
    ("wedding_date", "2026-11-21", "day is over"),
    ("wedding_date", "12 June", "not a whole date"),
    ("wedding_date", "06/13/2027", "day before the month"),
    ("wedding_date", "30 February 2027", "no such day"),
    ("wedding_date", "12 Juin 2027", "do not know that month"),
    ("wedding_date", "Friday 12 June 2027", "is a Saturday"),
    ("wedding_date", "12 June 2127", "Check the year"),
    ("wedding_date", 20270612, "not a whole date"),
    ("ceremony_time", "25:00", "not a time"),
    ("ceremony_time", "13pm", "not a time"),
    ("ceremony_time", "0pm", "not a time"),
    ("ceremony_time", "teatime", "not a time"),
    ("ceremony_time", "2", "not a time"),
    ("time_zone", "Middle Earth", "nearest big city"),
    ("date_flexible", "perhaps", "yes or no"),
    ("date_flexible", 1, "yes or no"),
    ("adults", 1, "from 2 to 500"),
    ("adults", 501, "from 2 to 500"),
    ("adults", float("nan"), "from 2 to 500"),
    ("adults", 2.5, "from 2 to 500"),
    ("adults", "٨٠", "from 2 to 500"),
    ("adults", True, "as text"),
    ("evening_guests", "-4", "from 0 to 2,000"),
    ("evening_guests", "9" * 5_000, "from 0 to 2,000"),
    ("style", ["x" * 41], "40 characters"),
    ("style", [f"style {n}" for n in range(13)], "12 entries; there are 13"),
    ("style", {"a": 1}, "as a list"),
    ("theme_colours", "sage", "sage is not a colour code"),
    ("bridesmaids", [["Amy"]], "as text"),
    ("postal_address", "Mill Lane", "at least 10"),
    ("postal_address", "\n".join(f"line {n}" for n in range(9)), "8 lines"),
    ("total_budget", "lots", "in pounds"),
    ("total_budget", -1, "from £0"),
    ("total_budget", 2_000_000_000, "from £0"),
    ("pronouns", {"mum": "she"}, "do not know 'mum'"),
    ("pronouns", "a\nb\nc", "one line for each"),
    ("pronouns", {"partner1": "x" * 51}, "50 characters"),
    ("music_preferences", {"encore": []}, "do not know 'encore'"),
    ("guests_total", 80, "worked out"),
    ("dinner_time", "18:00", "worked out"),
]


@pytest.mark.parametrize(("key", "raw", "value"), KEPT)
def test_what_people_type_is_understood(key: str, raw: JsonValue, value: JsonValue) -> None:
    assert parse(field_named(key), raw, TODAY) == value


def brief(value: JsonValue) -> str:
    return ascii(value)[:30]


@pytest.mark.parametrize(("key", "raw", "detail"), REFUSED, ids=brief)
def test_what_cannot_be_kept_is_refused_with_what_to_do(key: str, raw: JsonValue, detail: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse(field_named(key), raw, TODAY)
    assert detail in refused.value.detail
    assert refused.value.detail.endswith(".")


def test_a_number_too_long_to_write_out_is_refused() -> None:
    with pytest.raises(FieldError, match="from 2 to 500"):
        parse(field_named("adults"), 10**5_000, TODAY)


@pytest.mark.parametrize("raw", [None, "", "  \n ", [], {}])
@pytest.mark.parametrize("field", [field for field in FIELDS if not field.is_derived])
def test_an_empty_answer_takes_the_value_back(field: Field, raw: JsonValue) -> None:
    assert parse(field, raw, TODAY) is None


@pytest.mark.parametrize(("key", "_raw", "value"), KEPT)
def test_a_stored_value_is_read_back_as_itself(key: str, _raw: JsonValue, value: JsonValue) -> None:
    field = field_named(key)
    assert parse(field, value, TODAY) == value
    if field.type not in {FieldType.PRONOUNS, FieldType.MUSIC}:
        assert parse(field, as_typed(field, value), TODAY) == value


def test_every_type_has_limits_and_a_reader() -> None:
    assert set(LIMITS) == set(FieldType)
    asked = {field.type for field in FIELDS if not field.is_derived}
    assert set(READERS) | {FieldType.DATE} == asked


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FIELDS), JSON)
def test_whatever_is_sent_is_kept_or_refused_never_a_crash(field: Field, raw: JsonValue) -> None:
    try:
        value = parse(field, raw, TODAY)
    except FieldError:
        return
    assert parse(field, value, TODAY) == value
    display(field, value).encode()


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("wedding_date", "2027-06-12", "Saturday 12 June 2027"),
        ("ceremony_time", "14:30", "14:30 Europe/London"),
        ("partner1_phone", "+447700900123", "+44 7700 900123"),
        ("planner_contact", "fern@example.org", "fern@example.org"),
        ("primary_contact", "both", "Either of us"),
        ("date_flexible", True, "Yes"),
        ("evening_guests", 1200, "1,200"),
        ("total_budget", 1_850_050, "£18,500.50"),
        ("style", ["rustic", "black tie"], "rustic, black tie"),
        ("postal_address", "1 Mill Lane\nStroud", "1 Mill Lane, Stroud"),
        ("pronouns", {"partner1": "", "partner2": "they/them"}, "they/them"),
        (
            "music_preferences",
            {"must_play": ["Hey Ya!"], "do_not_play": ["Agadoo", "YMCA"]},
            "Play: Hey Ya!. Do not play: Agadoo, YMCA",
        ),
        ("season", "summer", "Summer"),
        ("adults", None, ""),
    ],
)
def test_values_read_as_one_would_say_them(key: str, value: JsonValue, shown: str) -> None:
    assert display(field_named(key), value, "Europe/London") == shown
