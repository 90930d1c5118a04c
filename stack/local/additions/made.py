"""What an addition made."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Made(NamedTuple):
    """The outputs that name it, and what the state is to declare: types of the aws provider, names, ids and inputs."""

    outputs: Mapping[str, str]
    resources: tuple[tuple[str, str, str, Mapping[str, Any]], ...]
