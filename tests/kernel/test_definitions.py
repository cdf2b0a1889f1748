"""The questions, compared with the agreed list: which they are, who reads them, what is fixed."""

import pytest

from wedsync.kernel.fields.definitions import (
    CORE_FIELDS,
    FIELDS,
    event_field,
    field_named,
    sql_definitions,
    wedding_field,
)
from wedsync.kernel.fields.model import EventKind, FieldClass, FieldType, Subject
from wedsync.kernel.permissions import Area, SupplierType
from wedsync.kernel.problems import NotFound

CLASS_A = {
    *(f"partner{n}_{part}_name" for n in (1, 2) for part in ("first", "last")),
    "wedding_date",
    "time_zone",
    "ceremony_venue_name",
    "ceremony_venue_address",
    "reception_venue_name",
    "reception_venue_address",
}
ESSENTIAL = CLASS_A | {"partner1_email", "partner1_phone", "adults"}
CONTACTS = {
    "partner1_email",
    "partner2_email",
    "partner1_phone",
    "partner2_phone",
    "ceremony_venue_contact",
    "venue_coordinator_phone",
    "maid_of_honour_contact",
    "best_man_contact",
    "planner_contact",
    "event_venue_contact",
}
AUDIENCES = {
    "couple_names": "couple:*",
    "partner2_email": "contacts:",
    "postal_address": "couple:S",
    "date_flexible": "event:",
    "ceremony_time": "event:PVNHT",
    "ceremony_type": "event:N",
    "ceremony_venue_name": "event:PVNCFT",
    "reception_venue_address": "event:PVNCFDBKT",
    "reception_time": "event:NCDBKT",
    "end_time": "event:NCDBT",
    "style": "event:FKS",
    "guests_total": "headcounts:PVNCDBKST",
    "guests_confirmed": "headcounts:PVNCDBKST",
    "adults": "headcounts:NC",
    "evening_guests": "headcounts:NCDB",
    "guests_with_dietary_needs": "headcounts:C",
    "wheelchair_guests": "headcounts:NT",
    "out_of_town_guests": "headcounts:T",
    "party_size": "people:HT",
    "bridesmaids": "people:H",
    "officiant": "people:",
    "day_coordinator": "people:*",
    "photographer": "team:*",
    "music_preferences": "wishes:DB",
    "special_requests": "wishes:",
    "total_budget": "budget:-",
}


def test_there_are_75_core_fields_and_five_for_any_other_event() -> None:
    assert len({field.key for field in CORE_FIELDS}) == len(CORE_FIELDS) == 75
    assert len({field.key for field in FIELDS}) == len(FIELDS) == 80


def test_names_date_zone_and_venues_are_class_a_and_nothing_else_is() -> None:
    found = {field.key for field in CORE_FIELDS if field.field_class is FieldClass.A}
    assert found == CLASS_A


def test_thirteen_fields_are_essential_and_weigh_three() -> None:
    assert {field.key for field in CORE_FIELDS if field.is_essential} == ESSENTIAL
    assert {field.key for field in CORE_FIELDS if field.weight == 3} == ESSENTIAL


def test_ways_to_reach_people_are_an_area_of_their_own() -> None:
    assert {field.key for field in FIELDS if field.area is Area.CONTACTS} == CONTACTS


@pytest.mark.parametrize(("key", "audience"), AUDIENCES.items())
def test_each_field_is_read_by_those_who_need_it(key: str, audience: str) -> None:
    rows = {row.key: row.audience for row in sql_definitions()}
    assert rows[key] == audience


def test_a_planner_reads_what_any_type_reads_but_never_the_budget() -> None:
    planner = SupplierType.PLANNER
    hidden = {field.key for field in CORE_FIELDS if not field.readers.includes(planner)}
    assert hidden == {"total_budget"}


def test_a_photographer_reads_the_ceremony_but_not_the_head_count() -> None:
    photographer = SupplierType.PHOTOGRAPHER
    assert field_named("ceremony_time").readers.includes(photographer)
    assert not field_named("adults").readers.includes(photographer)
    assert not field_named("partner1_phone").readers.includes(photographer)


def test_no_two_answers_are_stored_in_one_place() -> None:
    places = [(row.subject, row.fact_key) for row in sql_definitions()]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("kind", "fact_key", "key"),
    [
        (EventKind.CEREMONY, "start_time", "ceremony_time"),
        (EventKind.RECEPTION, "start_time", "reception_time"),
        (EventKind.RECEPTION, "end_time", "end_time"),
        (EventKind.CEREMONY, "end_time", "event_end_time"),
        (EventKind.CEREMONY, "date", "wedding_date"),
        (EventKind.OTHER, "date", "wedding_date"),
        (EventKind.BRUNCH, "time_zone", "time_zone"),
        (EventKind.WELCOME, "start_time", "event_time"),
        (EventKind.RECEPTION, "venue_contact", "event_venue_contact"),
        (EventKind.CEREMONY, "venue_contact", "ceremony_venue_contact"),
    ],
)
def test_an_event_is_asked_its_own_question_first(kind: EventKind, fact_key: str, key: str) -> None:
    found = event_field(kind, fact_key)
    assert found is not None
    assert found.key == key


def test_what_is_not_asked_has_no_place() -> None:
    assert event_field(EventKind.OTHER, "adults") is None
    assert wedding_field("start_time") is None
    assert wedding_field("guests_total") is None
    with pytest.raises(NotFound):
        field_named("favourite_cheese")


def test_every_question_is_a_sentence_with_a_limit() -> None:
    for field in FIELDS:
        if not field.is_derived:
            assert field.label.endswith("?"), field.key
            assert field.rules.max_length > 0, field.key
        if field.type is FieldType.ENUM and not field.is_derived:
            assert len(field.rules.choices) >= 3, field.key
        assert field.is_core is (field.subject is not Subject.EVENT)
