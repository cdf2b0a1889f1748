"""The page on which operators see each other."""

from __future__ import annotations

from typing import Final

from litestar import Response, get

from wedsync.features.people.shell import Visit, page_routes
from wedsync.features.people.words import moment
from wedsync.kernel.permission_words import operator_help
from wedsync.kernel.permissions import Permission
from wedsync.operations.operators.queries import OPERATORS, Operator
from wedsync.operations.operators.views import OperatorsPage, OperatorView, RoleView
from wedsync.operations.shield.frame import operator_frame
from wedsync.platform.database import NoParams
from wedsync.platform.formats import initials
from wedsync.platform.http import declares, drawn


@get("/operations/operators", opt=declares(Permission.OPERATE, on="cell"))
async def operators(visit: Visit) -> Response[str]:
    """Everybody, by name."""
    shell = await operator_frame(visit, "Operators")
    found = await visit.reader.all(OPERATORS, NoParams())
    roles = tuple(RoleView(label=role.label, sentence=sentence) for role, sentence in operator_help())
    return drawn(OperatorsPage(shell=shell, operators=tuple(_view(each, visit) for each in found), roles=roles))


def _view(operator: Operator, visit: Visit) -> OperatorView:
    return OperatorView(
        name=operator.display_name,
        initials=initials(operator.display_name),
        role_label=operator.role.label,
        since=moment(operator.created_at, visit.me.zone),
        is_you=operator.person_id == visit.me.id,
    )


ROUTES: Final = page_routes(operators)
