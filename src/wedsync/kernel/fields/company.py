"""Guests as numbers, people beside the couple, suppliers, moments, wishes, budget."""

from typing import Final

from wedsync.kernel.fields.ask import More, Section, with_, within
from wedsync.kernel.fields.model import (
    ALL,
    GRANT,
    NOBODY,
    Audience,
    Field,
    FieldType,
    Group,
    only,
)
from wedsync.kernel.permissions import Area

_COUNTS: Final = Section(Group.GUESTS, Area.HEADCOUNTS)
_PEOPLE: Final = Section(Group.PEOPLE, Area.PEOPLE)
_TEAM: Final = Section(Group.TEAM, Area.TEAM)
_MOMENTS: Final = Section(Group.MOMENTS, Area.MOMENTS)
_WISHES: Final = Section(Group.WISHES, Area.WISHES)
_BUDGET: Final = Section(Group.BUDGET, Area.BUDGET)
_AS_TOTAL: Final = only("PVNCDBKST")


def _count(key: str, name: str, label: str, readers: str) -> Field:
    field = _COUNTS.ask(key, name, label, of=(FieldType.INTEGER, only(readers)))
    return with_(field, More(ask_months=3))


GUESTS: Final[tuple[Field, ...]] = (
    within(_COUNTS.derive("guests_total", "Guests", of=(FieldType.INTEGER, _AS_TOTAL)), 2, 600),
    within(
        with_(
            _count("adults", "Adults", "How many adults are coming?", "NC"),
            More(hint="Count yourselves in.", ask_months=3, is_essential=True),
        ),
        2,
        500,
    ),
    within(_count("children", "Children", "How many children?", "NC"), 0, 100),
    within(
        with_(
            _count("infants", "Infants", "How many infants?", "NC"),
            More(hint="Under 2 years old.", ask_months=3),
        ),
        0,
        50,
    ),
    within(
        with_(
            _count("evening_guests", "Evening guests", "How many more in the evening?", "NCDB"),
            More(hint="People who come only for the evening.", ask_months=3),
        ),
        0,
        2_000,
    ),
    _COUNTS.derive("guests_confirmed", "Guests confirmed", of=(FieldType.INTEGER, _AS_TOTAL)),
    within(_count("tables_needed", "Tables", "How many tables do you need?", "NC"), 0, 100),
    _COUNTS.derive("guests_with_dietary_needs", "Dietary needs", of=(FieldType.INTEGER, only("C"))),
    within(_count("wheelchair_guests", "Wheelchairs", "How many use a wheelchair?", "NT"), 0, 600),
    within(_count("out_of_town_guests", "From out of town", "How many travel from afar?", "T"), 0, 600),
)


def _person(key: str, name: str, label: str, readers: Audience) -> Field:
    return with_(_PEOPLE.ask(key, name, label, of=(FieldType.TEXT, readers)), More(ask_months=6))


def _contact(key: str, name: str, label: str) -> Field:
    field = _PEOPLE.ask(key, name, label, of=(FieldType.CONTACT, GRANT))
    return with_(field, More(hint="A phone number or an email.", ask_months=1, is_contact=True))


def _names(key: str, name: str, label: str) -> Field:
    field = _PEOPLE.ask(key, name, label, of=(FieldType.NAMES, only("H")))
    return with_(field, More(hint="One name a line, or with commas.", ask_months=6))


PEOPLE: Final[tuple[Field, ...]] = (
    within(
        with_(
            _PEOPLE.ask(
                "party_size",
                "Wedding party",
                "How many are in the wedding party?",
                of=(FieldType.INTEGER, only("HT")),
            ),
            More(hint="Without the two of you.", ask_months=3),
        ),
        0,
        50,
    ),
    _names("bridesmaids", "Bridesmaids", "Who are the bridesmaids?"),
    _names("groomsmen", "Groomsmen", "Who are the groomsmen?"),
    _person("maid_of_honour_name", "Maid of honour", "Who is the maid of honour?", GRANT),
    _person("best_man_name", "Best man", "Who is the best man?", GRANT),
    _person("officiant", "Officiant", "Who marries you?", GRANT),
    _person("parents", "Parents", "Which parents should we know by name?", GRANT),
    _contact("maid_of_honour_contact", "Maid of honour contact", "How is the maid of honour reached?"),
    _contact("best_man_contact", "Best man contact", "How is the best man reached?"),
    _contact("planner_contact", "Planner contact", "How is your planner reached?"),
    _person("planner_name", "Planner", "Who plans the wedding with you?", ALL),
    _person("day_coordinator", "Day coordinator", "Who runs the day?", ALL),
)

TEAM: Final[tuple[Field, ...]] = tuple(
    _TEAM.derive(key, name, of=(FieldType.CONNECTION, ALL))
    for key, name in (
        ("photographer", "Photographer"),
        ("videographer", "Videographer"),
        ("caterer", "Caterer"),
        ("florist", "Florist"),
        ("dj_or_band", "DJ or band"),
        ("venue", "Venue"),
        ("hair", "Hair"),
        ("makeup", "Make-up"),
        ("cake", "Cake"),
        ("other_suppliers", "Other suppliers"),
    )
)

# Each moment is shown to whom its timeline item is shown; nothing is stored here.
MOMENTS: Final[tuple[Field, ...]] = tuple(
    _MOMENTS.derive(key, name, of=(FieldType.MOMENT, GRANT))
    for key, name in (
        ("getting_ready_time", "Getting ready"),
        ("getting_ready_place", "Getting ready, where"),
        ("first_look_time", "First look"),
        ("first_look_place", "First look, where"),
        ("drinks_time", "Drinks"),
        ("dinner_time", "Dinner"),
        ("first_dance_time", "First dance"),
        ("cake_cutting_time", "Cutting the cake"),
        ("send_off_time", "Send-off"),
    )
)

WISHES: Final[tuple[Field, ...]] = (
    with_(
        _WISHES.ask(
            "music_preferences",
            "Music",
            "Which songs must be played, and which must not?",
            of=(FieldType.MUSIC, only("DB")),
        ),
        More(hint="One song a line.", ask_months=3),
    ),
    with_(
        _WISHES.ask(
            "special_requests",
            "Special requests",
            "Is there anything else that matters to you?",
            of=(FieldType.LONG_TEXT, GRANT),
        ),
        More(ask_months=1),
    ),
)

BUDGET: Final[tuple[Field, ...]] = (
    with_(
        _BUDGET.ask(
            "total_budget",
            "Total budget",
            "What would you like to spend?",
            of=(FieldType.PENCE, NOBODY),
        ),
        More(hint="In pounds. Only the two of you see it."),
    ),
)
