"""What the courier tells the screen about the way to Protime."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class LinkState(StrEnum):
    """How the server can be reached."""

    UP = "up"
    DOWN = "down"
    """Nothing gets through: network, name, certificate."""
    REFUSED = "refused"
    """The server answers and will not have us: secret, scope, tenant."""
    LIMITED = "limited"
    """The server asks us to wait."""


class Link(NamedTuple):
    """The state, and since when."""

    state: LinkState
    since: datetime
    """UTC."""
    explanation: str | None
    """For the operator."""
