"""The collection `absence-definitions` (reference, 9.7): the reasons of clockings are among them."""

from typing import Annotated

from terminal_app.clocking.choices import ReasonDefinition
from terminal_app.protime.calls import Calls
from terminal_app.protime.collection import Collection
from terminal_app.protime.fields import CleanText, Flag, Id, Lenient, Record, Texts, Version
from terminal_app.protime.scopes import Scope
from terminal_app.protime.source import Source


class AbsenceDefinitionRecord(Record):
    """An absence definition as the API shows it."""

    id: Id
    change_version: Version = None
    code: CleanText = None
    name: Annotated[Texts | None, Lenient] = None
    friendly_name: Annotated[Texts | None, Lenient] = None
    is_enabled: Flag = None
    is_reason_for_clocking: Flag = None

    def as_reason(self) -> ReasonDefinition:
        """As the terminal keeps it; a flag that is missing is not set."""
        friendly = self.friendly_name if self.friendly_name and not self.friendly_name.is_empty else self.name
        otherwise = self.code or str(self.id)
        return ReasonDefinition(
            id=self.id,
            code=self.code,
            name=(friendly or Texts()).as_text(otherwise),
            is_enabled=bool(self.is_enabled),
            is_reason_for_clocking=bool(self.is_reason_for_clocking),
        )


def absence_definitions(calls: Calls) -> Source[AbsenceDefinitionRecord, ReasonDefinition]:
    """Every definition, usable or not."""
    collection = Collection(
        "absence-definitions", AbsenceDefinitionRecord, Scope.ABSENCE_DEFINITIONS_READ, has_delta=True
    )
    return Source(calls, collection, AbsenceDefinitionRecord.as_reason)
