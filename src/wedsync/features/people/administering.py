"""What whoever keeps the server does for people who have lost how they sign in: after a call back.

Each stands in their security events, and letters tell of it, in the transaction that does it.
"""

from __future__ import annotations

from wedsync.features.people.address_letters import SEND_CHANGED
from wedsync.features.people.jobs import SEND_EVENT, ForRow
from wedsync.kernel.ids import new_id
from wedsync.platform import operators
from wedsync.platform.jobs import by_hand
from wedsync.platform.operators import Readdressed, Readdressing


def reset_second_step(admin_url: str, email: str) -> bool:
    """Turn the second step of somebody off who has lost it, and sign them out; False when they have none."""
    event = new_id()
    return operators.reset(admin_url, email, event, by_hand(SEND_EVENT, ForRow(event)))


def change_address(admin_url: str, old: str, new: str, reason: str) -> Readdressed:
    """Give somebody who has lost their mailbox another address, and sign them out."""
    change, event = new_id(), new_id()
    letters = (by_hand(SEND_EVENT, ForRow(event)), by_hand(SEND_CHANGED, ForRow(change)))
    wanted = Readdressing(old=old, new=new, reason=reason, change=change, event=event)
    return operators.change_address(admin_url, wanted, letters)
