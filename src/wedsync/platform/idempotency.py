"""A request that is sent twice is done once: the second is given the first one's answer.

The key stands in the same transaction as what it protects: both happened or neither. A twin waits for the first.
"""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.kernel.problems import IdempotencyMismatch
from wedsync.platform.database import Nothing, Query, Tx

SHORTEST_KEY: Final = 8
LONGEST_KEY: Final = 255
LONGEST_ANSWER: Final = 1024 * 1024


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered."""

    status: int
    content_type: str
    body: bytes
    etag: str | None = None


class Replayed(Exception):  # noqa: N818 - carries an answer
    """The request was answered before, with this."""

    def __init__(self, answer: Answer) -> None:
        """The answer to give again."""
        super().__init__("answered before")
        self.answer: Final = answer


class _Key(msgspec.Struct, frozen=True):
    key: str


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    fingerprint: str
    status: int
    content_type: str
    body: str
    etag: str | None


class _NewAnswer(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    fingerprint: bytes
    status: int
    content_type: str
    body: bytes
    etag: str | None


# Held until the transaction ends: a twin waits here, then finds the answer.
_LOCK: Final = Query(
    _Key, Nothing, "select pg_advisory_xact_lock(hashtextextended(app.actor_id()::text || %(key)s, 0))"
)
_FIND: Final = Query(
    _Key,
    _Kept,
    """
    select encode(fingerprint, 'hex') as fingerprint, status, content_type, encode(body, 'hex') as body, etag
    from live.idempotency_keys
    where person_id = app.actor_id() and key = %(key)s
    """,
)
_KEEP: Final = Query(
    _NewAnswer,
    Nothing,
    """
    insert into app.idempotency_keys (person_id, key, fingerprint, status, content_type, body, etag)
    values (app.actor_id(), %(key)s, %(fingerprint)s, %(status)s, %(content_type)s, %(body)s, %(etag)s)
    """,
)


async def begin(tx: Tx, *, key: str, fingerprint: bytes) -> None:
    """Wait for a twin. Raises Replayed with its answer, or IdempotencyMismatch when it said something else."""
    await tx.run(_LOCK, _Key(key))
    found = await tx.maybe(_FIND, _Key(key))
    if found is None:
        return
    if found.fingerprint != fingerprint.hex():
        raise IdempotencyMismatch
    raise Replayed(
        Answer(status=found.status, content_type=found.content_type, body=bytes.fromhex(found.body), etag=found.etag)
    )


async def keep(tx: Tx, answer: Answer, *, key: str, fingerprint: bytes) -> None:
    """Keep the answer for the twin; one that is too long to keep is not."""
    if len(answer.body) > LONGEST_ANSWER:
        return
    await tx.run(
        _KEEP,
        _NewAnswer(
            key=key,
            fingerprint=fingerprint,
            status=answer.status,
            content_type=answer.content_type,
            body=answer.body,
            etag=answer.etag,
        ),
    )
