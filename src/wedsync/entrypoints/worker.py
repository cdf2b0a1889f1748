"""The worker process: does, one after another and a few at once, what transactions left in the queue.

A job that was cut off is done again, so every job is safe to run twice.
"""

from __future__ import annotations

from typing import Final

from wedsync.features.acknowledgements.jobs import CHASE as CHASE_UNSEEN
from wedsync.features.acknowledgements.jobs import JOBS as ACKNOWLEDGEMENTS
from wedsync.features.amendments.jobs import CHASE
from wedsync.features.amendments.jobs import JOBS as AMENDMENTS
from wedsync.features.amendments.settling import JOBS as SETTLING
from wedsync.features.amendments.settling import SETTLE_DUE
from wedsync.features.api_keys.jobs import JOBS as API_KEYS
from wedsync.features.api_keys.jobs import TELL_ENDING
from wedsync.features.client_lists.jobs import JOBS as CLIENT_LISTS
from wedsync.features.clients.bulk_doing import JOBS as CLIENTS
from wedsync.features.clients.rounds import JOBS as ROUNDS
from wedsync.features.connections.request_letters import JOBS as REQUESTS
from wedsync.features.people.address_letters import JOBS as ADDRESSES
from wedsync.features.people.jobs import JOBS as PEOPLE
from wedsync.features.people.ownership_letters import JOBS as OWNERSHIP
from wedsync.features.preferences.jobs import JOBS as PREFERENCES
from wedsync.features.preferences.jobs import TAKE_DAILY
from wedsync.features.preferences.post_room import PostRoom
from wedsync.features.privacy.erasing import erasing
from wedsync.features.privacy.exporting import EXPORT, SWEEP
from wedsync.features.privacy.jobs import JOBS as PRIVACY
from wedsync.features.privacy.replaying import replay
from wedsync.features.weddings.notices import GIVE_NOTICE
from wedsync.features.weddings.notices import JOBS as NOTICES
from wedsync.features.weddings.resolving import RESOLVE_ANEW
from wedsync.operations.attestation.attesting import attest_chore
from wedsync.operations.continuity.alarm import JOBS as ALARMS
from wedsync.operations.continuity.jobs import continuity_chores
from wedsync.operations.duty.actions import JOBS as DUTY
from wedsync.operations.observability.jobs import closing_days
from wedsync.operations.observability.watching import watching
from wedsync.operations.summons.jobs import JOBS as SUMMONS
from wedsync.operations.summons.jobs import SUMMON_DUE
from wedsync.platform.database import Database
from wedsync.platform.forgetting import FORGET
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import mailer_for
from wedsync.platform.metrics_door import door_of, shown_at
from wedsync.platform.purging import PURGE_DUE
from wedsync.platform.queue import work_through
from wedsync.platform.rate_limits import RateLimits
from wedsync.platform.settings import Settings
from wedsync.platform.tokens import Sealer
from wedsync.platform.tracer import tracer_for, tracing
from wedsync.platform.vacuuming import vacuuming

JOBS: Final = (
    *PEOPLE,
    *OWNERSHIP,
    *PREFERENCES,
    *ADDRESSES,
    *API_KEYS,
    *REQUESTS,
    *CLIENTS,
    *ROUNDS,
    *CLIENT_LISTS,
    *NOTICES,
    *AMENDMENTS,
    *SETTLING,
    *ACKNOWLEDGEMENTS,
    *PRIVACY,
    EXPORT,
    *DUTY,
    *SUMMONS,
    *ALARMS,
)
CHORES: Final = (
    FORGET,
    PURGE_DUE,
    RESOLVE_ANEW,
    GIVE_NOTICE,
    CHASE,
    CHASE_UNSEEN,
    SETTLE_DUE,
    SUMMON_DUE,
    SWEEP,
    TELL_ENDING,
    TAKE_DAILY,
)


async def run(settings: Settings) -> None:
    """Work until SIGTERM; the jobs in hand are finished first."""
    sealer = Sealer(settings.secret.encode())
    mailer = mailer_for(settings.smtp_url or None, sender=settings.mail_from, outbox=settings.home / "outbox")
    limits = RateLimits(settings.valkey_url) if settings.valkey_url else None
    async with Database(settings.database_url, sealer, read_connections=1, write_connections=4) as database:
        # A restored copy remembers whom it had forgotten: it forgets them again before anything is done (G2).
        await replay(database, settings.erasure_ledger_path)
        workshop = Workshop(
            database=database,
            mailer=PostRoom(database, mailer, settings.public_url),
            base_url=settings.public_url,
            home=settings.home,
            limits=limits,
        )
        chores = (
            *CHORES,
            erasing(settings.erasure_ledger_path),
            vacuuming(settings.database_url),
            closing_days(settings.cell.zone),
            attest_chore(settings.secret),
            *continuity_chores(settings),
        )
        tracer = tracer_for(settings, "worker")
        async with tracing(tracer), shown_at(door_of(settings), settings.commit), watching(settings, database):
            await work_through(settings.database_url, workshop, JOBS, chores=chores, tracer=tracer)
    if limits is not None:
        await limits.close()
