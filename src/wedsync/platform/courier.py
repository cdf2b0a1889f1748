"""Carries what we tell about ourselves to whoever collects it, on its own thread: who leaves something never waits.

What finds no room or is not taken is counted and let go: a request matters more than what is told of it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from wedsync.platform.metrics import count_lost
from wedsync.platform.telemetry import Log

Parcel = TypeVar("Parcel")
# What comes within a second of the first goes with it.
GATHERING_S: Final = 1.0
# A process that ends waits no longer than this for what is still on its way.
LAST_ROUND_S: Final = 2.0
_log = Log("courier")


class Courier(Generic[Parcel]):
    """One kind of parcel: `what` is its name in figures. `deliver` says if it was taken; it may raise and block."""

    def __init__(self, what: str, deliver: Callable[[Sequence[Parcel]], bool], *, room: int, at_once: int) -> None:
        """Nothing runs yet."""
        self._what: Final = what
        self._deliver: Final = deliver
        self._room: Final = room
        self._at_once: Final = at_once
        self._waiting: Final[deque[Parcel]] = deque()
        self._left = threading.Event()
        self._over = threading.Event()
        self._is_well = True
        self._thread: Final = threading.Thread(target=self._go_round, name=f"courier of {what}", daemon=True)

    def start(self) -> None:
        """Once."""
        self._thread.start()

    def leave(self, parcel: Parcel) -> None:
        """From any thread. It takes no lock but the bell's, and waits for nobody."""
        if len(self._waiting) >= self._room or self._over.is_set():
            count_lost(self._what, "no_room")
            return
        self._waiting.append(parcel)
        if not self._left.is_set():
            self._left.set()

    def stop(self) -> None:
        """A last round, for at most LAST_ROUND_S; what is left then is lost."""
        self._over.set()
        self._left.set()
        self._thread.join(LAST_ROUND_S)
        if self._thread.is_alive():
            count_lost(self._what, "too_late", len(self._waiting))

    def _go_round(self) -> None:
        while not self._over.is_set():
            self._left.wait()
            self._over.wait(GATHERING_S)
            self._left.clear()
            while self._waiting:
                self._carry([self._waiting.popleft() for _ in range(min(self._at_once, len(self._waiting)))])

    def _carry(self, parcels: Sequence[Parcel]) -> None:
        try:
            is_taken, reason = self._deliver(parcels), "refused"
        except Exception as error:  # noqa: BLE001 - whatever is wrong there, the next round comes
            is_taken, reason = False, type(error).__name__
        if not is_taken:
            count_lost(self._what, "not_taken", len(parcels))
        if is_taken != self._is_well:
            # Said when it begins and when it is over: a collector that is away for a night fills no log.
            self._is_well = is_taken
            if is_taken:
                _log.info("taken_again", what=self._what)
            else:
                _log.warning("not_taken", what=self._what, reason=reason)
