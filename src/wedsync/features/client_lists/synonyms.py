"""The words that suppliers and their programs put over a column."""

import re
from collections.abc import Mapping
from typing import Final

from wedsync.features.client_lists.model import Target

# The first word of a line is how we say it; each stands for one thing only.
_WORDS: Final[Mapping[Target, tuple[str, ...]]] = {
    Target.NAMES: (
        "name", "names", "client", "clients", "client name", "client names", "couple", "couple name", "couple names",
        "couples", "full name", "contact", "contact name", "bride and groom", "customer", "customer name",
    ),
    Target.FIRST_NAME: ("first name", "firstname", "given name", "forename", "partner 1 first name"),
    Target.LAST_NAME: ("last name", "lastname", "surname", "family name", "partner 1 last name"),
    Target.PARTNER_FIRST_NAME: ("partner first name", "partner 2 first name", "spouse first name"),
    Target.PARTNER_LAST_NAME: ("partner last name", "partner 2 last name", "spouse last name", "partner surname"),
    Target.EMAIL: ("email", "e mail", "email address", "e mail address", "mail", "client email", "contact email"),
    Target.PARTNER_EMAIL: ("partner email", "partner 2 email", "spouse email", "email 2", "second email"),
    Target.PHONE: (
        "phone", "mobile", "telephone", "tel", "phone number", "mobile number", "mobile phone", "cell", "cell phone",
        "contact number", "client phone",
    ),
    Target.PARTNER_PHONE: ("partner phone", "partner 2 phone", "spouse phone", "phone 2", "second phone"),
    Target.COMPANY: ("company", "company name", "organisation", "organization", "business"),
    Target.DATE: ("date", "wedding date", "event date", "date of wedding", "wedding day", "event day", "big day"),
    Target.VENUE: ("venue", "location", "venue location", "wedding venue", "event location", "venue name", "place"),
    Target.GUESTS: (
        "guests", "no guests", "guest count", "number of guests", "guest number", "headcount", "pax", "covers",
    ),
    Target.PACKAGE: ("package", "collection", "service", "product", "booking type", "package name"),
    Target.TOTAL: ("total", "price", "amount", "total price", "fee", "package price", "invoice total", "value"),
    Target.PAID: ("paid", "deposit", "deposit paid", "amount paid", "retainer", "total paid"),
    Target.STAGE: ("status", "stage", "lead status", "booking status", "project status", "state"),
    Target.NOTES: ("notes", "note", "comments", "comment", "remarks", "details"),
    Target.TAGS: ("tags", "tag", "labels", "label", "categories"),
    Target.IMPORTANT_NOTES: ("important notes",),
    Target.REMINDERS: ("reminders",),
    Target.PRIVATE_NOTES: ("private notes",),
    Target.TEAM_NOTES: ("team notes",),
}  # fmt: skip
_BY_WORD: Final = {word: target for target, words in _WORDS.items() for word in words}
_IN_BRACKETS: Final = re.compile(r"\([^)]*\)")
_NO_LETTERS: Final = re.compile(r"[\W_]+")


def target_of(title: str) -> Target | None:
    """What a column of this title is, if the title says so; "Client Name(s)" and "client_names" say the same."""
    bare = _words(_IN_BRACKETS.sub("", title))
    return _BY_WORD.get(bare) or _BY_WORD.get(_words(title))


def hinted(title: str) -> Target | None:
    """What part of a title says, the longest part first: "Bride's email" is an email address."""
    words = _words(title).split()
    parts = [
        " ".join(words[at : at + size]) for size in range(len(words), 0, -1) for at in range(len(words) - size + 1)
    ]
    return next((_BY_WORD[part] for part in parts if part in _BY_WORD), None)


def is_known(title: str) -> bool:
    """Whether this is a word that stands over columns."""
    return target_of(title) is not None


def _words(title: str) -> str:
    return _NO_LETTERS.sub(" ", title.casefold()).strip()
