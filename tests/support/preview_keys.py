"""Keys of a business's programs: some at work, none yet, one just made, and none to be had."""

import msgspec
from tests.support.preview_people import supplier_shell

from wedsync.features.api_keys.drawing import CLIENTS, DAYS, OVERLAPS, WEDDINGS
from wedsync.features.api_keys.views import KeyBoxes, KeyLists, KeyRow, KeysFragment, KeysPage
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Filled, View

BASE = "/s/1/keys"
SYNC = KeyRow(
    name="Studio sync",
    mark="ws_live_k7q2m4p6r3s2…",
    opens=("Read and change clients", "Read weddings, as far as couples share"),
    made_text="made Mon 2 Mar 2026 by Anna Alder",
    used_text="last used 3 minutes ago",
    ends_text="ends Tuesday 2 March 2027, 09:14 (Europe/London)",
    follow_url=f"{BASE}/1/successor",
    end_url=f"{BASE}/1/end",
)
OLD = KeyRow(
    name="Studio sync",
    mark="ws_live_b3c5d7f2g4h6…",
    opens=SYNC.opens,
    made_text="made Fri 7 Mar 2025 by Anna Alder",
    used_text="last used yesterday",
    ends_text="ends Tuesday 3 March 2026, 09:14 (Europe/London)",
    state="another follows it",
    end_url=f"{BASE}/2/end",
)
GONE = KeyRow(
    name="Accounts of the year before last, and the spreadsheet that Ben keeps",
    mark="ws_live_z2y3x4w5v6u7…",
    opens=("Read clients",),
    made_text="made Tue 1 Oct 2024 by somebody who has left",
    used_text="not used yet",
    ends_text="ended Wednesday 1 October 2025, 10:00 (Europe/London)",
)
LISTS = KeyLists(live=(SYNC, OLD), ended=(GONE,), older_url=f"{BASE}?before=x", overlaps=chosen(OVERLAPS, "24"))
PAGE = KeysPage(
    shell=supplier_shell("Team"),
    supplier_id="1",
    business="Alder & Lane",
    new_key="",
    lists=LISTS,
    csrf="5b1f",
    fragment_url=BASE,
    boxes=KeyBoxes(
        name=Filled(),
        clients=chosen(CLIENTS),
        weddings=chosen(WEDDINGS),
        is_day_chosen=False,
        scopes_error="",
        days=chosen(DAYS, "365"),
        refusal="",
    ),
    make_url=BASE,
    prove_url="",
)
NONE = KeyLists(live=(), ended=(), older_url="", overlaps=LISTS.overlaps)


def _keys() -> View:
    return PAGE


def _made() -> View:
    shown = f"ws_live_k7q2m4p6r3s2_{'abcd2345' * 6}wxyz_0f3a9b1c"
    return msgspec.structs.replace(PAGE, new_key=shown)


def _refused() -> View:
    wrong = msgspec.structs.replace(
        PAGE.boxes, name=Filled(value="Sync"), scopes_error="Choose what it opens.", is_day_chosen=True
    )
    return msgspec.structs.replace(PAGE, lists=NONE, boxes=wrong)


def _no_api() -> View:
    told = "Programs may come for a business with the Scale or Enterprise tier. This one has Free."
    boxes = msgspec.structs.replace(PAGE.boxes, refusal=told)
    return msgspec.structs.replace(PAGE, lists=NONE, boxes=boxes, make_url="")


def _unproved() -> View:
    return msgspec.structs.replace(PAGE, prove_url=f"/prove?next={BASE}")


def _part() -> View:
    return KeysFragment(lists=LISTS, csrf="5b1f")


PREVIEWS = {
    "keys": _keys,
    "key-made": _made,
    "keys-refused": _refused,
    "keys-none": _no_api,
    "keys-unproved": _unproved,
    "keys_fragment": _part,
}
