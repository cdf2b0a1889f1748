"""Who asks, in which capacity, about which wedding. Every statement runs for exactly one actor.

One person may own a business and be marrying too: acting for the business they see what the business may see.
"""

from __future__ import annotations

import msgspec

from wedsync.kernel.ids import KeyId, PersonId, SupplierId, WeddingId

SET_ACTOR = (
    b"select set_config('app.actor_id', $1, true), set_config('app.supplier_id', $2, true), "
    b"set_config('app.wedding_id', $3, true), set_config('app.request_id', $4, true), "
    b"set_config('app.key_id', $5, true)"
)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A person plus the capacity they act in.

    `supplier_id` None: as themselves. `wedding_id`, or `among` for a part of a list, only ever narrows what they see.
    `key_id`: a program acts for them, and sees no more than its key opens.
    """

    person_id: PersonId | None = None
    supplier_id: SupplierId | None = None
    wedding_id: WeddingId | None = None
    among: tuple[WeddingId, ...] = ()
    request_id: str = ""
    key_id: KeyId | None = None

    def settings(self) -> list[bytes | None]:
        """Values for SET_ACTOR."""
        return [
            _text(self.person_id),
            _text(self.supplier_id),
            ",".join(map(str, self.among)).encode() if self.among else _text(self.wedding_id),
            self.request_id.encode(),
            _text(self.key_id),
        ]


NOBODY = Actor()


def _text(value: object) -> bytes:
    return b"" if value is None else str(value).encode()
