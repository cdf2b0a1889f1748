"""Addresses and numbers of clients, and short texts, as lists have them.

What would be refused in a form is not lost here: it stays as it was written, and is asked about.
"""

import re
from typing import Final

import phonenumbers

from wedsync.kernel.fields.ask import LIMITS
from wedsync.kernel.fields.cleaning import FieldError, clean_lines
from wedsync.kernel.fields.model import FieldType
from wedsync.kernel.fields.texts import HOME_REGION, read_email
from wedsync.kernel.reading.model import Certainty, Reading, certain, says_nothing, uncertain, unique

LONGEST_TEXT: Final = 5_000
_BETWEEN: Final = re.compile(r"[\s,;<>()/]+")
_DIALLED: Final = re.compile(r"\+?[\d\s()./-]{5,40}", re.ASCII)
_BRITISH: Final = 44
_BRITISH_FIGURES: Final = 10
_STAGES: Final = {
    "lead": "lead",
    "enquiry": "enquiry",
    "inquiry": "enquiry",
    "booked": "booked",
    "completed": "completed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}


def read_address(text: str) -> Reading[str]:
    """One email address."""
    if says_nothing(text):
        return Reading(verbatim=text, certainty=Certainty.EMPTY)
    try:
        return certain(text, read_email(text, LIMITS[FieldType.EMAIL]))
    except FieldError:
        parts = _BETWEEN.sub(" ", text).split()
        found = [address for each in parts if "@" in each and (address := _address(each))]
    if len(found) > 1:
        return uncertain(text, "Here are several email addresses. Which one is it?", *found)
    return uncertain(text, "This is not an email address. What is it?", *found)


def read_number(text: str, region: str = HOME_REGION) -> Reading[str]:
    """A telephone number in E.164; `region` is the country where no country is written.

    Tables of assigned numbers lag behind, so a British number with all its figures counts; one that lacks figures
    rings somewhere else or nowhere.
    """
    if says_nothing(text):
        return Reading(verbatim=text, certainty=Certainty.EMPTY)
    if not _DIALLED.fullmatch(text.strip()):
        return uncertain(text, "We cannot read this as one telephone number. What is it?")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return uncertain(text, "This is not a telephone number. What is it?")
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    is_whole = number.country_code == _BRITISH and len(str(number.national_number)) == _BRITISH_FIGURES
    if phonenumbers.is_valid_number(number) or (is_whole and phonenumbers.is_possible_number(number)):
        return certain(text, shown)
    return uncertain(text, "A figure seems to be missing, or one too many. What is the number?", shown)


def read_stage(text: str) -> Reading[str]:
    """How far a client is, in our words."""
    if says_nothing(text):
        return Reading(verbatim=text, certainty=Certainty.EMPTY)
    if stage := _STAGES.get(text.strip().casefold()):
        return certain(text, stage)
    return uncertain(text, f"Which of these is it: {', '.join(unique(_STAGES.values()))}?")


def read_text(text: str) -> Reading[str]:
    """A text as it is, without spaces around it. A formula is a text that asks to be looked at; it is never run."""
    if not text.strip():
        return Reading(verbatim=text, certainty=Certainty.EMPTY)
    try:
        cleaned = clean_lines(text)
    except FieldError as error:
        return uncertain(text, error.detail)
    if not cleaned or len(cleaned) > LONGEST_TEXT:
        return uncertain(text, f"We keep up to {LONGEST_TEXT:,} characters. What shall stay of this?")
    if cleaned.startswith("="):
        return uncertain(text, "This is a spreadsheet's formula; here it is only text. What shall stand here?", cleaned)
    return certain(text, cleaned)


def read_tags(text: str) -> Reading[tuple[str, ...]]:
    """Labels, split at commas, semicolons and lines."""
    whole = read_text(text)
    if whole.value is None:
        return Reading(verbatim=text, certainty=whole.certainty, question=whole.question)
    parts = whole.value.replace(";", ",").replace("\n", ",").split(",")
    tags = unique(tag for part in parts if (tag := part.strip()))
    return certain(text, tags) if tags else Reading(verbatim=text, certainty=Certainty.EMPTY)


def _address(text: str) -> str | None:
    try:
        return read_email(text, LIMITS[FieldType.EMAIL])
    except FieldError:
        return None
