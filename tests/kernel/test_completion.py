"""What follows from answers: what is missing, what to ask next, what does not fit together."""

from datetime import date

import pytest

from wedsync.kernel.fields.completion import (
    Answer,
    asked_fields,
    completion,
    next_questions,
    state_of,
)
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.fields.derived import TeamMember, couple_names, derive, season
from wedsync.kernel.fields.model import FieldState, Group
from wedsync.kernel.fields.together import check_together, remarks
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import SupplierType

TODAY = date(2026, 11, 22)
ANSWERED = Answer(value="said")
SKIPPED = Answer(is_not_applicable=True)


def test_essential_answers_count_three_times() -> None:
    assert completion({}).whole.percent == 0
    adults = completion({"adults": ANSWERED}).groups[Group.GUESTS]
    tables = completion({"tables_needed": ANSWERED}).groups[Group.GUESTS]
    assert (adults.complete, tables.complete, adults.applicable) == (3, 1, 9)


def test_the_score_is_rounded_down_so_that_100_means_nothing_is_missing() -> None:
    answers = {field.key: ANSWERED for field in asked_fields() if field.key != "pronouns"}
    answers["pronouns"] = Answer(value={"partner1": "she/her", "partner2": ""})
    assert completion(answers).whole.percent == 98
    answers["pronouns"] = Answer(value={"partner1": "she/her", "partner2": "he/him"})
    assert completion(answers).whole.percent == 100


def test_what_does_not_apply_is_left_out_of_the_score() -> None:
    answers = {field.key: SKIPPED for field in asked_fields()}
    assert completion(answers).whole.percent == 100
    del answers["adults"]
    assert completion(answers).whole.percent == 0


def test_groups_with_nothing_to_ask_have_no_score() -> None:
    assert set(Group) - set(completion({}).groups) == {Group.TEAM, Group.MOMENTS}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (None, FieldState.PENDING),
        (Answer(value=None), FieldState.PENDING),
        (SKIPPED, FieldState.NOT_APPLICABLE),
        (Answer(value="2027-06-12"), FieldState.COMPLETE),
        (Answer(value="2027-06-12", is_fixed=True), FieldState.FIXED),
        (Answer(value=None, is_fixed=True), FieldState.PENDING),
    ],
)
def test_each_answer_has_a_state(answer: Answer | None, state: FieldState) -> None:
    assert state_of(field_named("wedding_date"), answer) is state


@pytest.mark.parametrize(
    ("held_on", "asked", "not_yet"),
    [
        (None, "wedding_date", "officiant"),
        (date(2027, 5, 23), "setting", "officiant"),
        (date(2027, 5, 22), "officiant", "adults"),
        (date(2027, 2, 23), "officiant", "adults"),
        (date(2027, 2, 22), "adults", "special_requests"),
        (date(2026, 12, 23), "adults", "special_requests"),
        (date(2026, 12, 22), "special_requests", "guests_total"),
    ],
)
def test_questions_are_asked_when_their_time_has_come(held_on: date | None, asked: str, not_yet: str) -> None:
    keys = [field.key for field in next_questions({}, held_on, TODAY)]
    assert asked in keys
    assert not_yet not in keys


def test_the_end_of_a_long_month_has_its_six_months_before_on_the_last_of_february() -> None:
    held_on = date(2027, 8, 31)
    before = [field.key for field in next_questions({}, held_on, date(2027, 2, 27))]
    on_the_day = [field.key for field in next_questions({}, held_on, date(2027, 2, 28))]
    assert "officiant" not in before
    assert "officiant" in on_the_day


def test_essential_basics_come_first_and_answered_questions_never_again() -> None:
    first = next_questions({}, date(2026, 12, 1), TODAY)
    assert [field.is_essential for field in first[:12]] == [True] * 12
    assert first[0].key == "partner1_first_name"
    rest = next_questions({"partner1_first_name": ANSWERED}, date(2026, 12, 1), TODAY)
    assert rest == first[1:]
    done = {field.key: SKIPPED for field in asked_fields()}
    assert next_questions(done, date(2026, 12, 1), TODAY) == ()


