"""What a person sends with a form, read once and strictly: a box that the form does not have is refused by name.

Without JavaScript a form is answered by the page it should look at next, with it by the part that changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Response

from wedsync.kernel.problems import BadRequest, Invalid, Problem
from wedsync.platform.http.answers import drawn
from wedsync.platform.http.bodies import field_error
from wedsync.platform.pages import Filled, Option, View

MOST_BOXES: Final = 40
LONGEST_BOX: Final = 30_000


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The boxes of a form; each arrives as text. `csrf_token` was checked at the front door."""

    csrf_token: str = ""


FormT = TypeVar("FormT", bound=Form)


def read_form(body: bytes, form: type[FormT]) -> FormT:
    """The form. Raises BadRequest for what is no form, Invalid for a box missing, unknown, repeated or too long."""
    try:
        return msgspec.convert(read_boxes(body), form, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(errors=[field_error(str(error))]) from None


def read_boxes(body: bytes, most: int = MOST_BOXES) -> dict[str, str]:
    """The boxes of a form whose boxes depend on what it is about. Raises as `read_form`."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError:
        raise BadRequest("This is not a form as one of our pages sends it.") from None
    boxes: dict[str, str] = {}
    for name, value in pairs:
        if name in boxes:
            raise Invalid(errors=[{"field": name, "detail": "This was sent twice."}])
        if len(value) > LONGEST_BOX or "\0" in value:
            raise Invalid(errors=[{"field": name, "detail": f"Use at most {LONGEST_BOX:,} ordinary characters."}])
        boxes[name] = value
    return boxes


def faults(problem: Problem) -> dict[str, str]:
    """What was wrong, by box; empty when the problem names none."""
    listed = problem.members.get("errors")
    found: dict[str, str] = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, Mapping):
            found[str(each.get("field", ""))] = str(each.get("detail", ""))
    return found


def filled(value: str, wrong: Mapping[str, str] | None = None, name: str = "") -> Filled:
    """A box as it was sent, with what was wrong with it."""
    return Filled(value=value, error=(wrong or {}).get(name, ""))


def said(problem: Problem) -> str:
    """A refusal in one or two sentences, where a form has room for no more."""
    return f"{problem.detail or problem.title + '.'} {problem.advice}"


def chosen(options: tuple[tuple[str, str], ...], value: str = "") -> tuple[Option, ...]:
    """Choices of a list; `value` is the one that is chosen."""
    return tuple(Option(value=each, label=label, is_chosen=each == value) for each, label in options)


def shown(*views: View, status: int = 200) -> Response[str]:
    """A page at an address that answers with its parts when only these are asked for."""
    answer = drawn(*views, status=status)
    answer.headers["vary"] = "HX-Request"
    return answer
