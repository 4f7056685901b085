"""The collection `counter-definitions` (reference, 9.10), as far as a terminal needs it."""

from typing import Annotated

from terminal_app.clocking.counters import CounterDefinition
from terminal_app.protime.calls import Calls
from terminal_app.protime.collection import Collection
from terminal_app.protime.fields import CleanText, Flag, Id, Lenient, Record, Texts, Version
from terminal_app.protime.scopes import Scope
from terminal_app.protime.source import Source


class CounterDefinitionRecord(Record):
    """A counter definition as the API shows it."""

    id: Id
    change_version: Version = None
    code: CleanText = None
    name: Annotated[Texts | None, Lenient] = None
    friendly_name: Annotated[Texts | None, Lenient] = None
    is_enabled: Flag = None
    unit: CleanText = None

    def as_counter(self) -> CounterDefinition:
        """As the terminal keeps it; a flag that is missing is not set."""
        friendly = self.friendly_name if self.friendly_name and not self.friendly_name.is_empty else self.name
        return CounterDefinition(
            id=self.id,
            code=self.code,
            name=(friendly or Texts()).as_text(self.code or str(self.id)),
            unit=self.unit or "Unknown",
            is_enabled=bool(self.is_enabled),
        )


def counter_definitions(calls: Calls) -> Source[CounterDefinitionRecord, CounterDefinition]:
    """Every definition, usable or not."""
    collection = Collection(
        "counter-definitions", CounterDefinitionRecord, Scope.COUNTER_DEFINITIONS_READ, has_delta=True
    )
    return Source(calls, collection, CounterDefinitionRecord.as_counter)
