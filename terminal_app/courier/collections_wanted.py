"""Which collections the settings want, and which of their records."""

import hashlib
from functools import partial

from terminal_app.courier.collection_reading import Choice, CollectionReading
from terminal_app.courier.people_wanted import PeopleWanted
from terminal_app.courier.storage import Storage
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.source import Delta
from terminal_app.roster.tables import Collection, Kept
from terminal_app.settings import ProtimeSettings, Settings, SynchronisationSettings
from terminal_app.settings_choices import SynchronisationMode
from terminal_app.timekeeping.clock import Clock


def collections_wanted(
    api: ProtimeApi, people: PeopleWanted, storage: Storage, clock: Clock, settings: Settings
) -> list[CollectionReading]:
    """The readings in their order: people first, for nobody can clock without them."""
    wanted = settings.synchronisation
    if wanted.mode is SynchronisationMode.OFF:
        return []
    reading = partial(CollectionReading, storage=storage, clock=clock)
    found = [
        reading("people", Collection.PEOPLE, partial(_people, people, wanted)),
        reading("absence-definitions", Collection.REASONS, partial(_reasons, api, wanted)),
        reading("activity-definitions", Collection.ACTIVITIES, partial(_activities, api, settings.protime, wanted)),
    ]
    if wanted.counters:
        found.append(reading("counter-definitions", Collection.COUNTERS, partial(_counters, api, wanted)))
    return found


async def _people(people: PeopleWanted, settings: SynchronisationSettings) -> Choice:
    await people.read()
    return _choice(people.source, settings, _shape(people.choice))


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
