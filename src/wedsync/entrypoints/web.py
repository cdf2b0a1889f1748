"""The web process: the platform's one flow with every feature's routes in it."""

from __future__ import annotations

from typing import Final

from wedsync.features.acknowledgements import api as acknowledgements_api
from wedsync.features.acknowledgements import pages as acknowledgements_pages
from wedsync.features.amendments import api as amendments_api
from wedsync.features.amendments import pages as amendments_pages
from wedsync.features.api_keys import api as api_keys_api
from wedsync.features.api_keys import pages as api_keys_pages
from wedsync.features.client_lists import api as client_lists_api
from wedsync.features.client_lists import pages as client_lists_pages
from wedsync.features.clients import api as clients_api
from wedsync.features.clients import invitation_api as client_invitations_api
from wedsync.features.clients import pages as clients_pages
from wedsync.features.clients import round_api as client_rounds_api
from wedsync.features.connections import api as connections_api
from wedsync.features.connections import pages as connections_pages
from wedsync.features.connections import sharing_api
from wedsync.features.day import api as day_api
from wedsync.features.day import pages as day_pages
from wedsync.features.people import api as people_api
from wedsync.features.people import ownership_api
from wedsync.features.people import pages as people_pages
from wedsync.features.preferences import api as preferences_api
from wedsync.features.preferences import pages as preferences_pages
from wedsync.features.privacy import api as privacy_api
from wedsync.features.privacy import pages as privacy_pages
from wedsync.features.trash import api as trash_api
from wedsync.features.trash import pages as trash_pages
from wedsync.features.venues import api as venues_api
from wedsync.features.venues import pages as venues_pages
from wedsync.features.weddings import api as weddings_api
from wedsync.features.weddings import pages as weddings_pages
from wedsync.features.weddings import proposal_api as proposals_api
from wedsync.operations.control_room import pages as control_room_pages
from wedsync.operations.data_requests import api as data_requests_api
from wedsync.operations.data_requests import pages as data_requests_pages
from wedsync.operations.deployments import api as deployments_api
from wedsync.operations.deployments import pages as deployments_pages
from wedsync.operations.duty import api as duty_api
from wedsync.operations.duty import pages as duty_pages
from wedsync.operations.holds import api as holds_api
from wedsync.operations.holds import pages as holds_pages
from wedsync.operations.impersonation import api as impersonation_api
from wedsync.operations.impersonation import pages as impersonation_pages
from wedsync.operations.lockouts import api as lockouts_api
from wedsync.operations.lockouts import pages as lockouts_pages
from wedsync.operations.operators import api as operators_api
from wedsync.operations.operators import pages as operators_pages
from wedsync.operations.overrides import api as overrides_api
from wedsync.operations.overrides import pages as overrides_pages
from wedsync.operations.shield import api as shield_api
from wedsync.operations.shield.frame import frame
from wedsync.platform.http import HandlerLike, Services, build_app
from wedsync.platform.http.app import WebApp
from wedsync.platform.settings import Settings

ROUTES: Final[tuple[HandlerLike, ...]] = (
    *people_api.ROUTES,
    *ownership_api.ROUTES,
    *people_pages.ROUTES,
    *preferences_api.ROUTES,
    *preferences_pages.ROUTES,
    *api_keys_api.ROUTES,
    *api_keys_pages.ROUTES,
    *venues_api.ROUTES,
    *clients_api.ROUTES,
    *client_invitations_api.ROUTES,
    *client_rounds_api.ROUTES,
    *clients_pages.ROUTES,
    *client_lists_api.ROUTES,
    *client_lists_pages.ROUTES,
    *venues_pages.ROUTES,
    *weddings_api.ROUTES,
    *proposals_api.ROUTES,
    *weddings_pages.ROUTES,
    *connections_api.ROUTES,
    *connections_pages.ROUTES,
    *sharing_api.ROUTES,
    *amendments_api.ROUTES,
    *amendments_pages.ROUTES,
    *acknowledgements_api.ROUTES,
    *acknowledgements_pages.ROUTES,
    *trash_api.ROUTES,
    *trash_pages.ROUTES,
    *day_api.ROUTES,
    *day_pages.ROUTES,
    *privacy_api.ROUTES,
    *privacy_pages.ROUTES,
    *duty_api.ROUTES,
    *duty_pages.ROUTES,
    *shield_api.ROUTES,
    *control_room_pages.ROUTES,
    *data_requests_api.ROUTES,
    *data_requests_pages.ROUTES,
    *holds_api.ROUTES,
    *holds_pages.ROUTES,
    *impersonation_api.ROUTES,
    *impersonation_pages.ROUTES,
    *lockouts_api.ROUTES,
    *lockouts_pages.ROUTES,
    *deployments_api.ROUTES,
    *deployments_pages.ROUTES,
    *operators_api.ROUTES,
    *operators_pages.ROUTES,
    *overrides_api.ROUTES,
    *overrides_pages.ROUTES,
)


def create_app(settings: Settings) -> WebApp:
    """The application, closed until its server starts it."""
    return build_app(Services(settings), ROUTES, frame=frame)
