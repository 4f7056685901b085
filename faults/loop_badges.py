"""Who has which badge in a simulated world, where people are named by their badges and HR gives badges away."""

import random
from dataclasses import dataclass

PEOPLE = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class _Person:
    badge_number: str | None
    reference: None = None


class Badges:
    """What Protime has, and what the terminal's roster has read of it. Stands in for the roster."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.owners: dict[str, int | None] = {f"badge {one}": one for one in PEOPLE}
        """As Protime has it now."""
        self.first_owners = dict(self.owners)
        self._known = dict(self.owners)

    def move(self) -> None:
        """HR gives one to somebody else, or takes it away; each once, for a minute is too short for more."""
        left = [badge for badge, owner in self.owners.items() if owner == self.first_owners[badge]]
        if left:
            badge = self._chance.choice(left)
            self.owners[badge] = self._chance.choice([one for one in (None, *PEOPLE) if one != self.owners[badge]])

    def read(self) -> None:
        """The roster is brought up to date."""
        self._known = dict(self.owners)

    def person(self, person_id: int) -> _Person:
        """As Roster.person; one who has several badges is known by the latest."""
        badges = [badge for badge, owner in self._known.items() if owner == person_id]
        return _Person(badges[-1] if badges else None)

    def held_by(self, person_id: int) -> str | None:
        """The badge that the kiosk takes for this person's."""
        return self.person(person_id).badge_number
