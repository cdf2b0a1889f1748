"""The values that facts, problems and requests are made of: whatever JSON can say.

Lists and mappings are the read-only kind, so that a list of text is also a list of JSON values.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
