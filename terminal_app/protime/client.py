"""The Protime API as a library: all of its collections, from plain values (docs/protime-client.md).

async with ProtimeClient(tenant="acme", client_id="...", client_secret="...", scopes=[Scope.PEOPLE_READ]) as protime:
async for person in protime.people.records():
...
"""

import re
from collections.abc import AsyncIterator, Iterable
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from terminal_app.protime.calls import Calls
from terminal_app.protime.collection import Collection, Readings
from terminal_app.protime.collections.absences import ABSENCE_DEFINITIONS, ABSENCE_GROUPS, ABSENCES
from terminal_app.protime.collections.access_clockings import ACCESS_CLOCKINGS
from terminal_app.protime.collections.activities import ActivityDefinitions
from terminal_app.protime.collections.activity_durations import ACTIVITY_DURATIONS
from terminal_app.protime.collections.assignments import Assignments
from terminal_app.protime.collections.breaks import BREAK_DEFINITIONS, BREAKS, WORK_INTERRUPTIONS
from terminal_app.protime.collections.catalogs import (
    DEPARTMENTS,
    EMPLOYERS,
    JOB_CATEGORIES,
    JOBS,
    SECTORS,
    WORK_LOCATIONS,
)
from terminal_app.protime.collections.clockings import Clockings
from terminal_app.protime.collections.contracts import CONTRACTS
from terminal_app.protime.collections.counters import COUNTER_DEFINITIONS, COUNTER_GROUPS, COUNTERS
from terminal_app.protime.collections.custom_references import Assumed, CustomReferences
from terminal_app.protime.collections.people import HistoryCategory, HistoryEntry, People, histories
from terminal_app.protime.collections.shift_definitions import SHIFT_DEFINITIONS
from terminal_app.protime.collections.totals import CALCULATED_TOTALS, PAID_PRESENCES
from terminal_app.protime.collections.webhooks import KEY_PROPERTIES, Webhooks
from terminal_app.protime.delta import DeltaPage, begin, go_on
from terminal_app.protime.fields import Record
from terminal_app.protime.scopes import Scope
from terminal_app.protime.throttle import Throttle
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import SERVICE, Transport
from terminal_app.settings_choices import ENVIRONMENT_HOSTS, Environment

R = TypeVar("R", bound=Record)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)


