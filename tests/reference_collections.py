"""What the reference says of each collection as a whole (its sections 2, 5 to 9): for the client and the simulator."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CollectionRule:
    """One collection with ids of its own."""

    scope: str
    filter: str = "none"
    """What the list takes: "date" (required), "optional", "none"."""
    fields: tuple[str, ...] = ()
    """Of the filter, as examples that it takes."""
    offers: tuple[str, ...] = ()
    """External references that the list offers, as collection and name."""
    by: tuple[str, ...] = ()
    """External references by which one record is addressed."""
    has_delta: bool = True


PEOPLE = "(people,@badge-number)"
TERMINALS = "(terminals,@external-code)"
ACTIVITIES = "(activity-definitions,@data-entry-code)"
ABSENCES = "(absence-definitions,@absence-code)"
COUNTERS = "(counter-definitions,@counter-code)"
SHIFTS = "(shift-definitions,@shift-code)"
OFFERS = (PEOPLE, TERMINALS, ACTIVITIES, ABSENCES, COUNTERS, SHIFTS)
PERSON = "person in (1,2)"

COLLECTIONS = {
    "clockings": CollectionRule(
        "clockings.read", "date", (PERSON, "kind eq 'InOut'"), (PEOPLE, TERMINALS, ACTIVITIES, ABSENCES)
    ),
    "access-clockings": CollectionRule("access-clockings.read", "date", (PERSON,), (PEOPLE, TERMINALS)),
    "people": CollectionRule("people.read", "optional", (), (PEOPLE,), ("@badge-number", "@employee-number", "HRMID")),
    "contracts": CollectionRule("contracts.read", "optional", (PERSON,), (PEOPLE,)),
    "absence-definitions": CollectionRule("absence-definitions.read", by=("@absence-code",)),
    "absence-groups": CollectionRule("absence-groups.read"),
    "absences": CollectionRule("absences.read", "date", (PERSON,), (PEOPLE, ABSENCES, SHIFTS)),
    "activity-durations": CollectionRule(
        "activity-durations.read", "date", (PERSON,), (PEOPLE, ACTIVITIES, ABSENCES, COUNTERS, SHIFTS)
    ),
    "counters": CollectionRule(
        "counters.read",
        "date",
        (PERSON, "counter-definition eq 1", "counter-definitions eq 1", "status eq 'Auto'"),
        (PEOPLE, SHIFTS, COUNTERS),
    ),
    "counter-definitions": CollectionRule(
        "counter-definitions.read", "optional", ("counter-group eq 1", "enabled eq true"), by=("@counter-code",)
    ),
    "counter-groups": CollectionRule("counter-groups.read"),
    "calculated-totals": CollectionRule("calculated-totals.read", "date", (PERSON,), (PEOPLE, SHIFTS)),
    "paid-presences": CollectionRule("calculated-totals.read", "date", (PERSON,), (PEOPLE, SHIFTS)),
    "breaks": CollectionRule("breaks.read", "date", (PERSON,), (PEOPLE,)),
    "break-definitions": CollectionRule("break-definitions.read"),
    "work-interruptions": CollectionRule("work-interruptions.read", "date", (PERSON,), (PEOPLE,)),
    "shift-definitions": CollectionRule("shift-definitions.read", by=("@shift-code",)),
    "assignments": CollectionRule("assignments.read", "date", (PERSON,), (PEOPLE, ACTIVITIES)),
    "departments": CollectionRule("departments.read", has_delta=False),
    "employers": CollectionRule("employers.read", has_delta=False),
    "jobs": CollectionRule("jobs.read", has_delta=False),
    "job-categories": CollectionRule("job-categories.read", has_delta=False),
    "sectors": CollectionRule("sectors.read", has_delta=False),
    "work-locations": CollectionRule("work-locations.read", has_delta=False),
}
BY_ID_ONLY = {name for name, rule in COLLECTIONS.items() if rule.filter == "date"}
PREDEFINED = {
    "people": {"@badge-number", "@employee-number"},
    "terminals": {"@external-code"},
    "activity-definitions": {"@data-entry-code", "@external-reference"},
    "absence-definitions": {"@absence-code"},
    "counter-definitions": {"@counter-code"},
    "shift-definitions": {"@shift-code"},
}
