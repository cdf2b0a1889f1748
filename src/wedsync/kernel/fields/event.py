"""The day: when it is, where it is, and what it should look like.

Dates, times and venues belong to an event; these are the names under which the couple meets those
of the first event, the ceremony and the reception. The last five ask the same of any other event.
"""

from typing import Final

import msgspec

from wedsync.kernel.fields.ask import (
    More,
    Section,
    choosing,
    fixed_later,
    outside_the_core,
    stored_on,
    with_,
)
from wedsync.kernel.fields.model import ALL, GRANT, Field, FieldType, Group, Subject, only
from wedsync.kernel.permissions import Area

_EVENT: Final = Section(Group.EVENT, Area.EVENT)
_ask = _EVENT.ask
_CONTACT: Final = More(hint="A phone number for the day.", ask_months=1, is_contact=True)
_ESSENTIAL: Final = More(is_essential=True)


def _venue(subject: Subject, codes: str) -> tuple[Field, Field]:
    where = subject.value
    name = _ask(
        f"{where}_venue_name",
        f"{where.capitalize()} venue",
        f"Where is the {where}?",
        of=(FieldType.TEXT, only(codes)),
    )
    address = _ask(
        f"{where}_venue_address",
        f"{where.capitalize()} address",
        f"What is the address of the {where}?",
        of=(FieldType.ADDRESS, only(codes)),
    )
    more = msgspec.structs.replace(_ESSENTIAL, hint="With the postcode, so that drivers find it.")
    return (
        stored_on(fixed_later(with_(name, _ESSENTIAL)), subject, "venue_name"),
        stored_on(fixed_later(with_(address, more)), subject, "venue_address"),
    )


def _time(key: str, name: str, label: str, codes: str) -> Field:
    field = _ask(key, name, label, of=(FieldType.LOCAL_TIME, only(codes)))
    return with_(field, More(hint="By the clock there."))


_DATE: Final = (
    stored_on(
        fixed_later(
            with_(
                _ask("wedding_date", "Date", "When is the wedding?", of=(FieldType.DATE, ALL)),
                _ESSENTIAL,
            )
        ),
        Subject.FIRST,
        "date",
    ),
    stored_on(
        fixed_later(
            with_(
                _ask("time_zone", "Time zone", "Which clock do you go by?", of=(FieldType.ZONE, ALL)),
                More(hint="The time zone of the venue, for example London.", is_essential=True),
            )
        ),
        Subject.FIRST,
        "time_zone",
    ),
    with_(
        _ask(
            "date_flexible",
            "Date flexible",
            "Could the date still move?",
            of=(FieldType.BOOLEAN, GRANT),
        ),
        More(hint="Say no before you confirm the date."),
    ),
)
_CEREMONY: Final = (
    stored_on(
        _time("ceremony_time", "Ceremony time", "When does the ceremony start?", "PVNHT"),
        Subject.CEREMONY,
        "start_time",
    ),
    choosing(
        _ask(
            "ceremony_type",
            "Ceremony type",
            "What kind of ceremony is it?",
            of=(FieldType.ENUM, only("N")),
        ),
        religious="Religious",
        civil="Civil",
        humanist="Humanist",
        symbolic="Symbolic",
    ),
    *_venue(Subject.CEREMONY, "PVNCFT"),
    stored_on(
        with_(
            _ask(
                "ceremony_venue_contact",
                "Ceremony venue contact",
                "Whom does one call at the ceremony venue?",
                of=(FieldType.PHONE, GRANT),
            ),
            _CONTACT,
        ),
        Subject.CEREMONY,
        "venue_contact",
    ),
    with_(
        _ask(
            "venue_coordinator_phone",
            "Venue coordinator phone",
            "What is the venue coordinator's number?",
            of=(FieldType.PHONE, GRANT),
        ),
        _CONTACT,
    ),
)
_RECEPTION: Final = (
    *_venue(Subject.RECEPTION, "PVNCFDBKT"),
    stored_on(
        _time("reception_time", "Reception time", "When does the reception start?", "NCDBKT"),
        Subject.RECEPTION,
        "start_time",
    ),
    stored_on(
        with_(
            _time("end_time", "Reception ends", "When does the reception end?", "NCDBT"),
            More(hint="After midnight is fine: 00:30 means the next day."),
        ),
        Subject.RECEPTION,
        "end_time",
    ),
)
_LOOK: Final = (
    with_(
        _ask(
            "venue_coordinator_name",
            "Venue coordinator",
            "Who looks after you at the venue?",
            of=(FieldType.TEXT, ALL),
        ),
        More(ask_months=6),
    ),
    with_(
        _ask("style", "Style", "How would you describe the style?", of=(FieldType.TAGS, only("FKS"))),
        More(hint="A few words, with commas: rustic, black tie, garden.", ask_months=6),
    ),
    with_(
        _ask("theme_colours", "Colours", "Which colours?", of=(FieldType.COLOURS, only("FKS"))),
        More(hint="Colour codes, with commas: #8fa68c, #f4e9dc.", ask_months=6),
    ),
    choosing(
        _ask("setting", "Setting", "Inside or outside?", of=(FieldType.ENUM, ALL)),
        indoor="Indoors",
        outdoor="Outdoors",
        both="Both",
    ),
    _EVENT.derive("season", "Season", of=(FieldType.ENUM, ALL)),
)

EVENT: Final[tuple[Field, ...]] = (*_DATE, *_CEREMONY, *_RECEPTION, *_LOOK)

ANY_EVENT: Final[tuple[Field, ...]] = tuple(
    outside_the_core(field)
    for field in (
        stored_on(
            _ask("event_time", "Start", "When does it start?", of=(FieldType.LOCAL_TIME, ALL)),
            Subject.EVENT,
            "start_time",
        ),
        stored_on(
            _ask("event_end_time", "End", "When does it end?", of=(FieldType.LOCAL_TIME, ALL)),
            Subject.EVENT,
            "end_time",
        ),
        stored_on(
            fixed_later(_ask("event_venue_name", "Venue", "Where is it?", of=(FieldType.TEXT, ALL))),
            Subject.EVENT,
            "venue_name",
        ),
        stored_on(
            fixed_later(
                _ask(
                    "event_venue_address",
                    "Address",
                    "What is the address?",
                    of=(FieldType.ADDRESS, ALL),
                )
            ),
            Subject.EVENT,
            "venue_address",
        ),
        stored_on(
            with_(
                _ask(
                    "event_venue_contact",
                    "Venue contact",
                    "Whom does one call there?",
                    of=(FieldType.PHONE, GRANT),
                ),
                _CONTACT,
            ),
            Subject.EVENT,
            "venue_contact",
        ),
    )
)
