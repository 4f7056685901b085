"""What the courier tells the screen about the way to Protime."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkState(StrEnum):
    """How the server can be reached."""

    UP = "up"
    DOWN = "down"
    """Nothing gets through: network, name, certificate."""
    REFUSED = "refused"
    """The server answers and will not have us: secret, scope, tenant."""
    LIMITED = "limited"
    """The server asks us to wait."""


@dataclass(frozen=True, slots=True)
class Link:
    """The state, and since when."""

    state: LinkState
    since: datetime
    """UTC."""
    explanation: str | None
    """For the operator."""
