"""Which people the settings want: of some terminal groups, of a circle, or everybody."""

from terminal_app.clocking.person import Person
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.source import Delta
from terminal_app.settings import ProtimeSettings, SynchronisationSettings


class PeopleWanted:
    """The people of this terminal; who is in the circle is as it was last read."""

    def __init__(self, api: ProtimeApi, protime: ProtimeSettings, settings: SynchronisationSettings) -> None:
        self._api = api
        self._reference_name = protime.person_reference
        self._groups = frozenset(settings.terminal_groups) if settings.terminal_groups else None
        self._circle = settings.circle
        self._members: frozenset[int] | None = None

    @property
    def is_known(self) -> bool:
        """Whether it can be told of a person: not before a circle was read."""
        return self._circle is None or self._members is not None

    @property
    def choice(self) -> object:
        """Something whose `repr` is another one when others are wanted."""
        return (
            self._reference_name,
            None if self._groups is None else sorted(self._groups),
            None if self._members is None else sorted(self._members),
        )

    @property
    def source(self) -> Delta[Person]:
        """Of these people and of nobody else."""
        return self._api.people(terminal_groups=self._groups, members=self._members)

    async def read(self) -> None:
        """Who is in the circle now, where there is one. Raises ProtimeError."""
        if self._circle is not None:
            self._members = await self._api.members_of_circle(self._circle)