class ProtimeClient:
    """One tenant's API; to be entered as a context, which closes the connections."""

    def __init__(
        self,
        *,
        tenant: str,
        client_id: str,
        client_secret: str,
        scopes: Iterable[Scope],
        company: str | None = None,
        service: str = SERVICE,
        environment: Environment = Environment.PRODUCTION,
        base_url: str | None = None,
        authentication_url: str | None = None,
        discover: bool = False,
        request_seconds: float = 10.0,
        ca_file: Path | None = None,
        proxy: str | None = None,
        throttle: Throttle | None = None,
        history_scope: Scope = Scope.PEOPLE_READ,
        webhook_key_properties: Iterable[str] = KEY_PROPERTIES,
        custom_references: Assumed | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            tenant: First label of the company's myProtime address.
            client_id: OAuth client id.
            client_secret: OAuth client secret; never shown.
            scopes: Those of the functions that are used; each costs only its own function when it is not granted.
            company: For the User-Agent; the tenant, where it is left out.
            service: `Name/version` for the User-Agent: a different one for each service, as Protime asks.
            environment: Production or sandbox.
            base_url: Instead of https://<tenant>.<environment host>; plain http for loopback only.
            authentication_url: Instead of https://authentication.<environment host>.
            discover: Whether to look the token endpoint up by OpenID Connect discovery.
            request_seconds: Longest time of one request, from start to end.
            ca_file: Certificates (PEM) of authorities that are trusted besides the usual ones.
            proxy: Such as http://proxy.acme.example:3128.
            throttle: To share the limit with other clients of the same tenant in this process.
            history_scope: `people-historical-data.read` where only that is granted.
            webhook_key_properties: Where the private key of a new webhook is looked for.
            custom_references: Another form of the endpoints that manage custom references; all of it is assumed.

        Raises:
            TlsUnusable: When `ca_file` holds no certificates.
            ValueError: When `tenant` is not one label of a host's name: it would lead the secret elsewhere.
        """
        if not _LABEL.fullmatch(tenant):
            raise ValueError("tenant is the first label of the company's myProtime address: letters, digits, hyphens")
        host = ENVIRONMENT_HOSTS[environment]
        api_url = (base_url or f"https://{tenant}.{host}").rstrip("/")
        authentication = (authentication_url or f"https://authentication.{host}").rstrip("/")
        self._transport = Transport(company or tenant, request_seconds, service=service, ca_file=ca_file, proxy=proxy)
        tokens = TokenSource(
            self._transport,
            token_url=f"{authentication}/tenants/{tenant}/connect/token",
            client_id=client_id,
            client_secret=client_secret,
            scopes=tuple(scopes),
            discover=discover,
        )
        calls = self._calls = Calls(self._transport, tokens, api_url, throttle)
        self._history_scope = history_scope
        self.clockings = Clockings(calls)
        self.access_clockings = Readings(calls, ACCESS_CLOCKINGS)
        self.people = People(calls, history_scope)
        self.contracts = Readings(calls, CONTRACTS)
        self.departments = Readings(calls, DEPARTMENTS)
        self.employers = Readings(calls, EMPLOYERS)
        self.jobs = Readings(calls, JOBS)
        self.job_categories = Readings(calls, JOB_CATEGORIES)
        self.sectors = Readings(calls, SECTORS)
        self.work_locations = Readings(calls, WORK_LOCATIONS)
        self.absence_definitions = Readings(calls, ABSENCE_DEFINITIONS)
        self.absence_groups = Readings(calls, ABSENCE_GROUPS)
        self.absences = Readings(calls, ABSENCES)
        self.activity_durations = Readings(calls, ACTIVITY_DURATIONS)
        self.counters = Readings(calls, COUNTERS)
        self.counter_definitions = Readings(calls, COUNTER_DEFINITIONS)
        self.counter_groups = Readings(calls, COUNTER_GROUPS)
        self.calculated_totals = Readings(calls, CALCULATED_TOTALS)
        self.paid_presences = Readings(calls, PAID_PRESENCES)
        self.breaks = Readings(calls, BREAKS)
        self.break_definitions = Readings(calls, BREAK_DEFINITIONS)
        self.work_interruptions = Readings(calls, WORK_INTERRUPTIONS)
        self.shift_definitions = Readings(calls, SHIFT_DEFINITIONS)
        self.assignments = Assignments(calls)
        self.webhooks = Webhooks(calls, webhook_key_properties)
        self.custom_references = CustomReferences(calls, custom_references)

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)

    @property
    def missing_scopes(self) -> frozenset[str]:
        """The scopes that were not granted, as far as the last token tells."""
        return self._calls.missing_scopes

    def activities(self, structure: str, level: int) -> ActivityDefinitions:
        """The activity definitions of a level of a structure, which is named by its GUID."""
        return ActivityDefinitions(self._calls, structure, level)

    def histories(self, category: HistoryCategory) -> Readings[HistoryEntry]:
        """What everybody belonged to, and when."""
        return Readings(self._calls, histories(category, self._history_scope))

    def begin_delta(
        self, collection: Collection[R], *, since: date | None = None, references: Iterable[tuple[str, str]] = ()
    ) -> AsyncIterator[DeltaPage[R]]:
        """Begin a delta (`delta.begin`): of `protime.people.collection`, say."""
        return begin(self._calls, collection, since=since, references=references)

    def go_on_with_delta(self, collection: Collection[R], token: str) -> AsyncIterator[DeltaPage[R]]:
        """The changes since `token` was given (`delta.go_on`)."""
        return go_on(self._calls, collection, token)
