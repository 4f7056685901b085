"""Every collection with integer ids, a few lines each: what its list is filtered by and which references it offers."""

from terminal_app.simulator.clocking_source import ClockingSource
from terminal_app.simulator.collection import Collection
from terminal_app.simulator.list_filter import BOOLEAN, NUMBER, ListFilter, dated, one_of, optional
from terminal_app.simulator.state import State

CATALOGS = ("departments", "employers", "jobs", "job-categories", "sectors", "work-locations")
WEBHOOKS = (
    "absences", "absence-definitions", "absence-groups", "access-clockings", "activity-durations", "assignments",
    "break-definitions", "breaks", "calculated-totals", "clockings", "contracts", "counters", "counter-definitions",
    "counter-groups", "paid-presences", "people", "shift-definitions", "work-interruptions",
)  # fmt: skip
"""The collections that have webhooks and deltas (reference section 7)."""

_KIND = one_of("InOut", "Reason", "Activity", "ActivityEnd")
_STATUS = one_of("Unknown", "Auto", "Manual", "Calendar")
_ACTIVITIES, _ABSENCES = "activity-definitions", "absence-definitions"
_COUNTERS, _SHIFTS = "counter-definitions", "shift-definitions"


def collections(state: State) -> list[Collection]:
    """All of them; those of the catalogs have no delta."""
    catalogs = [_simple(state, name, has_delta=False) for name in CATALOGS]
    return [
        *catalogs,
        *(_simple(state, name) for name in ("absence-groups", "counter-groups", "break-definitions", _SHIFTS)),
        *_of_people(state),
        *_of_days(state),
        *_derived(state),
    ]


def _simple(state: State, name: str, *, has_delta: bool = True) -> Collection:
    return Collection(
        name, state.records[name], references_of_one=(name,), own=state.references[name], has_delta=has_delta
    )


def _of_people(state: State) -> list[Collection]:
    return [
        # The filters of this list are not documented, so no field is accepted.
        Collection("people", state.people, optional(), ("people",), ("people",), state.references["people"]),
        Collection(
            "contracts",
            state.records["contracts"],
            optional(person=("person.id", NUMBER)),
            ("contracts", "people"),
            ("contracts", "people"),
            state.references["contracts"],
        ),
        Collection(
            _ABSENCES,
            state.records[_ABSENCES],
            ListFilter(),
            ("absence-groups",),
            ("absence-groups", _ABSENCES),
            state.references[_ABSENCES],
        ),
        Collection(
            _COUNTERS,
            state.records[_COUNTERS],
            optional(counter_group=("counterGroup.id", NUMBER), enabled=("isEnabled", BOOLEAN)),
            ("counter-groups",),
            ("counter-groups", _COUNTERS),
            state.references[_COUNTERS],
        ),
    ]


def _of_days(state: State) -> list[Collection]:
    clockings = ("people", "terminals", _ACTIVITIES, _ABSENCES)
    absences = ("people", _ABSENCES, _SHIFTS)
    assignments = ("people", _ACTIVITIES)
    access = ("people", "terminals")
    records = state.records
    return [
        Collection("clockings", ClockingSource(state), dated(kind=("kind", _KIND)), clockings, clockings, is_kept=True),
        Collection("access-clockings", records["access-clockings"], dated(), access, access),
        Collection("absences", records["absences"], dated(), absences, absences),
        Collection("assignments", records["assignments"], dated(path="from"), assignments, assignments),
    ]


def _derived(state: State) -> list[Collection]:
    records = state.records
    totals = ("people", _SHIFTS)
    scope = "calculated-totals.read"
    counters = ("people", _SHIFTS, _COUNTERS)
    by_definition = ("counterDefinition.id", NUMBER)
    of_counters = dated(counter_definition=by_definition, counter_definitions=by_definition, status=("status", _STATUS))
    durations = ("people", _ACTIVITIES, _ABSENCES, _COUNTERS, _SHIFTS)
    breaks = ("people", "break-definitions")
    return [
        Collection("calculated-totals", records["calculated-totals"], dated(), totals, totals, scope=scope),
        Collection("paid-presences", records["paid-presences"], dated(), totals, totals, scope=scope),
        Collection("counters", records["counters"], of_counters, counters, counters),
        Collection("activity-durations", records["activity-durations"], dated(), durations, durations),
        Collection("breaks", records["breaks"], dated(), breaks, breaks),
        Collection("work-interruptions", records["work-interruptions"], dated(), ("people",), ("people",)),
    ]
