"""The database as features see it: Query, Reader, Tx and action. No driver beyond this door."""

from wedsync.platform.database.action import (
    ACTIONS,
    CELL,
    NOT_BY_KEY,
    SELF,
    SUPPLIER,
    WEDDING,
    ById,
    action,
    open_action,
    refuse_hidden,
)
from wedsync.platform.database.actor import NOBODY, Actor
from wedsync.platform.database.deletions import open_batch, restore_batch
from wedsync.platform.database.query import NoParams, Nothing, Query
from wedsync.platform.database.reads import Reader
from wedsync.platform.database.wire import Welcome, Wire, first_value
from wedsync.platform.database.writes import OPERATIONS_CHANGED, OPERATORS, Database, Event, Tx

__all__ = [
    "ACTIONS",
    "CELL",
    "NOBODY",
    "NOT_BY_KEY",
    "OPERATIONS_CHANGED",
    "OPERATORS",
    "SELF",
    "SUPPLIER",
    "WEDDING",
    "Actor",
    "ById",
    "Database",
    "Event",
    "NoParams",
    "Nothing",
    "Query",
    "Reader",
    "Tx",
    "Welcome",
    "Wire",
    "action",
    "first_value",
    "open_action",
    "open_batch",
    "refuse_hidden",
    "restore_batch",
]
