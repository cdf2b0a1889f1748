"""The pages that belong to no feature: a refusal, the demo's outbox, the API.

A refusal is never a dead end: it says what happened, what to do, and links on.
"""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Moment, Page, View


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong with one part of what was sent; `field` in the guest's words."""

    field: str
    detail: str


class ProblemPage(Page, frozen=True, kw_only=True):
    """A refusal in the shell. `ways_on` has at least one link, the best first."""

    template: ClassVar[str] = "platform/problem.html"
    status: int
    title: str
    advice: str
    ways_on: tuple[Crumb, ...]
    detail: str = ""
    until_text: str = ""
    errors: tuple[FieldProblem, ...] = ()
    request_id: str = ""


class ProblemFragment(View, frozen=True, kw_only=True):
    """The same refusal where a fragment was asked for."""

    template: ClassVar[str] = "platform/_problem.html"
    title: str
    advice: str
    detail: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter as it would have been sent; `link` is the first address in it, or "", `others` the rest."""

    to: str
    subject: str
    body: str
    sent: Moment
    link: str = ""
    others: tuple[str, ...] = ()


class OutboxPage(Page, frozen=True, kw_only=True):
    """What the demo world has sent, newest first."""

    template: ClassVar[str] = "platform/outbox.html"
    letters: tuple[Letter, ...]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method on one address."""

    method: str
    path: str
    summary: str


class OperationGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The operations on one kind of thing."""

    name: str
    operations: tuple[Operation, ...]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A problem a program may meet."""

    status: int
    slug: str
    advice: str


class ApiPage(Page, frozen=True, kw_only=True):
    """The API for people; the machine's description is at `openapi_url`."""

    template: ClassVar[str] = "platform/api.html"
    openapi_url: str
    groups: tuple[OperationGroup, ...]
    problems: tuple[Refusal, ...] = ()
