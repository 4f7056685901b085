"""The Protime API as the courier uses it, put together from the settings."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition
from terminal_app.clocking.person import Person
from terminal_app.protime.absence_definitions import absence_definitions
from terminal_app.protime.activity_definitions import activity_definitions
from terminal_app.protime.calls import Calls
from terminal_app.protime.clockings import Clockings
from terminal_app.protime.errors import TlsUnusable
from terminal_app.protime.people import owner_of_badge, people
from terminal_app.protime.scopes import Scope
from terminal_app.protime.throttle import Throttle
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Transport
from terminal_app.settings import DeliverySettings, ProtimeSettings
from terminal_app.settings_errors import SettingsError

_SCOPES = (Scope.CLOCKINGS_WRITE, Scope.CLOCKINGS_READ, Scope.PEOPLE_READ, Scope.ABSENCE_DEFINITIONS_READ)


class ProtimeApi:
    """One tenant's API; to be entered as a context, which closes the connections."""

    def __init__(
        self,
        protime: ProtimeSettings,
        delivery: DeliverySettings,
        secret: str,
        *,
        terminal_code: str | None = None,
        on_hold: Callable[[timedelta], object] = lambda _: None,
    ) -> None:
        """Prepare; nothing is sent yet. `terminal_code` is the `@external-code` that goes with each clocking.

        `on_hold` is told each time that the server asks to wait: how long nobody will call. Raises SettingsError when
        `protime.ca_file` cannot be used.
        """
        self._protime = protime
        try:
            self._transport = Transport(
                protime.company or protime.tenant,
                delivery.request_seconds,
                ca_file=protime.ca_file,
                proxy=protime.proxy,
            )
        except TlsUnusable as error:
            raise SettingsError(f"[protime] ca_file: {error}") from None
        scopes = (*_SCOPES, Scope.ACTIVITY_DEFINITIONS_READ) if protime.activity_structure else _SCOPES
        tokens = TokenSource(
            self._transport,
            token_url=protime.token_url,
            client_id=protime.client_id,
            client_secret=secret,
            scopes=scopes,
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

    def people(self) -> AsyncIterator[list[Person]]:
        """Everybody, page by page."""
        return people(self._calls, self._protime.person_reference)

    async def owner_of_badge(self, badge_number: str) -> int | None:
        """The id of the person who has a badge now; None: nobody. Raises ProtimeError."""
        return await owner_of_badge(self._calls, badge_number)

    def absence_definitions(self) -> AsyncIterator[list[ReasonDefinition]]:
        """Every absence definition, page by page."""
        return absence_definitions(self._calls)

    def activity_definitions(self) -> AsyncIterator[list[ActivityDefinition]]:
        """Every activity definition of the structure's levels, page by page; none without a structure."""
        if self._protime.activity_structure is None:
            return _nothing()
        return activity_definitions(self._calls, self._protime.activity_structure, self._protime.activity_levels)


async def _nothing() -> AsyncIterator[list[ActivityDefinition]]:
    no_pages: list[list[ActivityDefinition]] = []
    for page in no_pages:
        yield page
