"""Letters: by SMTP in production; without a mail server they lie in the outbox folder, where the demo shows them."""

from __future__ import annotations

import asyncio
import os
import re
import smtplib
import ssl
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import new_id
from wedsync.kernel.letters import LetterKind
from wedsync.platform.tracing import handing_over

ANSWER_WITHIN_S: Final = 20
LONGEST_GREETING: Final = 80
LONGEST_SUBJECT: Final = 200
# Folds words, and no address: longer than a line it would become encoded words, in which no mail program finds one.
_UNBROKEN: Final = SMTP.clone(refold_source="none")


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Plain text to one address. `is_urgent`: this one goes by night too, whatever its kind.

    `stop_url`: where one bare request has no more of its kind sent (RFC 8058), "" where it must arrive.
    """

    kind: LetterKind
    to: str
    subject: str
    body: str
    is_urgent: bool = False
    stop_url: str = ""


class NotNow(Exception):  # noqa: N818 - nothing is wrong: it is night where they live
    """A letter is held until somebody's quiet hours are over: whatever sends it asks again then."""

    def __init__(self, until: datetime) -> None:
        """Keep the instant."""
        super().__init__(until)
        self.until: Final = until


class Mailer(Protocol):
    """Whoever takes letters."""

    async def send(self, letter: Letter) -> None:
        """Hand a letter over. Raises OSError (smtplib's are) when it was not taken, NotNow when it has to wait."""

    async def forget(self, words: tuple[str, ...]) -> None:
        """Keep no letter any more in which one of these stands: an address, a name."""


class SmtpMailer:
    """A mail server, as `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…:465`."""

    def __init__(self, url: str, sender: str) -> None:
        """Nothing is connected yet."""
        self._address = urlsplit(url)
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Deliver to the server. Raises OSError when it was not taken."""
        with handing_over("smtp"):
            await asyncio.to_thread(self._deliver, _message(letter, self._sender))

    async def forget(self, words: tuple[str, ...]) -> None:
        """Nothing is kept here."""

    def _deliver(self, message: EmailMessage) -> None:  # type: ignore[explicit-any]  # typeshed's header type
        host, port = _door(self._address)
        trust = ssl.create_default_context()
        if self._address.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=ANSWER_WITHIN_S, context=trust)
        else:
            server = smtplib.SMTP(host, port, timeout=ANSWER_WITHIN_S)
        with server:
            server.ehlo()
            if self._address.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=trust)
            if self._address.username:
                server.login(unquote(self._address.username), unquote(self._address.password or ""))
            server.send_message(message)


class OutboxMailer:
    """A folder of .eml files, oldest first by name."""

    def __init__(self, folder: Path, sender: str) -> None:
        """The folder is made with the first letter."""
        self._folder = folder
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Lay the letter down whole: under a temporary name first."""
        with handing_over("outbox"):
            await asyncio.to_thread(self._lay_down, _message(letter, self._sender))

    async def forget(self, words: tuple[str, ...]) -> None:
        """Letters that name somebody, to whomever they went."""
        await asyncio.to_thread(self._clear, [re.compile(rf"\b{re.escape(word)}\b") for word in words if word.strip()])

    def _clear(self, patterns: list[re.Pattern[str]]) -> None:
        for path in self._folder.glob("*.eml") if self._folder.is_dir() else ():
            message = message_from_bytes(path.read_bytes(), policy=default)
            part = message.get_body(("plain",))
            said = f"{message['To']} {message['Subject']} {'' if part is None else part.get_content()}"
            if any(pattern.search(said) for pattern in patterns):
                path.unlink(missing_ok=True)

    def _lay_down(self, message: EmailMessage) -> None:  # type: ignore[explicit-any]  # typeshed's header type
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # letters hold links that sign in
        name = self._folder / f"{new_id()}.eml"
        partial = name.with_suffix(".part")
        partial.write_bytes(message.as_bytes())
        partial.rename(name)


def mailer_for(smtp_url: str | None, *, sender: str, outbox: Path) -> Mailer:
    """The mail server if one is named, else the outbox folder."""
    return SmtpMailer(smtp_url, sender) if smtp_url else OutboxMailer(outbox, sender)


async def greeting(smtp_url: str) -> str:
    """What the mail server says to whoever comes; empty if it takes nobody. Raises OSError where there is none."""
    address = urlsplit(smtp_url)
    trust = ssl.create_default_context() if address.scheme == "smtps" else None
    reader, writer = await asyncio.open_connection(*_door(address), ssl=trust)
    try:
        code, _, words = (await reader.readline()).decode(errors="replace").strip().partition(" ")
        writer.write(b"QUIT\r\n")
        await writer.drain()
    except ValueError:  # a line without end is no mail server's
        return ""
    finally:
        writer.close()
    return words[:LONGEST_GREETING] or code if code.startswith("220") else ""


def outbox_takes(folder: Path) -> bool:
    """Whether letters can be laid down there; it is made with the first."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _door(address: SplitResult) -> tuple[str, int]:
    return address.hostname or "localhost", address.port or (465 if address.scheme == "smtps" else 25)


def one_line(subject: str) -> str:
    """A subject that ends where it ends, whatever somebody called themselves: one line of what can be seen, read by no
    mail program as an encoded word.
    """
    seen = "".join(character if character.isprintable() else " " for character in subject)
    return " ".join(seen.replace("=?", "= ?").split())[:LONGEST_SUBJECT]


def _message(letter: Letter, sender: str) -> EmailMessage:  # type: ignore[explicit-any]  # typeshed's header type
    message = EmailMessage(policy=_UNBROKEN)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("<> ") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_url:
        message.set_raw("List-Unsubscribe", f"<{letter.stop_url}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body)
    return message
