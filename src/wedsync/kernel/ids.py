"""Names for things that are never reused: every person, supplier, wedding and event has one.

Ids sort by the moment they were made, so a list in id order is a list in order of arrival.
"""

import secrets
import time
from typing import Final, NewType
from uuid import UUID

PersonId = NewType("PersonId", UUID)
SupplierId = NewType("SupplierId", UUID)
WeddingId = NewType("WeddingId", UUID)
EventId = NewType("EventId", UUID)
ImpersonationId = NewType("ImpersonationId", UUID)
GrantRequestId = NewType("GrantRequestId", UUID)
InvitationId = NewType("InvitationId", UUID)
SessionId = NewType("SessionId", UUID)
KeyId = NewType("KeyId", UUID)
BatchId = NewType("BatchId", UUID)
VenueId = NewType("VenueId", UUID)
ClientId = NewType("ClientId", UUID)
ImportId = NewType("ImportId", UUID)
NoteId = NewType("NoteId", UUID)
ProposalId = NewType("ProposalId", UUID)
AmendmentId = NewType("AmendmentId", UUID)
RequestId = NewType("RequestId", UUID)

_NANOSECONDS_PER_MILLISECOND: Final = 1_000_000
_VERSION_7: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62


def new_id() -> UUID:
    """Return a version 7 UUID (RFC 9562, method 3).

    The 12 bits after the milliseconds carry the fraction of the millisecond, so ids made
    by one process in the same millisecond still sort by age.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), _NANOSECONDS_PER_MILLISECOND)
    fraction = (nanoseconds << 12) // _NANOSECONDS_PER_MILLISECOND
    return UUID(int=milliseconds << 80 | _VERSION_7 | fraction << 64 | _VARIANT | secrets.randbits(62))
