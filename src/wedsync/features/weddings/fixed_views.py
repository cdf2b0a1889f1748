"""What one sees of a fact that is fixed. Every text is ready to read; a template only places it."""

import msgspec


class FixedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that is not changed once the date is confirmed; `key` and `event_id` are how a proposal names it."""

    label: str
    display: str
    key: str = ""
    event_id: str = ""
