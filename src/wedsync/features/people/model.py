"""People, the businesses they belong to, and how they come in. Pure: parsing and limits, no I/O.

Everything here has been read once from what a person typed; inside, addresses are lower case and zones exist.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.fields.texts import read_email
from wedsync.kernel.ids import InvitationId, PersonId, SessionId, SupplierId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import OperatorRole, SupplierRole, SupplierType, WeddingRole
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.kernel.zones import ZONE_NAMES
from wedsync.platform import passwords
from wedsync.platform.common_passwords import is_common, is_own

LINK_LASTS: Final = timedelta(minutes=15)
RESET_LASTS: Final = timedelta(hours=1)
# The one of today is the last of them.
BARRED_PASSWORDS: Final = 5
INVITATION_LASTS: Final = timedelta(days=7)
SUPPLIER_SESSION_LASTS: Final = timedelta(days=7)
COUPLE_SESSION_LASTS: Final = timedelta(days=30)
OPERATOR_SESSION_LASTS: Final = timedelta(hours=24)
MOST_DEVICES: Final = 3
LONGEST_NAME: Final = 100
MOST_TYPES: Final = 3
# An owner is made by founding or by transfer, never by an invitation.
INVITED_ROLES: Final = (SupplierRole.ADMIN, SupplierRole.MANAGER, SupplierRole.MEMBER, SupplierRole.VIEWER)


class SignUp(msgspec.Struct, frozen=True, kw_only=True):
    """A business and its first person, before the address is proved. Times are read in `zone`."""

    business: str
    supplier_types: tuple[SupplierType, ...]
    zone: str
    name: str
    email: str


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """An address and its password."""

    email: str
    password: str


class LinkKind(StrEnum):
    """What a link in a letter is for."""

    SIGN_IN = "sign_in"
    RESET = "reset"

    @property
    def lasts(self) -> timedelta:
        """For how long it works."""
        return RESET_LASTS if self is LinkKind.RESET else LINK_LASTS

    @property
    def lasts_text(self) -> str:
        """The same, as pages and letters say it."""
        return "an hour" if self is LinkKind.RESET else "15 minutes"


class SecurityKind(StrEnum):
    """What happened to how somebody signs in."""

    NEW_DEVICE = "new_device"
    PASSWORD_SET = "password_set"  # noqa: S105 - a word
    ADDRESS_ASKED = "address_asked"
    ADDRESS_CHANGED = "address_changed"
    FACTOR_ON = "factor_on"
    FACTOR_OFF = "factor_off"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    LOCKED_OUT = "locked_out"
    LET_IN = "let_in"
    LOOKED_AS = "looked_as"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    API_KEY_MADE = "api_key_made"
    API_KEY_REMOVED = "api_key_removed"


class SecurityEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One of them; `detail` is the device, the key or for how long."""

    id: UUID
    kind: SecurityKind
    detail: str
    created_at: datetime


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A device that is signed in. `opened_by`: password or link; `used_at`: to a quarter of an hour."""

    id: SessionId
    device: str
    opened_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A session that has just begun; `token` is shown once, here. `ended_oldest`: another device made room for it."""

    person_id: PersonId
    session_id: SessionId
    token: str
    expires_at: datetime
    ended_oldest: bool = False


class SupplierCapacity(msgspec.Struct, frozen=True, kw_only=True):
    """A business one belongs to."""

    supplier_id: SupplierId
    name: str
    supplier_types: tuple[SupplierType, ...]
    role: SupplierRole


