"""Security events in words: on the page where their person reads them, and in the letter about each."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.people.model import SecurityKind

NOT_YOU: Final = (
    "If that was you, you need not do anything. If not, choose another password at once (“Forgotten your password?” "
    "where you sign in): it signs every device out."
)


class EventWords(msgspec.Struct, frozen=True, kw_only=True):
    """Its title, what the letter says of it, and what to do."""

    title: str
    sentence: str
    advice: str = NOT_YOU


EVENT_WORDS: Final = {
    SecurityKind.NEW_DEVICE: EventWords(
        title="Signed in on a new device",
        sentence="Somebody signed in to WedSync as you on a device that is new to us.",
    ),
    SecurityKind.PASSWORD_SET: EventWords(
        title="Your password was set", sentence="The password of your WedSync account was set."
    ),
    SecurityKind.ADDRESS_ASKED: EventWords(
        title="Another address was asked for",
        sentence="Somebody asked that you sign in to WedSync with another address.",
    ),
    SecurityKind.ADDRESS_CHANGED: EventWords(
        title="Your address was changed",
        sentence="You sign in to WedSync with this address from now on. Your other devices were signed out.",
    ),
    SecurityKind.FACTOR_ON: EventWords(
        title="A second step is on", sentence="Signing in asks for a code of your app from now on."
    ),
    SecurityKind.FACTOR_OFF: EventWords(
        title="The second step is off", sentence="Signing in no longer asks for a code of your app."
    ),
    SecurityKind.RECOVERY_CODE_USED: EventWords(
        title="A recovery code was used", sentence="Somebody signed in as you with one of your recovery codes."
    ),
    SecurityKind.RECOVERY_CODES_RENEWED: EventWords(
        title="New recovery codes were made",
        sentence="Your recovery codes were made anew; the old ones work no longer.",
    ),
    SecurityKind.LOCKED_OUT: EventWords(
        title="Too many wrong tries",
        sentence="Too many wrong passwords or codes were tried for your account, so none is taken for a while.",
        advice=(
            "Instead of a password, a link works at once (“Email me a link instead” where you sign in), and choosing "
            "another password (“Forgotten your password?”) ends the wait. If it was codes: who tried them "
            "knew your password or reads your mailbox. Choose another, and ask our support to take codes again."
        ),
    ),
    SecurityKind.LET_IN: EventWords(
        title="Passwords and codes are taken again",
        sentence="Somebody of our support has ended the wait after too many wrong tries.",
    ),
    SecurityKind.LOOKED_AS: EventWords(
        title="Somebody of our support looked as you",
        sentence="Somebody of our support looked at WedSync as you see it, to help with what they were asked.",
        advice=(
            "They could change nothing, and each page they opened is on record. If you did not ask for help, answer "
            "this letter: we look into it."
        ),
    ),
    SecurityKind.SIGNED_OUT_EVERYWHERE: EventWords(
        title="Signed out everywhere", sentence="Every device that was signed in as you was signed out."
    ),
    SecurityKind.API_KEY_MADE: EventWords(
        title="A key for programs was made", sentence="A key was made with which a program may act for you."
    ),
    SecurityKind.API_KEY_REMOVED: EventWords(
        title="A key for programs was removed", sentence="A key with which a program could act for you was removed."
    ),
}
