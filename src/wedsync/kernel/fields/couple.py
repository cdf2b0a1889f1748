"""The two people whose wedding it is, and how to reach them."""

from typing import Final

from wedsync.kernel.fields.ask import More, Section, choosing, fixed_later, with_
from wedsync.kernel.fields.model import ALL, GRANT, Field, FieldType, Group, only
from wedsync.kernel.permissions import Area

_COUPLE: Final = Section(Group.COUPLE, Area.COUPLE)
_ask = _COUPLE.ask


def _name(number: int, part: str, label: str) -> Field:
    field = _ask(
        f"partner{number}_{part}_name",
        f"Partner {number} {part} name",
        label,
        of=(FieldType.TEXT, ALL),
    )
    # The page is filled in by one partner for both: a browser may only help with the first.
    token = {"first": "given-name", "last": "family-name"}[part] if number == 1 else "off"
    return fixed_later(with_(field, More(autocomplete=token, is_essential=True)))


COUPLE: Final[tuple[Field, ...]] = (
    _COUPLE.derive("couple_names", "Couple", of=(FieldType.TEXT, ALL)),
    _name(1, "first", "What is the first partner's first name?"),
    _name(1, "last", "What is the first partner's last name?"),
    _name(2, "first", "What is the second partner's first name?"),
    _name(2, "last", "What is the second partner's last name?"),
    with_(
        _ask(
            "partner1_email",
            "Partner 1 email",
            "What is the first partner's email address?",
            of=(FieldType.EMAIL, GRANT),
        ),
        More(autocomplete="email", is_essential=True, is_contact=True),
    ),
    with_(
        _ask(
            "partner2_email",
            "Partner 2 email",
            "What is the second partner's email address?",
            of=(FieldType.EMAIL, GRANT),
        ),
        More(hint="A different address, so that each of you can sign in.", is_contact=True),
    ),
    with_(
        _ask(
            "partner1_phone",
            "Partner 1 phone",
            "What is the first partner's phone number?",
            of=(FieldType.PHONE, GRANT),
        ),
        More(
            hint="For example 07700 900123, or +33 6 12 34 56 78 from abroad.",
            autocomplete="tel",
            is_essential=True,
            is_contact=True,
        ),
    ),
    with_(
        _ask(
            "partner2_phone",
            "Partner 2 phone",
            "What is the second partner's phone number?",
            of=(FieldType.PHONE, GRANT),
        ),
        More(is_contact=True),
    ),
    choosing(
        _ask(
            "primary_contact",
            "Primary contact",
            "Whom should suppliers ask first?",
            of=(FieldType.ENUM, ALL),
        ),
        partner1="The first partner",
        partner2="The second partner",
        both="Either of us",
    ),
    with_(
        _ask("pronouns", "Pronouns", "Which pronouns do you use?", of=(FieldType.PRONOUNS, ALL)),
        More(hint="One line each, for example she/her."),
    ),
    with_(
        _ask(
            "postal_address",
            "Postal address",
            "Where should post be sent?",
            of=(FieldType.ADDRESS, only("S")),
        ),
        More(hint="Your stationer reads this.", autocomplete="street-address", ask_months=6),
    ),
    choosing(
        _ask(
            "preferred_channel",
            "Preferred channel",
            "How do you like to be reached?",
            of=(FieldType.ENUM, ALL),
        ),
        email="Email",
        sms="Text message",
        whatsapp="WhatsApp",
        phone="Phone call",
    ),
)
