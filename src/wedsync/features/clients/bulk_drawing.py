"""What would be done to many clients, and what was, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wedsync.features.clients.bulk_model import Act, Deed, seal_of
from wedsync.features.clients.bulk_queries import Bulk, Preview, WouldChange
from wedsync.features.clients.filtering import NO_STAGE, Asked
from wedsync.features.clients.views import BulkBoxes, LookFirst, WouldChangeView
from wedsync.features.clients.words import STAGES
from wedsync.kernel.ids import ClientId
from wedsync.platform.formats import plural
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Filled, Option

ACTS: Final = (
    (Act.STAGE.value, "Set the stage"),
    (Act.TAG.value, "Add a tag"),
    (Act.UNTAG.value, "Take a tag away"),
    (Act.REMOVE.value, "Remove them"),
)


def bulk_boxes(asked: Asked, act: str, stage: str, tag: Filled, *, everybody: bool) -> BulkBoxes:
    """The boxes that say what to do; the words of the address go along, for who chooses everybody."""
    words = tuple(Option(label=word, value=text) for word, text in asked.words().items() if text)
    return BulkBoxes(acts=chosen(ACTS, act), stages=chosen(STAGES, stage), tag=tag, everybody=everybody, words=words)


def look_first(found: Preview, deed: Deed, ids: Sequence[ClientId], *, query: str, base: str) -> LookFirst:
    """What would change. With a `query` for everybody whom it finds, the ids are not repeated."""
    rest = found.changing - len(found.first)
    return LookFirst(
        title=_title(deed),
        sentence=_sentence(found),
        changes=tuple(_change(each, deed, base) for each in found.first),
        more=f"and {plural(rest, 'more client', 'more clients')}" if rest else "",
        press=_press(deed, found.changing) if found.changing else "",
        act=deed.act.value,
        value=deed.value,
        ids="" if query else " ".join(each.hex for each in ids),
        query=query,
        seal=seal_of(ids),
    )


def done_title(bulk: Bulk) -> str:
    """What was done, as a heading."""
    return _title(Deed(act=bulk.act, value=bulk.value))


def done_sentence(bulk: Bulk) -> str:
    """How far it is, or what became of it."""
    if bulk.done < bulk.total:
        return f"{bulk.done:,} of {plural(bulk.total, 'client', 'clients')} so far. You can leave this page."
    if bulk.restored is not None:
        kept = bulk.changed - bulk.restored
        others = f" {plural(kept, 'client was', 'clients were')} changed since, and stayed so." if kept else ""
        return f"Undone: {plural(bulk.restored, 'client is', 'clients are')} as before.{others}"
    same = bulk.total - bulk.changed
    others = f" {plural(same, 'client', 'clients')} stayed as before." if same else ""
    return f"Done to {plural(bulk.changed, 'client', 'clients')}.{others}"


def _title(deed: Deed) -> str:
    match deed.act:
        case Act.STAGE:
            return "Set no stage" if deed.value == NO_STAGE else f"Set the stage {_stage(deed.value)}"
        case Act.TAG:
            return f"Add the tag {deed.value}"
        case Act.UNTAG:
            return f"Take away the tag {deed.value}"
        case Act.REMOVE:
            return "Remove clients"


def _sentence(found: Preview) -> str:
    if not found.found:
        return "Nobody is chosen. Go back and choose somebody in the list."
    whole = plural(found.found, "client", "clients")
    if not found.changing:
        return f"Nothing would change for the {whole} who are chosen."
    return f"{found.changing:,} of {whole} would change. You can undo it afterwards."


def _press(deed: Deed, count: int) -> str:
    many = plural(count, "client", "clients")
    return f"Remove {many}" if deed.act is Act.REMOVE else f"Do it to {many}"


def _change(client: WouldChange, deed: Deed, base: str) -> WouldChangeView:
    before, after = _both(client, deed)
    return WouldChangeView(name=client.name, href=f"{base}/{client.id}", before=before or "—", after=after or "—")


def _both(client: WouldChange, deed: Deed) -> tuple[str, str]:
    tags = ", ".join(client.tags)
    match deed.act:
        case Act.STAGE:
            return _stage(client.stage.value if client.stage else NO_STAGE), _stage(deed.value)
        case Act.TAG:
            return tags, ", ".join((*client.tags, deed.value))
        case Act.UNTAG:
            return tags, ", ".join(tag for tag in client.tags if tag.lower() != deed.value.lower())
        case Act.REMOVE:
            return "here", "removed, for 30 days to be had back"


def _stage(value: str) -> str:
    return dict(STAGES)[value]
