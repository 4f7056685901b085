"""Shift definitions (reference, 9.13)."""

from terminal_app.protime.collection import Collection
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import CleanText, Flag, Name, NumberedRecord


class ShiftDefinition(NumberedRecord):
    """A shift."""

    name: Name = None
    code: CleanText = None
    """The `@shift-code`."""
    friendly_name: Name = None
    is_enabled: Flag = None


SHIFT_DEFINITIONS = Collection(
    "shift-definitions",
    ShiftDefinition,
    Scope.SHIFT_DEFINITIONS_READ,
    has_delta=True,
    by_reference="shift-definitions",
)
