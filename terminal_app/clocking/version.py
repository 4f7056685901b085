"""Records with the version by which later is told from earlier, whatever the order in which they come. Pure."""

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Versioned(NamedTuple, Generic[T_co]):
    """A record as Protime had it at some time. They come by 100,000, and a named tuple is made fastest."""

    value: T_co
    version: str
    """Its `changeVersion`, empty where there is none; of two the greater text is the newer (reference, section 6)."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A record that is gone, or no longer one for this terminal."""

    id: int | str
    version: str
