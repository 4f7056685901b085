"""What one simulated tenant is made of: names, credentials, sizes."""

from dataclasses import dataclass, field

BASE_PATH = "/connector/protimeapi/api/v1"

LONGEST_HISTORY = 800

ALL_SCOPES = frozenset(
    f"connector-protimeapi-{name}"
    for name in (
        "absence-definitions.read",
        "absence-groups.read",
        "absences.read",
        "access-clockings.read",
        "activity-definitions.read",
        "activity-definitions.write",
        "activity-durations.read",
        "assignments.read",
        "assignments.write",
        "break-definitions.read",
        "breaks.read",
        "calculated-totals.read",
        "clockings.read",
        "clockings.write",
        "contracts.read",
        "counter-definitions.read",
        "counter-groups.read",
        "counters.read",
        "departments.read",
        "employers.read",
        "external-references.read",
        "external-references.write",
        "job-categories.read",
        "jobs.read",
        "people-historical-data.read",
        "people.read",
        "sectors.read",
        "shift-definitions.read",
        "webhooks.read",
        "webhooks.write",
        "work-interruptions.read",
        "work-locations.read",
    )
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The tenant, its one client and the sizes the server chooses.

    Attributes:
        tenant: The name in the token address; another one answers 404.
        client_id: The only client known.
        client_secret: Its secret.
        scopes: What this client may ask for; a token for anything else is refused with `invalid_scope`.
        terminals: External codes of the terminals the server knows; ids are 1, 2, ... in this order.
        page_size: Records on one page of a list, at least 1 (the API has no parameter for it).
        seed: Another one gives other names, languages, PINs, entries and days; ids and badges stay.
        history_days: For so many days before the start everybody has clockings, totals, breaks, counters, absences,
            access clockings and assignments (the last two and absences up to 30 days ahead as well). 0 = none.
        uses_planning: The tenant uses Planning Flex or Shift: assignments cannot be written (403).
    """

    tenant: str = "acme"
    client_id: str = "demo-terminal"
    client_secret: str = field(default="demo-secret", repr=False)
    scopes: frozenset[str] = ALL_SCOPES
    terminals: tuple[str, ...] = ("GATE-1", "GATE-2")
    page_size: int = 500
    seed: int = 0
    history_days: int = 0
    uses_planning: bool = False

    def __post_init__(self) -> None:
        if self.page_size < 1:
            raise ValueError(f"page_size is at least 1, not {self.page_size}")
        if not 0 <= self.history_days <= LONGEST_HISTORY:
            raise ValueError(f"history_days is 0 to {LONGEST_HISTORY}, not {self.history_days}")
