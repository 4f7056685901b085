"""Received changes through store and roster: in whatever order they come, however often, and wherever it is killed."""

import json
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.clocking.person import Person
from terminal_app.courier.webhook_changes import item_of
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.days_of_people import told_clockings
from terminal_app.roster.look_up import Roster
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.tables import Collection
from terminal_app.settings import DeliverySettings, ProtimeSettings
from terminal_app.webhook_receiver.collections import Received
from terminal_app.webhook_receiver.items import NotADelivery, changes_in
from terminal_app.webhook_receiver.store import WebhookStore

Change = tuple[int, int, bool]
"""Person, version, and whether they are gone."""


@cache
def api() -> ProtimeApi:
    """Nothing is asked of it."""
    return ProtimeApi(ProtimeSettings(tenant="acme", client_id="c"), DeliverySettings(), "secret")


def person(key: int, version: int) -> Person:
    return Person(key, "Anna", f"of {version}", str(key), None, None, None, None, None)


def body(change: Change) -> bytes:
    key, version, is_gone = change
    data: dict[str, object] = {"id": key, "changeVersion": f"{version:020X}"}
    if not is_gone:
        data |= {"firstName": "Anna", "lastName": f"of {version}", "badgeNumber": str(key)}
    return json.dumps({"changeType": "Delete" if is_gone else "InsertOrUpdate", "data": data}).encode()


def apply(store: WebhookStore, writer: RosterWriter, *, is_killed: bool = False) -> int:
    """What the courier does at a look; killed between the roster and the store."""
    waiting = store.pending(2)
    changes = 0
    for name, source, collection in (
        (Received.PEOPLE, api().people(), Collection.PEOPLE),
        (Received.ABSENCE_DEFINITIONS, api().absence_definitions(), Collection.REASONS),
        (Received.COUNTER_DEFINITIONS, api().counter_definitions(), Collection.COUNTERS),
    ):
        found = source.told([item_of(one) for one in waiting if one.collection is name])
        changes += writer.take_changes(collection, found.records, found.removed)
    clockings = told_clockings([item_of(one) for one in waiting if one.collection is Received.CLOCKINGS])
    changes += writer.take_clockings(range(100), clockings.records, clockings.removed)
    if not is_killed:
        store.done(waiting)
    return changes


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Change, str]]:
    kinds = draw(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=10))
    changes = [(key, version, is_gone) for version, (key, is_gone) in enumerate(kinds, start=1)]
    repeated = draw(st.lists(st.sampled_from(changes), max_size=4))
    order = draw(st.permutations(changes + repeated))
    return [(one, draw(st.sampled_from(["", "look", "kill"]))) for one in order]


@settings(max_examples=40, deadline=None)
@given(histories())
def test_the_newest_state_is_in_the_roster_in_the_end(history: list[tuple[Change, str]]) -> None:
    newest: dict[int, Change] = {}
    with tempfile.TemporaryDirectory() as name, closing(Roster(Path(name))) as roster:
        folder = Path(name)
        store, writer = WebhookStore(folder), RosterWriter(folder)
        for change, then in history:
            newest[change[0]] = max(newest.get(change[0], change), change, key=lambda one: one[1])
            store.accept(changes_in(Received.PEOPLE, body(change))[0])
            if then:
                apply(store, writer, is_killed=then == "kill")
            if then == "kill":
                store.close()
                writer.close()
                store, writer = WebhookStore(folder), RosterWriter(folder)
        while store.pending():
            apply(store, writer)
        for key, version, is_gone in newest.values():
            assert roster.person(key) == (None if is_gone else person(key, version))
        store.close()
        writer.close()


FIELDS = [
    "id", "changeVersion", "status", "firstName", "badgeNumber", "terminalGroup", "inServiceDate", "externalReferences",
    "name", "code", "isEnabled", "unit", "person", "date", "timeOfDayInMinutes", "activityLevels", "reason", "kind",
]  # fmt: skip
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2026-01-15", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "default", "level"]), inner),
    max_leaves=5,
)
records = st.dictionaries(st.sampled_from(FIELDS), anything).map(lambda fields: {"id": 1, **fields})
clockings = st.builds(
    lambda fields, person, minute: (
        {"date": "2026-01-15", "person": {"id": person}, "timeOfDayInMinutes": minute} | fields
    ),
    records,
    anything,
    anything,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(Received), st.sampled_from(["InsertOrUpdate", "Delete", "Other"]), records | clockings)
def test_any_record_is_taken_or_set_aside_and_nothing_breaks(
    name: Received, kind: str, record: dict[str, object]
) -> None:
    try:
        changes, _ = changes_in(name, json.dumps({"changeType": kind, "data": record}).encode())
    except NotADelivery:
        return
    with tempfile.TemporaryDirectory() as folder:
        store, writer = WebhookStore(Path(folder)), RosterWriter(Path(folder))
        store.accept(changes)
        apply(store, writer)
        assert store.pending() == []
        store.accept(changes)
        assert apply(store, writer) == 0
        store.close()
        writer.close()
