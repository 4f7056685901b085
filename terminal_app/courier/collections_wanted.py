"""Which collections the settings want, and which of their records."""

import hashlib
from functools import partial

from terminal_app.courier.collection_reading import Choice, CollectionReading
from terminal_app.courier.storage import Storage
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.source import Delta
from terminal_app.roster.tables import Collection, Kept
from terminal_app.settings import ProtimeSettings, SynchronisationMode, SynchronisationSettings
from terminal_app.timekeeping.clock import Clock


def collections_wanted(
    api: ProtimeApi, storage: Storage, clock: Clock, protime: ProtimeSettings, settings: SynchronisationSettings
) -> list[CollectionReading]:
    """The readings in their order: people first, for nobody can clock without them."""
    if settings.mode is SynchronisationMode.OFF:
        return []
    reading = partial(CollectionReading, storage=storage, clock=clock)
    found = [
        reading("people", Collection.PEOPLE, partial(_people, api, protime, settings)),
        reading("absence-definitions", Collection.REASONS, partial(_reasons, api, settings)),
        reading("activity-definitions", Collection.ACTIVITIES, partial(_activities, api, protime, settings)),
    ]
    if settings.counters:
        found.append(reading("counter-definitions", Collection.COUNTERS, partial(_counters, api, settings)))
    return found


async def _people(api: ProtimeApi, protime: ProtimeSettings, settings: SynchronisationSettings) -> Choice:
    groups = frozenset(settings.terminal_groups) if settings.terminal_groups else None
    members = None if settings.circle is None else await api.members_of_circle(settings.circle)
    wanted = (
        protime.person_reference,
        None if groups is None else sorted(groups),
        None if members is None else sorted(members),
    )
    return _choice(api.people(terminal_groups=groups, members=members), settings, _shape(wanted))


async def _reasons(api: ProtimeApi, settings: SynchronisationSettings) -> Choice:
    return _choice(api.absence_definitions(), settings)


async def _counters(api: ProtimeApi, settings: SynchronisationSettings) -> Choice:
    return _choice(api.counter_definitions(), settings)


async def _activities(api: ProtimeApi, protime: ProtimeSettings, settings: SynchronisationSettings) -> Choice:
    wanted = (protime.activity_structure, protime.activity_levels, settings.usages)
    return Choice(api.activity_definitions(), None, _shape(wanted))


def _choice(source: Delta[Kept], settings: SynchronisationSettings, shape: str = "") -> Choice:
    return Choice(source, source if settings.mode is SynchronisationMode.DELTA else None, shape)


def _shape(wanted: object) -> str:
    """A short text that is another one when something else is wanted."""
    return hashlib.sha256(repr(wanted).encode()).hexdigest()[:16]
