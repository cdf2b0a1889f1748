"""What a person sees: one struct per page, one template per struct.

A page is drawn from its struct and nothing else, so a template can only show
what its view names. A fragment is a file `_x.html` that the page, the answer to
a form and the live refresh all draw from the same struct.
"""

from functools import cache
from typing import ClassVar, Protocol

import msgspec

from wedsync.platform.drawing import environment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be drawn; `template` is "people/sign_in.html"."""

    template: ClassVar[str]


class NavItem(msgspec.Struct, frozen=True, kw_only=True):
    """One place in the main navigation; `icon` is a name in icons.svg."""

    label: str
    href: str
    icon: str
    is_current: bool = False


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, as the shell names them: "Nell Alder", "Alder & Lane"."""

    name: str
    subtitle: str
    initials: str


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """Another hat the same person wears, and where it hangs."""

    label: str
    subtitle: str
    href: str
    is_current: bool = False


class ShieldLine(msgspec.Struct, frozen=True, kw_only=True):
    """What may change now, until when; state is open, fixed or locked.

    `way_on` and `way_on_href` say what one can do about it; "" where there is
    nothing. At `until` the page looks again, because the clock alone changes it.
    """

    state: str
    sentence: str
    until: str = ""
    until_text: str = ""
    way_on: str = ""
    way_on_href: str = ""


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """An operator looks as somebody else: as whom, until when, and where it is ended."""

    name: str
    until_text: str
    end_url: str


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds every page. `brand` is WedSync, or WedMe for couples.

    `trash_url` is where removed things lie, "" for who brings nothing back. `person` tells people apart without naming
    them. `live_url` is "" where nothing on the page can change by itself; `notice` is the one sentence left by the form
    that led here.
    """

    brand: str = "WedSync"
    home: str = "/"
    nav: tuple[NavItem, ...] = ()
    who: Who | None = None
    capacities: tuple[Capacity, ...] = ()
    trash_url: str = ""
    shield: ShieldLine | None = None
    csrf: str = ""
    live_url: str = ""
    person: str = ""
    looking: Looking | None = None
    is_signed_in: bool = False
    is_demo: bool = False
    notice: str = ""


class Page(View, frozen=True, kw_only=True):
    """A whole page in its shell; its template extends "platform/shell.html"."""

    shell: Shell


class Crumb(msgspec.Struct, frozen=True, kw_only=True):
    """A step back up, above the heading."""

    label: str
    href: str


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What stood in a form's box, and what was wrong with it."""

    value: str = ""
    error: str = ""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One choice of a list."""

    value: str
    label: str
    is_chosen: bool = False


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """An instant for machines and the words for people: "9 min ago"."""

    iso: str
    text: str


class _Template(Protocol):
    def render(self, context: dict[str, object], /) -> str: ...


class _Templates(Protocol):
    def get_template(self, name: str, /) -> _Template: ...


def render(view: View) -> str:
    """Draw a view as HTML. Raises UndefinedError when a template asks for more than it shows."""
    names = view.__struct_fields__
    context: dict[str, object] = {name: getattr(view, name) for name in names}
    return _templates().get_template(view.template).render(context)


@cache
def _templates() -> _Templates:
    return environment()
