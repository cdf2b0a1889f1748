"""Doing one thing to many clients: what it is, and how it is said. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from wedsync.features.clients.filtering import NO_STAGE
from wedsync.features.clients.model import Stage, read_tags
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.ids import ClientId
from wedsync.kernel.problems import Conflict, Invalid

MOST_AT_ONCE: Final = 5_000


class Act(StrEnum):
    """What is done to each of them."""

    STAGE = "stage"
    TAG = "tag"
    UNTAG = "untag"
    REMOVE = "remove"


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """What is done, and with what: a stage, "none" for no stage, or a tag; nothing for a removal."""

    act: Act
    value: str = ""


def read_deed(act: str, stage: str, tag: str) -> Deed:
    """What was chosen. Raises Invalid naming the box that needs another look."""
    match act:
        case Act.REMOVE:
            return Deed(act=Act.REMOVE)
        case Act.STAGE if stage == NO_STAGE or stage in set(Stage):
            return Deed(act=Act.STAGE, value=stage)
        case Act.STAGE:
            raise Invalid(errors=[{"field": "to_stage", "detail": "Choose one of the stages."}])
        case Act.TAG | Act.UNTAG:
            return Deed(act=Act(act), value=_tag(tag))
        case _:
            raise Invalid(errors=[{"field": "act", "detail": "Choose what to do."}])


def seal_of(ids: Sequence[ClientId]) -> str:
    """Who was chosen, in one word: what was looked at is what is done, or nothing."""
    return sha256(b"".join(sorted(each.bytes for each in ids))).hexdigest()


def refuse_too_many(ids: Sequence[ClientId]) -> None:
    """Raises Conflict."""
    if len(ids) > MOST_AT_ONCE:
        raise Conflict(f"That is more than {MOST_AT_ONCE:,} clients. Set a filter, and take them in parts.")


def _tag(typed: str) -> str:
    try:
        tags = read_tags((typed,))
    except FieldError as error:
        raise Invalid(errors=[{"field": "tag", "detail": error.detail}]) from None
    if not tags:
        raise Invalid(errors=[{"field": "tag", "detail": "Write the tag."}])
    return tags[0]
