"""The API's description as it stands in docs/openapi.json, so that each change to it is seen and compared.

It is the one that `/api/v1/openapi.json` answers with; nothing is opened or asked for it.
"""

from typing import Final

from wedsync.entrypoints.web import create_app
from wedsync.platform.api_reference import as_json
from wedsync.platform.settings import Settings

NOWHERE: Final = Settings(
    database_url="postgresql://127.0.0.1/none", valkey_url="valkey://127.0.0.1:6379", secret="-" * 32
)


def reference() -> str:
    """What this version of the code promises."""
    return as_json(create_app(NOWHERE).litestar)