NAMES = ("partner1_first_name", "partner1_last_name", "partner2_first_name", "partner2_last_name")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Clara", "Whitfield", "Dan", "Whitfield"), "Clara & Dan Whitfield"),
        (("Clara", "Hughes", "Dan", "Whitfield"), "Clara Hughes & Dan Whitfield"),
        (("Clara", "", "Dan", ""), "Clara & Dan"),
        (("Clara", "Hughes", "", ""), "Clara Hughes"),
        (("", "", "Dan", "Whitfield"), "Dan Whitfield"),
        (("", "", "", ""), None),
    ],
)
def test_a_couple_is_named_as_on_an_envelope(names: tuple[str, ...], shown: str | None) -> None:
    assert couple_names(dict(zip(NAMES, names, strict=True))) == shown


@pytest.mark.parametrize(
    ("held_on", "expected"),
    [
        ("2027-02-28", "winter"),
        ("2027-03-01", "spring"),
        ("2027-06-12", "summer"),
        ("2027-11-30", "autumn"),
        ("2027-12-01", "winter"),
        ("", None),
    ],
)
def test_the_season_follows_from_the_month(held_on: str, expected: str | None) -> None:
    assert season(held_on) == expected


def test_what_can_be_worked_out_is_and_the_rest_is_left_out() -> None:
    team = (
        TeamMember(SupplierType.DJ, "Night Owl"),
        TeamMember(SupplierType.BAND, "Juniper"),
        TeamMember(SupplierType.HAIR_MAKEUP, "Bloom"),
        TeamMember(SupplierType.TRANSPORT, "Old Buses"),
    )
    assert derive({"adults": 80, "infants": 3}, team) == {
        "guests_total": 83,
        "dj_or_band": "Juniper, Night Owl",
        "hair": "Bloom",
        "makeup": "Bloom",
        "other_suppliers": "Old Buses",
    }


FITTING: dict[str, JsonValue] = {
    "partner1_email": "clara@example.com",
    "partner2_email": "dan@example.com",
    "adults": 80,
    "children": 10,
    "wheelchair_guests": 90,
    "out_of_town_guests": 90,
    "reception_time": "16:00",
    "end_time": "00:30",
    "event_time": "10:00",
    "event_end_time": "04:00",
}


def test_answers_that_fit_together_are_left_alone() -> None:
    assert check_together(FITTING) == []
    assert check_together({}) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"partner2_email": "CLARA@example.com"}, "partner2_email"),
        ({"wheelchair_guests": 91}, "wheelchair_guests"),
        ({"out_of_town_guests": 91}, "out_of_town_guests"),
        ({"adults": 500, "children": 100, "infants": 1}, "adults"),
        ({"end_time": "16:00"}, "end_time"),
        ({"end_time": "10:01"}, "end_time"),
        ({"event_end_time": "04:01"}, "event_end_time"),
    ],
)
def test_answers_that_do_not_fit_name_the_field_to_look_at(change: dict[str, JsonValue], field: str) -> None:
    assert [found.field for found in check_together({**FITTING, **change})] == [field]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"wedding_date": "2026-11-22"}, "wedding_date"),
        ({"wedding_date": "2026-12-21"}, "wedding_date"),
        ({"wedding_date": "2026-12-22"}, None),
        ({"wedding_date": "2029-11-22"}, None),
        ({"wedding_date": "2029-11-23"}, "wedding_date"),
        ({"wedding_date": "2026-11-21"}, None),
        ({"adults": 120}, None),
        ({"adults": 121}, "guests_total"),
        ({"ceremony_time": "02:30"}, "ceremony_time"),
        ({"ceremony_time": "06:00"}, None),
    ],
)
def test_what_deserves_a_second_look_is_remarked_on(values: dict[str, JsonValue], field: str | None) -> None:
    found = [remark.field for remark in remarks(values, TODAY, capacity=120)]
    assert found == ([] if field is None else [field])
