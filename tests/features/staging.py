"""Whom a table asks: the cast, an operator, and an event of their wedding."""

from uuid import UUID

import msgspec
from tests.support.database import TestDatabase
from tests.support.world import Somebody, World, build_world, operator

from wedsync.features.weddings.queries import EVENTS
from wedsync.platform.database import ById, Database


class Stage(msgspec.Struct, frozen=True):
    """One that nobody else knows; who only looks may share it."""

    world: World
    olga: Somebody
    event_id: UUID

    def who(self, name: str) -> Somebody | None:
        """By the name that stands in the table."""
        found: Somebody | None = None if name == "nobody" else getattr(self, name, None) or getattr(self.world, name)
        return found


async def stage(database: Database, own_database: TestDatabase) -> Stage:
    world = await build_world(database)
    events = await database.reader(world.clara.actor).all(EVENTS, ById(world.wedding_id))
    return Stage(world, await operator(database, own_database.admin_url, "Olga"), events[0].id)


def shape_of(path: str) -> str:
    """Addresses by their shape: what a part is called does not matter."""
    path = path.partition("?")[0]
    return "/".join(
        "{}" if part.startswith("{") or part.isdecimal() or part == "csv" else part for part in path.split("/")
    )
