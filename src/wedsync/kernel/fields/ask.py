"""Short ways to write a question down, so that the list of questions reads like a list.

Each returns a Field with the limits of its type; what differs from the usual is said by `with_`.
"""

from typing import Final

import msgspec

from wedsync.kernel.fields.model import (
    Audience,
    Choice,
    Field,
    FieldClass,
    FieldType,
    Group,
    Rules,
    Subject,
)
from wedsync.kernel.permissions import Area

LIMITS: Final = {
    FieldType.TEXT: Rules(min_length=2, max_length=100),
    FieldType.LONG_TEXT: Rules(min_length=1, max_length=5_000),
    FieldType.EMAIL: Rules(min_length=3, max_length=254),
    FieldType.PHONE: Rules(max_length=40),
    FieldType.CONTACT: Rules(max_length=254),
    FieldType.ENUM: Rules(max_length=40),
    FieldType.DATE: Rules(max_length=40),
    FieldType.LOCAL_TIME: Rules(max_length=20),
    FieldType.ZONE: Rules(max_length=64),
    FieldType.BOOLEAN: Rules(max_length=10),
    FieldType.INTEGER: Rules(max_length=20),
    FieldType.TAGS: Rules(min_length=2, max_length=40, max_items=12),
    FieldType.COLOURS: Rules(max_length=7, max_items=12),
    FieldType.NAMES: Rules(min_length=2, max_length=100, max_items=50),
    FieldType.ADDRESS: Rules(min_length=10, max_length=500),
    FieldType.PENCE: Rules(maximum=1_000_000_000, max_length=20),
    FieldType.PRONOUNS: Rules(min_length=1, max_length=50),
    FieldType.MUSIC: Rules(min_length=1, max_length=200, max_items=100),
    FieldType.CONNECTION: Rules(),
    FieldType.MOMENT: Rules(),
}


class Section(msgspec.Struct, frozen=True):
    """The questions of one group, asked through it so that the group is said once."""

    group: Group
    area: Area

    def ask(self, key: str, name: str, label: str, *, of: tuple[FieldType, Audience]) -> Field:
        """Ask a class B question about the wedding; `of` is its type and who usually reads it."""
        kind, readers = of
        return Field(
            key=key,
            name=name,
            label=label,
            type=kind,
            group=self.group,
            area=self.area,
            readers=readers,
            fact_key=key,
            rules=LIMITS[kind],
        )

    def derive(self, key: str, name: str, *, of: tuple[FieldType, Audience]) -> Field:
        """Name a value that is worked out from others and never asked."""
        return msgspec.structs.replace(self.ask(key, name, name, of=of), is_derived=True)


class More(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from the usual question."""

    hint: str = ""
    autocomplete: str = "off"
    ask_months: int = 12
    is_essential: bool = False
    is_contact: bool = False


def with_(field: Field, more: More) -> Field:
    """Say what differs from the usual question."""
    return msgspec.structs.replace(
        field,
        hint=more.hint,
        autocomplete=more.autocomplete,
        ask_months=more.ask_months,
        is_essential=more.is_essential,
        area=Area.CONTACTS if more.is_contact else field.area,
    )


def within(field: Field, minimum: int, maximum: int) -> Field:
    """Give the numbers, or the length of a text, that are accepted; both inclusive."""
    if field.type is FieldType.INTEGER:
        rules = msgspec.structs.replace(field.rules, minimum=minimum, maximum=maximum)
    else:
        rules = msgspec.structs.replace(field.rules, min_length=minimum, max_length=maximum)
    return msgspec.structs.replace(field, rules=rules)


def choosing(field: Field, **choices: str) -> Field:
    """Give the answers: stored value = label."""
    options = tuple(Choice(value, label) for value, label in choices.items())
    return msgspec.structs.replace(field, rules=msgspec.structs.replace(field.rules, choices=options))


def fixed_later(field: Field) -> Field:
    """Make it class A: once the couple confirms the date, only an amendment changes it."""
    return msgspec.structs.replace(field, field_class=FieldClass.A)


def stored_on(field: Field, subject: Subject, fact_key: str) -> Field:
    """Say on which event, and under which name, the answer is stored."""
    return msgspec.structs.replace(field, subject=subject, fact_key=fact_key)


def outside_the_core(field: Field) -> Field:
    """Ask it of any other event; it is not one of the 75."""
    return msgspec.structs.replace(field, is_core=False, subject=Subject.EVENT)
