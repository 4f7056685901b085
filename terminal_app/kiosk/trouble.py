"""What keeps the terminal from clocking anybody now. Pure."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from drivers.reader import ReaderState


class TroubleKind(Enum):
    """What it is."""

    NO_READER = auto()
    """No reader reads."""
    STORAGE = auto()
    """Nothing can be written: a badge would be told that it is not recorded."""


class Trouble(NamedTuple):
    """For the employee the kind, for who mends it the rest."""

    kind: TroubleKind
    detail: str = ""
    """Which reader is in which state."""


def trouble_of(readers: "Mapping[str, ReaderState]", *, storage_fails: bool) -> Trouble | None:
    """What to say on the idle screen; None: a badge will be recorded. `readers` are those that have said something."""
    if storage_fails:
        return Trouble(TroubleKind.STORAGE)
    from drivers.reader import ReaderState  # noqa: PLC0415 # after the first painting

    if readers and all(state is not ReaderState.READY for state in readers.values()):
        detail = ", ".join(f"{name}: {state.value}" for name, state in sorted(readers.items()))
        return Trouble(TroubleKind.NO_READER, detail)
    return None
