"""The second step: codes of an app, and codes on paper for who has lost it. Pure but for what seals the key.

RFC 6238 with SHA-1, six digits and 30 seconds, as every app has it; a clock may be one step off.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp

from wedsync.kernel.problems import Forbidden
from wedsync.platform.tokens import SealBroken, Sealer

ISSUER: Final = "WedSync"
STEP_S: Final = 30
DRIFT: Final = (0, -1, 1)
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
# The demo world's operators have it, and nobody else: the page that asks for their code says what it is.
DEMO_KEY: Final = "WEDSYNCDEMOWEDSYNCDEMOWEDSYNCDEM"
# Codes on paper are kept under the secret too, so none of them is right either.
UNREADABLE: Final = (
    "This installation has another secret than when your second step was set up, so none of its codes is right any "
    "more, on paper neither. Where you are signed in, turn it off with your password and set it up anew. Else ask "
    "whoever runs this installation to turn it off for you."
)
_PURPOSE: Final = "second step"
# No letter or digit that is read as another.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 3
_GROUP: Final = 4


def new_key() -> str:
    """A key that nobody has: 160 bits, as apps take it."""
    return pyotp.random_base32()


def seal_key(sealer: Sealer, person: UUID, key: str) -> str:
    """The key as it is stored; for nobody else's row."""
    return sealer.seal(_PURPOSE, key.encode(), person.bytes)


def open_key(sealer: Sealer, person: UUID, sealed: str) -> str:
    """The key again. Raises Forbidden when the installation has another secret by now: it is lost, for everybody."""
    try:
        return sealer.unseal(_PURPOSE, sealed, person.bytes).decode()
    except SealBroken:
        raise Forbidden(UNREADABLE) from None


def uri_of(key: str, email: str) -> str:
    """What a QR code tells an app."""
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name=ISSUER)


def step_at(instant: datetime) -> int:
    """Which 30 seconds since 1970 these are."""
    return int(instant.timestamp()) // STEP_S


def code_at(key: str, step: int) -> str:
    """What the app shows then."""
    return pyotp.HOTP(key).at(step)


def step_of(key: str, code: str, now: datetime) -> int | None:
    """Which step a code belongs to, if to one of the three about now."""
    here = step_at(now)
    return next((here + off for off in DRIFT if secrets.compare_digest(code_at(key, here + off), code)), None)


def read_code(raw: str) -> str:
    """A code as it was typed: with blanks, hyphens or capitals, or without."""
    return "".join(character for character in raw.casefold() if character.isalnum() and character.isascii())[:32]


def is_of_app(code: str) -> bool:
    """Whether it is meant as one of the app's, and not as one on paper."""
    return len(code) == DIGITS and code.isdigit()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes to print: sixty bits each."""
    return tuple(
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    )


def recovery_hash(sealer: Sealer, person: UUID, code: str) -> str:
    """What is kept of one; nobody tries them out without the installation's secret."""
    return sealer.sign("recovery code", person.bytes + read_code(code).encode())
