"""The Protime API as the courier uses it, put together from the settings."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date, timedelta
from types import TracebackType
from typing import Self

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition
from terminal_app.clocking.counters import Balance, CounterDefinition, DayClocking
from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Versioned
from terminal_app.protime.absence_definitions import absence_definitions
from terminal_app.protime.activity_definitions import Activities
from terminal_app.protime.calls import Calls
from terminal_app.protime.circles import members_of_circle
from terminal_app.protime.clockings import Clockings
from terminal_app.protime.counter_definitions import counter_definitions
from terminal_app.protime.days_of_people import counter_sums, day_clockings, flextime_balances
from terminal_app.protime.errors import TlsUnusable
from terminal_app.protime.people import owner_of_badge, people
from terminal_app.protime.scopes import Scope
from terminal_app.protime.source import Delta, Listing
from terminal_app.protime.throttle import Throttle
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Transport
from terminal_app.settings import DeliverySettings, ProtimeSettings, SynchronisationSettings
from terminal_app.settings_choices import SynchronisationMode
from terminal_app.settings_errors import SettingsError

_DELIVERY_SCOPES = (Scope.CLOCKINGS_WRITE, Scope.CLOCKINGS_READ, Scope.PEOPLE_READ)
"""People, for whose badge it is after an unknown outcome."""


def scopes_for(protime: ProtimeSettings, synchronisation: SynchronisationSettings) -> tuple[Scope, ...]:
    """The scopes that these settings need, and no others."""
    if synchronisation.mode is SynchronisationMode.OFF:
        return _DELIVERY_SCOPES
    wanted = {
        Scope.ABSENCE_DEFINITIONS_READ: True,
        Scope.ACTIVITY_DEFINITIONS_READ: protime.activity_structure is not None,
        Scope.CONTRACTS_READ: synchronisation.circle is not None,
        Scope.CALCULATED_TOTALS_READ: synchronisation.balances,
        Scope.COUNTER_DEFINITIONS_READ: bool(synchronisation.counters),
        Scope.COUNTERS_READ: bool(synchronisation.counters),
    }
    return (*_DELIVERY_SCOPES, *(scope for scope, is_wanted in wanted.items() if is_wanted))


class ProtimeApi:
    """One tenant's API; to be entered as a context, which closes the connections."""

    def __init__(
        self,
        protime: ProtimeSettings,
        delivery: DeliverySettings,
        secret: str,
        *,
        synchronisation: SynchronisationSettings | None = None,
        terminal_code: str | None = None,
        on_hold: Callable[[timedelta], object] = lambda _: None,
        on_date: Callable[[str, float], object] = lambda *_: None,
    ) -> None:
        """Prepare; nothing is sent yet. `terminal_code` is the `@external-code` that goes with each clocking.

        `on_hold` is told each time that the server asks to wait: how long nobody will call; `on_date` what time the
        server tells with each answer (transport). Raises SettingsError when `protime.ca_file` cannot be used.
        """
        self._protime = protime
        self._synchronisation = synchronisation or SynchronisationSettings()
        try:
            self._transport = Transport(
                protime.company or protime.tenant,
                delivery.request_seconds,
                ca_file=protime.ca_file,
                proxy=protime.proxy,
                on_date=on_date,
            )
        except TlsUnusable as error:
            raise SettingsError(f"[protime] ca_file: {error}") from None
        tokens = TokenSource(
            self._transport,
            token_url=protime.token_url,
            client_id=protime.client_id,
            client_secret=secret,
            scopes=scopes_for(protime, self._synchronisation),
        )
        self._calls = Calls(self._transport, tokens, protime.api_url, Throttle(on_hold))
        self.clockings = Clockings(self._calls, reference_name=protime.person_reference, terminal_code=terminal_code)

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)

    @property
    def missing_scopes(self) -> frozenset[str]:
        """The scopes that Protime has not granted, as far as the last token tells; only their functions are off."""
        return self._calls.missing_scopes

    def people(
        self, *, terminal_groups: Container[int] | None = None, members: Container[int] | None = None
    ) -> Delta[Person]:
        """Everybody, or only those of these terminal groups and among these members."""
        return people(self._calls, self._protime.person_reference, terminal_groups=terminal_groups, members=members)

    async def members_of_circle(self, circle: int) -> frozenset[int]:
        """The ids of the people in a circle. Raises ProtimeError."""
        return await members_of_circle(self._calls, circle)

    async def owner_of_badge(self, badge_number: str) -> int | None:
        """The id of the person who has a badge now; None: nobody. Raises ProtimeError."""
        return await owner_of_badge(self._calls, badge_number)

    def absence_definitions(self) -> Delta[ReasonDefinition]:
        """Every absence definition."""
        return absence_definitions(self._calls)

    def activity_definitions(self) -> Listing[ActivityDefinition]:
        """Every activity definition of the structure's levels; none without a structure."""
        return Activities(
            self._calls,
            self._protime.activity_structure,
            self._protime.activity_levels,
            with_usages=self._synchronisation.usages,
        )

    def counter_definitions(self) -> Delta[CounterDefinition]:
        """Every counter definition."""
        return counter_definitions(self._calls)

    async def flextime_balances(self, people: Sequence[int], first: date, last: date) -> list[Balance]:
        """The balance after the latest of these days that has one, of each person. Raises ProtimeError."""
        return await flextime_balances(self._calls, people, first, last)

    async def counter_sums(
        self, people: Sequence[int], counters: Mapping[int, tuple[str, str]], first: date, last: date
    ) -> list[Balance]:
        """The sums of the latest of these days; `counters` has code and unit of each by id. Raises ProtimeError."""
        return await counter_sums(self._calls, people, counters, first, last)

    async def day_clockings(self, people: Sequence[int], first: date, last: date) -> list[Versioned[DayClocking]]:
        """The clockings of these people from `first` to `last`. Raises ProtimeError."""
        return await day_clockings(self._calls, people, first, last)
