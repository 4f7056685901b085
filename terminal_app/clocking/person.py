"""The people whom the terminal knows, and whether they may clock today."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """All that a terminal keeps of a person (reference, 9.3: the record has far more)."""

    id: int
    first_name: str
    last_name: str
    badge_number: str
    language: str | None
    """ISO code of `terminalLanguageISOCode`, lower case, as "nl"."""
    in_service_from: date | None
    in_service_until: date | None
    """Last day of service; None: no end."""
    terminal_group_id: int | None
    reference: str | None = None
    """Value of the external reference under which clockings are sent, where that is not the badge number."""

    @property
    def name(self) -> str:
        """As greeted."""
        return f"{self.first_name} {self.last_name}".strip()


def in_service(person: Person, day: date) -> bool:
    """Whether `day` lies within the person's service, both ends included."""
    return (person.in_service_from is None or person.in_service_from <= day) and (
        person.in_service_until is None or day <= person.in_service_until
    )


def person_of_badge(candidates: list[Person], day: date) -> Person | None:
    """Whose badge it is on `day`, of the people who have its number.

    A badge that passed from a leaver to a newcomer belongs to the one in service. None when nobody has it, or when
    two people in service do: then only HR can say.
    """
    serving = [person for person in candidates if in_service(person, day)]
    if len(serving) == 1:
        return serving[0]
    return candidates[0] if not serving and len(candidates) == 1 else None
