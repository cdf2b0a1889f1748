"""Questions and answers in the couple's own names: Clara's phone number, once we know who the first partner is."""

from __future__ import annotations

from wedsync.features.weddings.sight import Sight
from wedsync.kernel.fields.model import Field

_ORDINALS = ("first", "second")


def worded(sight: Sight, field: Field, text: str) -> str:
    """A text about this field with the partners' names in it. What asks for a first name stays as it is."""
    for number, ordinal in enumerate(_ORDINALS, start=1):
        key = f"partner{number}_first_name"
        name = sight.values.get(key)
        if not isinstance(name, str) or field.key == key:
            continue
        for words in (f"The {ordinal} partner", f"the {ordinal} partner"):
            text = text.replace(words, name)
        text = text.replace(f"Partner {number} ", f"{name}'s ")
    return text
