"""The scopes of the API (reference, section 2): `.read` covers every GET of a collection, `.write` the rest."""

from collections.abc import Iterable
from enum import StrEnum

SCOPE_PREFIX = "connector-protimeapi-"


class Scope(StrEnum):
    """A scope without its prefix; ask for those that are used, and no others."""

    CLOCKINGS_READ = "clockings.read"
    CLOCKINGS_WRITE = "clockings.write"
    ACCESS_CLOCKINGS_READ = "access-clockings.read"
    PEOPLE_READ = "people.read"
    PEOPLE_HISTORY_READ = "people-historical-data.read"
    """For histories, where `people.read` is not granted."""
    CONTRACTS_READ = "contracts.read"
    ABSENCES_READ = "absences.read"
    ABSENCE_DEFINITIONS_READ = "absence-definitions.read"
    ABSENCE_GROUPS_READ = "absence-groups.read"
    ACTIVITY_DEFINITIONS_READ = "activity-definitions.read"
    ACTIVITY_DEFINITIONS_WRITE = "activity-definitions.write"
    ACTIVITY_DURATIONS_READ = "activity-durations.read"
    COUNTERS_READ = "counters.read"
    COUNTER_DEFINITIONS_READ = "counter-definitions.read"
    COUNTER_GROUPS_READ = "counter-groups.read"
    CALCULATED_TOTALS_READ = "calculated-totals.read"
    """For paid presences too."""
    BREAKS_READ = "breaks.read"
    BREAK_DEFINITIONS_READ = "break-definitions.read"
    WORK_INTERRUPTIONS_READ = "work-interruptions.read"
    SHIFT_DEFINITIONS_READ = "shift-definitions.read"
    ASSIGNMENTS_READ = "assignments.read"
    ASSIGNMENTS_WRITE = "assignments.write"
    DEPARTMENTS_READ = "departments.read"
    EMPLOYERS_READ = "employers.read"
    JOBS_READ = "jobs.read"
    JOB_CATEGORIES_READ = "job-categories.read"
    SECTORS_READ = "sectors.read"
    WORK_LOCATIONS_READ = "work-locations.read"
    WEBHOOKS_READ = "webhooks.read"
    WEBHOOKS_WRITE = "webhooks.write"
    EXTERNAL_REFERENCES_READ = "external-references.read"
    EXTERNAL_REFERENCES_WRITE = "external-references.write"


def scope_text(scopes: Iterable[str]) -> str:
    """The scopes as a request for a token names them."""
    return " ".join(SCOPE_PREFIX + scope for scope in scopes)


def granted_in(text: object, requested: Iterable[str]) -> frozenset[str] | None:
    """Which of the requested scopes the token's answer says were granted; None when it does not say.

    An answer that names not one of them is in a form that is not known, and says nothing.
    """
    if not isinstance(text, str):
        return None
    named = {one.removeprefix(SCOPE_PREFIX) for one in text.split()}
    return frozenset(named & set(requested)) or None