class WeddingCapacity(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding one belongs to."""

    wedding_id: WeddingId
    title: str
    role: WeddingRole
    held_on: date | None = None


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in person and everything they can act as."""

    id: PersonId
    name: str
    email: str
    zone: str
    locale: str
    suppliers: tuple[SupplierCapacity, ...]
    weddings: tuple[WeddingCapacity, ...]
    operator_role: OperatorRole | None = None


class Supplier(msgspec.Struct, frozen=True, kw_only=True):
    """The public card of a business."""

    id: SupplierId
    name: str
    supplier_types: tuple[SupplierType, ...]
    zone: str


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a business."""

    person_id: PersonId
    display_name: str
    role: SupplierRole
    created_at: datetime


class OwnershipOffer(msgspec.Struct, frozen=True, kw_only=True):
    """An open offer of a business, as its owner sees it; the code is in the letter only."""

    id: UUID
    receiver_id: PersonId
    receiver: str
    created_at: datetime
    expires_at: datetime


class SentInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as its sender sees it; the code is in the letter only. `declined_at`: the one invited said no."""

    id: InvitationId
    kind: str
    email: str
    name: str
    created_at: datetime
    expires_at: datetime
    declined_at: datetime | None = None
    accepted_at: datetime | None = None
    role: str | None = None
    service: str | None = None


_OVER: Final = {
    "accepted": "was taken up already. If that was you, sign in",
    "declined": "was declined. Ask {} for a new one if you have changed your mind",
    "expired": "is over: it lasted for 7 days. Ask {} for a new one",
    "revoked": "was withdrawn. Ask {} why, if you expected it",
}


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as the holder of its code sees it. `state`: open, accepted, declined, expired or revoked."""

    id: InvitationId
    kind: str
    email: str
    name: str
    sender: str
    state: str
    expires_at: datetime
    has_account: bool
    role: str | None = None
    service: str | None = None
    supplier_id: SupplierId | None = None
    wedding_id: WeddingId | None = None

    @property
    def open(self) -> Invitation:
        """The same, while it can be answered. Raises Conflict that says what became of it."""
        if self.state != "open":
            raise Conflict(f"This invitation {_OVER[self.state].format(self.sender)}.")
        return self


def read_address(raw: str) -> str:
    """An email address, lower case. Raises FieldError."""
    return read_email(raw, Rules(min_length=3, max_length=254)).lower()


def read_name(raw: str, *, shortest: int = 1, longest: int = LONGEST_NAME) -> str:
    """One line, trimmed. Raises FieldError."""
    name = " ".join(raw.split())
    if not shortest <= len(name) <= longest or not name.isprintable():
        raise FieldError(f"Give a name of {shortest} to {longest} characters.")
    if "://" in name or "www." in name.lower():
        # It stands in the subject of letters to addresses that are not proved yet.
        raise FieldError("Give a name, not a web address.")
    return name


def read_password(raw: str, own: tuple[str, ...]) -> str:
    """A password as it is: nothing is trimmed. `own` are the address and the name it is for. Raises FieldError."""
    if not passwords.SHORTEST <= len(raw) <= passwords.LONGEST:
        raise FieldError(
            f"Use at least {passwords.SHORTEST} characters, for example four words. {passwords.LONGEST} at most."
        )
    if is_common(raw):
        raise FieldError("This is among the first that anybody tries. Take four words that do not belong together.")
    if is_own(raw, own):
        raise FieldError("This is your own name or address. Take four words that do not belong together.")
    return raw


def read_types(raw: Sequence[SupplierType]) -> tuple[SupplierType, ...]:
    """What a business does, each once, in the order given. Raises FieldError."""
    types = tuple(kind for n, kind in enumerate(raw) if kind not in raw[:n])
    if not 1 <= len(types) <= MOST_TYPES:
        raise FieldError("Choose one to three kinds of business, the main one first.")
    return types


def read_sign_up(raw: SignUp) -> SignUp:
    """Everything a supplier typed, checked at once. Raises Invalid naming each field that needs another look."""
    errors: list[JsonValue] = []

    def kept(field: str, wrong: str) -> str:
        errors.append({"field": field, "detail": wrong})
        return ""

    business = _try(lambda: read_name(raw.business, shortest=2), "business", kept)
    name = _try(lambda: read_name(raw.name), "name", kept)
    email = _try(lambda: read_address(raw.email), "email", kept)
    if raw.zone not in ZONE_NAMES:
        kept("zone", "Choose the time zone your business works in.")
    types = raw.supplier_types
    try:
        types = read_types(raw.supplier_types)
    except FieldError as error:
        kept("supplier_types", error.detail)
    if errors:
        raise Invalid(errors=errors)
    return SignUp(business=business, supplier_types=types, zone=raw.zone, name=name, email=email)


def _try(read: Callable[[], str], field: str, kept: Callable[[str, str], str]) -> str:
    try:
        return read()
    except FieldError as error:
        return kept(field, error.detail)
