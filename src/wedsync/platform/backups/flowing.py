"""Reading, opening and writing at the same time: a restore is as fast as the slowest of them, not as all one by one."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

# Pieces of a megabyte that may wait to be written.
MOST_WAITING: Final = 8


def ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same in the same order, each made while those before it are used. What goes wrong is raised at its place."""
    with ThreadPoolExecutor(1) as other:
        waiting = deque(other.submit(next, pieces, None) for _ in range(MOST_WAITING))
        while (piece := waiting.popleft().result()) is not None:
            yield piece
            waiting.append(other.submit(next, pieces, None))


class Settling:
    """Sends what is written to the disk, beside the writing. At its end none is under way."""

    def __init__(self) -> None:
        self._pool: Final = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(self, *_: object) -> None:
        """Waits."""
        self._pool.shutdown()

    def settle(self) -> None:
        """Begin, unless it is being done."""
        if self._under_way is None or self._under_way.done():
            self._under_way = self._pool.submit(os.sync)
