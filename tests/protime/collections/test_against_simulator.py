"""Every operation of the client against the running simulator, over real HTTP: both were made from the reference alone,
and share no code, so what one writes and the other does not read is a mistake of one of them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date, datetime

import pytest
from pydantic import BaseModel

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collection import Filtering, Readings
from terminal_app.protime.collections.activities import (
    Expand,
    NewActivityDefinition,
    NewRestriction,
    NewUsage,
    UsageChange,
    UsageKind,
    name_of,
)
from terminal_app.protime.collections.assignments import NewAssignment
from terminal_app.protime.collections.clockings import NewClocking, NewGeolocation
from terminal_app.protime.collections.people import HistoryCategory
from terminal_app.protime.collections.webhooks import WebhookCollection, WebhookStatus
from terminal_app.protime.errors import Conflict, Invalid, NotFound
from terminal_app.protime.external_references import (
    ABSENCE_CODE,
    BADGE_NUMBER,
    DATA_ENTRY_CODE,
    EXTERNAL_CODE,
    EXTERNAL_REFERENCE,
    by_id,
    by_reference,
)
from terminal_app.protime.fields import Record
from terminal_app.protime.new_record import NewActivityLevel
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import OpenEnum
from terminal_app.simulator.activity_records import STRUCTURE, activity_key
from terminal_app.simulator.collections_of_tenant import WEBHOOKS
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES, Settings
from tests.protime.collections.operations import BASE, OPERATIONS, YEAR, Operation
from tests.protime.collections.test_whole_records import names_of
from tests.simulator.calls import PREFIX, Caller

TODAY = date(2026, 6, 1)
YEAR_TEXT = "date ge '2026-01-01' and date le '2026-12-31'"
HOOK = "https://127.0.0.1:1/hook"
BADGE = "0013961168"
LEVELS = f"/activity-structure-versions/{STRUCTURE}/levels"
ROADS, UPKEEP, NORTH = (activity_key(name) for name in ("Road works", "Maintenance", "North"))
WORK = NewActivityLevel(level=1, activity_definition=by_reference(DATA_ENTRY_CODE, "100"))
PLANNED = NewAssignment(person=by_reference(BADGE_NUMBER, BADGE), from_date=TODAY, activity_levels=(WORK,))
USAGE = NewUsage(activity_usage_kind=UsageKind.PERSON, usage_reference=by_id(2), from_date=date(2031, 1, 1))


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorThread]:
    tenant = Settings(page_size=7, history_days=30, seed=7)
    with SimulatorThread(people=20, settings=tenant, today=lambda: TODAY) as running:
        running.set_faults(recalculation_seconds=0)
        with Caller(running.url) as caller:
            caller.log_in()
            doctor = {"kind": "Reason", "reason": {"externalReferences": {"@absence-code": "DOC"}}}
            for minute, changes in ((480, {}), (600, doctor), (640, {}), (960, {})):  # a work interruption
                caller.create(person={"id": 3}, date="2026-05-31", timeOfDayInMinutes=minute, **changes)
            work: dict[str, object] = {"person": {"id": 4}, "date": "2026-05-31"}
            roads = {"level": 1, "activityDefinition": {"id": ROADS}}
            caller.create(**work, timeOfDayInMinutes=480)
            caller.create(**work, timeOfDayInMinutes=500, kind="Activity", activityLevels=[roads])
            caller.create(**work, timeOfDayInMinutes=600, kind="ActivityEnd")
            caller.create(**work, timeOfDayInMinutes=960)
        yield running


@pytest.fixture
async def protime(simulator: SimulatorThread) -> AsyncIterator[ProtimeClient]:
    async with connected(simulator) as client:
        yield client


@pytest.fixture
def raw(simulator: SimulatorThread) -> Iterator[Caller]:
    """What the server really sends."""
    with Caller(simulator.url) as caller:
        caller.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        yield caller


def connected(simulator: SimulatorThread, *, discover: bool = False) -> ProtimeClient:
    return ProtimeClient(
        tenant="acme",
        client_id="demo-terminal",
        client_secret="demo-secret",
        scopes=list(Scope),
        base_url=simulator.url,
        authentication_url=simulator.url,
        discover=discover,
    )


def assert_read_whole(found: object, sent: object, where: str) -> None:
    """All that was sent is in the record, nothing is left over, and every value of an enumeration is known."""
    match found:
        case BaseModel():
            assert isinstance(found, Record)
            assert isinstance(sent, dict), where
            assert not found.model_extra, where
            names = names_of(type(found))
            for name, value in sent.items():
                assert_read_whole(getattr(found, names[name]), value, f"{where}.{name}")
        case tuple():
            assert isinstance(sent, list), where
            for one, other in zip(found, sent, strict=True):
                assert_read_whole(one, other, where)
        case OpenEnum():
            assert found.is_known, where
            assert found == sent, where
        case datetime():
            assert found == datetime.fromisoformat(str(sent)), where
        case date():
            assert found.isoformat() == sent, where
        case None:
            assert sent in (None, ""), where
        case _:
            assert found == sent, where


async def read_all(records: AsyncIterator[Record]) -> list[Record]:
    return [record async for record in records]


async def read_like(records: AsyncIterator[Record], raw: Caller, path: str, **query: str) -> list[Record]:
    """The records of a list, which are just those that the server sends."""
    found, sent = await read_all(records), raw.all(path, **query)
    assert sent
    for one, other in zip(found, sent, strict=True):
        assert_read_whole(one, other, path)
    return found


def readings_of(protime: ProtimeClient, operation: Operation) -> Readings[Record]:
    found = getattr(protime, operation.function.rpartition(".")[0])
    assert isinstance(found, Readings)
    return found


async def list_of(protime: ProtimeClient, raw: Caller, _: SimulatorThread, operation: Operation) -> None:
    """Any list."""
    readings = readings_of(protime, operation)
    if readings.collection.name == "webhooks":
        await protime.webhooks.create(HOOK, WebhookCollection.ABSENCES)
    is_dated = readings.collection.filtering is Filtering.DATE
    query = {"filter": YEAR_TEXT} if is_dated else {}
    path = readings.collection.address.removeprefix(BASE)
    assert await read_like(readings.records(YEAR if is_dated else None), raw, path, **query)


async def one_of(protime: ProtimeClient, raw: Caller, simulator: SimulatorThread, operation: Operation) -> None:
    """Any single record: by its id and by each of its external references."""
    readings = readings_of(protime, operation)
    collection = readings.collection
    if collection.name == "webhooks":
        await protime.webhooks.create(HOOK, WebhookCollection.ABSENCES)
    query = {"filter": YEAR_TEXT} if collection.filtering is Filtering.DATE else {}
    path = collection.address.removeprefix(BASE)
    sent = raw.all(path, **query)[0]
    key = sent["id"]
    assert isinstance(key, int | str)
    record = await readings.get(key)
    assert_read_whole(record, sent, path)
    tagged = await readings.get_if_changed(key, None)
    assert tagged is not None
    assert tagged.record == record
    if tagged.etag:
        assert await readings.get_if_changed(key, tagged.etag) is None
    if collection.by_reference is None:
        return
    for name, value in references_of(simulator, collection.by_reference, key).items():
        named = await readings.get(value, by=name)
        assert getattr(named, "id", None) == key
        assert getattr(named, "external_references", None) == {name: value}


def references_of(simulator: SimulatorThread, collection: str, key: int | str) -> dict[str, str]:
    """The external references of a record, as the simulator keeps them."""
    found = simulator.state.references[collection].references(int(key))
    assert found
    return found


async def history_of_one(protime: ProtimeClient, raw: Caller) -> None:
    for category in HistoryCategory:
        found = await read_like(protime.people.history(7, category), raw, f"/people/7/{category}-history")
        named = await read_all(protime.people.history("E000007", category, by="@employee-number"))
        assert [getattr(one, "id", None) for one in named] == [getattr(one, "id", None) for one in found]


async def history_of_everybody(protime: ProtimeClient, raw: Caller) -> None:
    for category in HistoryCategory:
        await read_like(protime.histories(category).records(), raw, f"/{category}-histories")


async def activities(protime: ProtimeClient, raw: Caller) -> None:
    for level in (1, 2, 3):
        path = f"{LEVELS}/{level}/activity-definitions"
        await read_like(protime.activities(STRUCTURE, level).records(), raw, path)


async def one_activity(protime: ProtimeClient, raw: Caller) -> None:
    level = protime.activities(STRUCTURE, 1)
    path = f"{LEVELS}/1/activity-definitions/{ROADS}"
    assert_read_whole(await level.get(ROADS), raw.get(path).json(), path)
    for by, value in ((DATA_ENTRY_CODE, "100"), (EXTERNAL_REFERENCE, "PRJ-100")):
        named = await level.get_with(value, Expand.USAGE, Expand.RESTRICTIONS, by=by)
        assert (named.id, named.external_references) == (ROADS, {by: value})
        path = f"{LEVELS}/1/activity-definitions/{value}"
        sent = raw.get(path, expand="usage,restrictions", externalReferences=f"(activity-definitions,{by})").json()
        assert_read_whole(named, sent, path)


async def usages(protime: ProtimeClient, raw: Caller) -> None:
    path = f"{LEVELS}/1/activity-definitions/{UPKEEP}/usages"
    found = await protime.activities(STRUCTURE, 1).usages(UPKEEP)
    assert found.usages
    assert_read_whole(found, raw.get(path).json(), path)


async def restrictions(protime: ProtimeClient, raw: Caller) -> None:
    path = f"{LEVELS}/1/activity-definitions/{ROADS}/restrictions"
    found = await protime.activities(STRUCTURE, 1).restrictions(ROADS)
    assert found.restrictions
    assert_read_whole(found, raw.get(path).json(), path)


async def deltas(protime: ProtimeClient, raw: Caller) -> None:
    with_delta = {
        one.collection.name: one
        for one in vars(protime).values()
        if isinstance(one, Readings) and one.collection.has_delta
    }
    assert set(with_delta) == set(WEBHOOKS)
    for name, readings in with_delta.items():
        is_dated = readings.collection.filtering is Filtering.DATE
        pages = [page async for page in protime.begin_delta(readings.collection, since=TODAY if is_dated else None)]
        sent = raw.all(f"/{name}", **({"filter": f"date ge '{TODAY}' and date le '2026-12-31'"} if is_dated else {}))
        assert sum(page.unreadable for page in pages) == 0
        assert {change.key for page in pages for change in page.changes} == {one["id"] for one in sent}
        assert pages[-1].token is not None
        ends = [page async for page in protime.go_on_with_delta(readings.collection, pages[-1].token)]
        assert ([page.changes for page in ends], ends[-1].token is not None) == ([[]], True)


async def clockings(protime: ProtimeClient, raw: Caller) -> None:
    place = NewGeolocation(longitude=4.392225, latitude=51.144127)
    gate = by_reference(EXTERNAL_CODE, "GATE-1")
    person = by_reference(BADGE_NUMBER, BADGE)
    reason = by_reference(ABSENCE_CODE, str(raw.get("/absence-definitions/1").json()["code"]))
    inner = NewActivityLevel(level=2, activity_definition=by_id(activity_key("Digging")))
    kinds = [
        NewClocking(person=by_id(1), date=TODAY, time_of_day_in_minutes=480),
        NewClocking(person=person, date=TODAY, time_of_day_in_minutes=490, terminal=gate, geolocation=place),
        NewClocking(
            person=person, date=TODAY, time_of_day_in_minutes=500, kind=ClockingKind.REASON, reason=reason, is_open=True
        ),
        NewClocking(
            person=person, date=TODAY, time_of_day_in_minutes=510, kind=ClockingKind.REASON, reason=by_id(1),
            is_open=False,
        ),
        NewClocking(
            person=person, date=TODAY, time_of_day_in_minutes=520, kind=ClockingKind.ACTIVITY,
            activity_levels=(WORK, inner),
        ),
        NewClocking(person=person, date=TODAY, time_of_day_in_minutes=530, kind=ClockingKind.ACTIVITY_END),
    ]  # fmt: skip
    assert {new.kind for new in kinds} == set(ClockingKind)
    for new in kinds:
        done = await protime.clockings.create(new)
        assert (done.is_new, done.is_confirmed) == (True, True)
        stored = await protime.clockings.get(int(done.id or ""))
        assert_read_whole(stored, raw.get(f"/clockings/{done.id}").json(), "clockings")
        assert stored.person is not None
        assert (stored.person.id, stored.date, stored.time_of_day_in_minutes) == (1, TODAY, new.time_of_day_in_minutes)
        assert (str(stored.kind), stored.is_open) == (new.kind.value, new.is_open)
        assert (stored.terminal is None, stored.geolocation is None) == (new.terminal is None, new.geolocation is None)
        assert len(stored.activity_levels or ()) == len(new.activity_levels or ())
    with pytest.raises(Invalid):
        await protime.clockings.create(NewClocking(person=by_id(4711), date=TODAY, time_of_day_in_minutes=1))


async def new_assignment(protime: ProtimeClient, raw: Caller) -> None:
    full = NewAssignment(
        person=by_id(1), from_date=TODAY, until=date(2026, 6, 3), activity_levels=(WORK,), start_time_in_minutes=480,
        end_time_in_minutes=960, break_duration_in_minutes=30, comments="Bring boots.\nAnd a shovel.",
    )  # fmt: skip
    for new in (PLANNED, full):
        done = await protime.assignments.create(new)
        found = await protime.assignments.get(int(done.id or ""))
        assert_read_whole(found, raw.get(f"/assignments/{done.id}").json(), "assignments")
        assert (found.from_date, found.until, found.comments) == (new.from_date, new.until, new.comments)
        assert (found.start_time_in_minutes, found.end_time_in_minutes, found.break_duration_in_minutes) == (
            new.start_time_in_minutes, new.end_time_in_minutes, new.break_duration_in_minutes,
        )  # fmt: skip


async def changed_assignment(protime: ProtimeClient, _raw: Caller) -> None:
    key = int((await protime.assignments.create(PLANNED)).id or "")
    before = await protime.assignments.get_if_changed(key, None)
    assert before is not None
    later = PLANNED.model_copy(update={"comments": "later"})
    assert not (await protime.assignments.update(key, later, etag=before.etag)).is_new
    assert (await protime.assignments.get(key)).comments == "later"
    with pytest.raises(Conflict):
        await protime.assignments.update(key, PLANNED, etag=before.etag)
    await protime.assignments.update(key, PLANNED)
    assert (await protime.assignments.get(key)).comments is None


async def deleted_assignment(protime: ProtimeClient, _raw: Caller) -> None:
    key = int((await protime.assignments.create(PLANNED)).id or "")
    await protime.assignments.delete(key)
    with pytest.raises(NotFound):
        await protime.assignments.get(key)
    with pytest.raises(NotFound):
        await protime.assignments.delete(key)


async def new_activity(protime: ProtimeClient, raw: Caller) -> None:
    level = protime.activities(STRUCTURE, 2)
    new = NewActivityDefinition(
        name=name_of("Blasting", {"nl-NL": "Springen"}), parent=by_reference(DATA_ENTRY_CODE, "100"), short_code="B",
        data_entry_code="C-BLAST", external_reference="X-BLAST", info="Stand back.", active_from=TODAY,
        active_until=date(2030, 1, 1),
    )  # fmt: skip
    done = await level.create(new)
    assert (done.is_new, done.id is not None) == (True, True)
    found = await level.get(done.id or "")
    assert_read_whole(found, raw.get(f"{LEVELS}/2/activity-definitions/{done.id}").json(), "activity-definitions")
    assert NewActivityDefinition.of(found).body().json == {
        **dict(new.body().json),  # type: ignore[call-overload] # an object of JSON
        "parent": {"id": ROADS},
    }
    with pytest.raises(Invalid):
        await level.create(new)


async def put_activity(protime: ProtimeClient, _raw: Caller) -> None:
    level = protime.activities(STRUCTURE, 2)
    tunnel = NewActivityDefinition(name=name_of("Tunnel"))
    assert (await level.put("X-TUNNEL", tunnel, by=EXTERNAL_REFERENCE)).is_new
    created = await level.get("X-TUNNEL", by=EXTERNAL_REFERENCE)
    assert created.external_reference == "X-TUNNEL"
    whole = NewActivityDefinition.of(created).model_copy(update={"info": "Dark."})
    assert not (await level.put("X-TUNNEL", whole, by=EXTERNAL_REFERENCE)).is_new
    tagged = await level.get_if_changed(created.id, None)
    assert tagged is not None
    assert (tagged.record.info, tagged.record.external_reference) == ("Dark.", "X-TUNNEL")
    assert not (await level.put(created.id, whole.model_copy(update={"info": None}), etag=tagged.etag)).is_new
    assert (await level.get(created.id)).info is None
    with pytest.raises(Conflict):
        await level.put(created.id, whole, etag=tagged.etag)
    assert (await level.put("C-SHAFT", NewActivityDefinition(name=name_of("Shaft")), by=DATA_ENTRY_CODE)).is_new
    assert (await level.get("C-SHAFT", by=DATA_ENTRY_CODE)).data_entry_code == "C-SHAFT"


async def new_usage(protime: ProtimeClient, _raw: Caller) -> None:
    level = protime.activities(STRUCTURE, 3)
    for kind, whom in (
        (UsageKind.PERSON, by_reference(BADGE_NUMBER, BADGE)),
        (UsageKind.GROUP, by_id(2)),
        (UsageKind.CIRCLE, by_id(3)),
    ):
        usage = USAGE.model_copy(update={"activity_usage_kind": kind, "usage_reference": whom})
        await level.add_usage("N", usage, by=DATA_ENTRY_CODE)
        with pytest.raises(Invalid):
            await level.add_usage(NORTH, usage)
    found = await level.usages(NORTH)
    kinds = [one.activity_usage_kind for one in found.usages or () if one.from_date == USAGE.from_date]
    assert kinds == [UsageKind.PERSON, UsageKind.GROUP, UsageKind.CIRCLE]


async def changed_usage(protime: ProtimeClient, _raw: Caller) -> None:
    level, key = protime.activities(STRUCTURE, 3), activity_key("South")
    await level.add_usage(key, USAGE)
    end = date(2032, 1, 1)
    change = UsageChange(
        activity_usage_kind=UsageKind.PERSON, usage_reference=by_id(2), original_from=USAGE.from_date,
        updated_from=USAGE.from_date, updated_until=end,
    )  # fmt: skip
    await level.change_usage(key, change)
    assert [one.until for one in (await level.usages(key)).usages or () if one.from_date == USAGE.from_date] == [end]
    with pytest.raises(NotFound):
        await level.change_usage(key, change)


async def deleted_usage(protime: ProtimeClient, _raw: Caller) -> None:
    level, key = protime.activities(STRUCTURE, 3), activity_key("Trench 1")
    before = await level.usages(key)
    await level.add_usage(key, USAGE)
    await level.delete_usage(key, USAGE)
    assert (await level.usages(key)).usages == before.usages
    with pytest.raises(NotFound):
        await level.delete_usage(key, USAGE)


async def put_restrictions(protime: ProtimeClient, _raw: Caller) -> None:
    level = protime.activities(STRUCTURE, 1)
    await level.put_restrictions(UPKEEP, [NewRestriction(level=3, activity_definitions=(NORTH,))])
    (one,) = (await level.restrictions(UPKEEP)).restrictions or ()
    assert (one.level, [named.id for named in one.activity_definitions or ()]) == (3, [NORTH])
    await level.put_restrictions("200", [], by=DATA_ENTRY_CODE)
    assert (await level.restrictions(UPKEEP)).restrictions == ()


async def new_webhook(protime: ProtimeClient, raw: Caller) -> None:
    for collection in WebhookCollection:
        new = await protime.webhooks.create(HOOK, collection)
        assert new.key
        found = await protime.webhooks.get(new.id or "")
        assert_read_whole(found, raw.get(f"/webhooks/{new.id}").json(), "webhooks")
        assert (found.collection_name, found.valid_until) == (collection, new.valid_until)
        assert (found.status, found.destination_url) == (WebhookStatus.ENABLED, HOOK)
    with pytest.raises(Invalid):
        await protime.webhooks.create("https://acme.example/", WebhookCollection.PEOPLE)


async def deleted_webhook(protime: ProtimeClient, _raw: Caller) -> None:
    new = await protime.webhooks.create(HOOK, WebhookCollection.PEOPLE)
    await protime.webhooks.delete(new.id or "")
    assert new.id not in [getattr(one, "id", None) for one in await read_all(protime.webhooks.records())]


DEEDS: dict[str, Callable[[ProtimeClient, Caller], Awaitable[None]]] = {
    "people.history": history_of_one,
    "histories(category).records": history_of_everybody,
    "activities(structure, level).records": activities,
    "activities(structure, level).get_with": one_activity,
    "activities(structure, level).usages": usages,
    "activities(structure, level).restrictions": restrictions,
    "go_on_with_delta": deltas,
    "clockings.create": clockings,
    "assignments.create": new_assignment,
    "assignments.update": changed_assignment,
    "assignments.delete": deleted_assignment,
    "activities(structure, level).create": new_activity,
    "activities(structure, level).put": put_activity,
    "activities(structure, level).add_usage": new_usage,
    "activities(structure, level).change_usage": changed_usage,
    "activities(structure, level).delete_usage": deleted_usage,
    "activities(structure, level).put_restrictions": put_restrictions,
    "webhooks.create": new_webhook,
    "webhooks.delete": deleted_webhook,
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=[one.name for one in OPERATIONS])
async def test_an_operation(
    operation: Operation, protime: ProtimeClient, raw: Caller, simulator: SimulatorThread
) -> None:
    if deed := DEEDS.get(operation.function):
        await deed(protime, raw)
    else:
        common = one_of if operation.function.endswith(".get") else list_of
        await common(protime, raw, simulator, operation)
    assert protime.missing_scopes == frozenset()


async def test_custom_references_are_managed(protime: ProtimeClient) -> None:
    references = protime.custom_references
    before = await references.of("people", 7)
    await references.put("people", 7, "LOCKER", "L 7+")
    assert await references.of("people", 7) == {**before, "LOCKER": "L 7+"}
    person = await protime.people.get("L 7+", by="LOCKER")
    assert (person.id, person.external_references) == (7, {"LOCKER": "L 7+"})
    with pytest.raises(Invalid):
        await references.put("people", 8, "LOCKER", "L 7+")
    await references.delete("people", 7, "LOCKER")
    assert await references.of("people", 7) == before
    with pytest.raises(NotFound):
        await references.of("people", 4711)


async def test_the_place_of_the_tokens_is_discovered(simulator: SimulatorThread) -> None:
    async with connected(simulator, discover=True) as protime:
        assert (await protime.people.get(1)).id == 1
    asked = [(one.method, one.path) for one in simulator.state.requests.last][-3:]
    assert asked == [
        ("GET", "/tenants/acme/.well-known/openid-configuration"),
        ("POST", "/tenants/acme/connect/token"),
        ("GET", f"{BASE}/people/1"),
    ]
