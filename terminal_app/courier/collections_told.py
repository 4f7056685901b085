"""Which collections are kept up to date by webhooks, as far as the settings want them, and how."""

from collections.abc import Callable, Sequence
from functools import partial

from terminal_app.courier.days_of_people import DaysOfPeople
from terminal_app.courier.people_wanted import PeopleWanted
from terminal_app.courier.storage import Storage
from terminal_app.courier.webhook_changes import Taken, Taker, taken
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.days_of_people import told_clockings
from terminal_app.protime.source import Delta
from terminal_app.roster.tables import Collection, Kept
from terminal_app.settings import SynchronisationSettings
from terminal_app.webhook_receiver.collections import Received


def collections_told(
    api: ProtimeApi, people: PeopleWanted, days: DaysOfPeople, storage: Storage, settings: SynchronisationSettings
) -> dict[Received, Taker]:
    """How each is taken, in every mode of synchronisation. There are no webhooks of activity definitions."""

    def of(collection: Collection, source: Callable[[], Delta[Kept]]) -> Taker:
        return Taker(partial(_take, storage, collection, source))

    takers = {
        Received.PEOPLE: Taker(
            partial(_take, storage, Collection.PEOPLE, lambda: people.source), lambda: people.is_known
        ),
        Received.ABSENCE_DEFINITIONS: of(Collection.REASONS, api.absence_definitions),
    }
    if settings.counters:
        takers[Received.COUNTER_DEFINITIONS] = of(Collection.COUNTERS, api.counter_definitions)
    if days.keeps_clockings:
        takers[Received.CLOCKINGS] = Taker(partial(_take_clockings, days))
    return takers


async def _take(
    storage: Storage, collection: Collection, source: Callable[[], Delta[Kept]], items: Sequence[object]
) -> Taken:
    found = source().told(items)
    changes = await storage.run(
        lambda files: files.roster_writer.take_changes(collection, found.records, found.removed)
    )
    return taken(items, found, changes)


async def _take_clockings(days: DaysOfPeople, items: Sequence[object]) -> Taken:
    found = told_clockings(items)
    return taken(items, found, await days.take_clockings(found.records, found.removed))
