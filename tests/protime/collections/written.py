"""The classes of what is sent, by the name of the schema in docs/openapi.yaml."""

from terminal_app.protime.collections.activities import NewActivityDefinition, NewRestriction, NewUsage, UsageChange
from terminal_app.protime.collections.assignments import NewAssignment
from terminal_app.protime.collections.clockings import NewClocking
from terminal_app.protime.new_record import NewRecord

WRITTEN: dict[str, type[NewRecord]] = {
    "ClockingCreate": NewClocking,
    "AssignmentWrite": NewAssignment,
    "ActivityDefinitionWrite": NewActivityDefinition,
    "Usage": NewUsage,
    "UsageUpdate": UsageChange,
    "Restriction": NewRestriction,
}
