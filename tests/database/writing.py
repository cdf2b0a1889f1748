"""Short words for what the tests of facts do: write one, ask for what stands, stand at another time."""

from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec
from tests.database.roles import Answer, Role, outside, until
from tests.support.world import Somebody, person, wedding

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite, Recorded
from wedsync.features.weddings.model import Event, FactValue
from wedsync.features.weddings.queries import EVENTS
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import EventId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.platform.database import ById, Database

WRITE: Final[LiteralString] = (
    "insert into app.core_field_revisions (wedding_id, event_id, fact_key, base_revision, value, instants, reason) "
    "values (%s, %s, %s, %s, %s::jsonb, %s::jsonb, 'why') returning revision"
)
SHIELD: Final[LiteralString] = (
    "select held_on, lower(active_span), upper(active_span), weight_complete, weight_not_applicable, date_set_at "
    "from app.wedding_shields where wedding_id = %s"
)


class Couple(msgspec.Struct, frozen=True):
    """One wedding and a partner of it."""

    clara: Somebody
    wedding_id: WeddingId
    database: Database

    async def say(self, key: str, value: JsonValue, base: int = 0, *, on: EventId | None = None) -> Recorded:
        """Write a fact, as pages do."""
        async with self.database.transaction(self.clara.actor) as tx:
            write = FactWrite(key=key, value=value, base_revision=base, event_id=on)
            return await weddings.record_fact(tx, self.wedding_id, write)

    async def confirm(self) -> datetime:
        async with self.database.transaction(self.clara.actor) as tx:
            return await weddings.confirm_date(tx, self.wedding_id)

    async def events(self) -> list[Event]:
        return await self.database.reader(self.clara.actor).all(EVENTS, ById(self.wedding_id))

    async def write(
        self,
        role: Role,
        key: str,
        value: str | None,
        base: int,
        *,
        instants: str | None = None,
        on: EventId | None = None,
        at: datetime | None = None,
    ) -> Answer:
        """Write a fact below the actions, at a moment, and roll it back."""
        travel = "" if at is None else until(at, utc_now())
        return await role(self.clara.actor, WRITE, self.wedding_id, on, key, base, value, instants, travel=travel)

    async def shield(self, admin: Role) -> dict[str, Any]:
        names = ("held_on", "opens_at", "closes_at", "complete", "not_applicable", "date_set_at")
        (row,) = await outside(admin, SHIELD, self.wedding_id)
        return dict(zip(names, row, strict=True))

    async def broken(self, role: Role) -> list[tuple[Any, ...]]:
        return (
            await role(self.clara.actor, "select fact_key, revision from app.broken_facts(%s)", self.wedding_id)
        ).rows


async def couple(database: Database, **facts: FactValue) -> Couple:
    """Clara, and her wedding in London with the facts that are named."""
    clara = await person(database, "Clara")
    return Couple(clara, await wedding(database, clara, **facts), database)
