"""What whoever leads a business sees of the keys of its programs."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Filled, Option, Page, View


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A key in words; the addresses are empty where nothing can be done any more."""

    name: str
    mark: str
    opens: tuple[str, ...]
    made_text: str
    used_text: str
    ends_text: str
    state: str = ""
    follow_url: str = ""
    end_url: str = ""


class KeyLists(msgspec.Struct, frozen=True, kw_only=True):
    """Those that open something, and those that have ended; `older_url` is empty at the end."""

    live: tuple[KeyRow, ...]
    ended: tuple[KeyRow, ...]
    older_url: str
    overlaps: tuple[Option, ...]


class KeyBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """The form for another key. `refusal` says why none may be made."""

    name: Filled
    clients: tuple[Option, ...]
    weddings: tuple[Option, ...]
    is_day_chosen: bool
    scopes_error: str
    days: tuple[Option, ...]
    refusal: str


class KeysFragment(View, frozen=True, kw_only=True):
    """The lists by themselves, as they are renewed."""

    template: ClassVar[str] = "api_keys/_keys.html"
    lists: KeyLists
    csrf: str


class KeysPage(Page, frozen=True, kw_only=True):
    """The keys, and the form for another. `new_key` is one that was just made, shown this once;
    `prove_url` is set for who has first to show that it is they.
    """

    template: ClassVar[str] = "api_keys/keys.html"
    supplier_id: str
    business: str
    new_key: str
    lists: KeyLists
    csrf: str
    fragment_url: str
    boxes: KeyBoxes
    make_url: str
    prove_url: str
