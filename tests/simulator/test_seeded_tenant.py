"""The seeded tenant: every collection has records, as the description says, the same ones for the same seed."""

import itertools
import tracemalloc
from collections.abc import Iterator
from datetime import date

import pytest

from terminal_app.simulator.collections_of_tenant import CATALOGS, WEBHOOKS
from terminal_app.simulator.data.numbers import FIRST_DAY, MOST_PEOPLE, SLOTS, day_key, of_day_key
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES, Settings
from terminal_app.simulator.state import State
from tests.simulator.calls import PREFIX, Caller, Json

TODAY = date(2026, 6, 1)
MAY = "date ge '2026-05-01' and date le '2026-06-30'"
DATED = (
    "clockings", "access-clockings", "absences", "activity-durations", "counters", "calculated-totals",
    "paid-presences", "breaks", "work-interruptions", "assignments",
)  # fmt: skip
PLAIN = (*CATALOGS, *(name for name in WEBHOOKS if name not in DATED))
FROM_CLOCKINGS_ONLY = ("activity-durations", "work-interruptions")


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatorThread]:
    with SimulatorThread(
        people=50, settings=Settings(page_size=200, history_days=30), today=lambda: TODAY
    ) as simulator:
        yield simulator


@pytest.fixture
def all_of(tenant: SimulatorThread) -> Iterator[Caller]:
    with Caller(tenant.url) as caller:
        caller.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        yield caller


def ids(records: list[Json]) -> list[int]:
    return [int(str(record["id"])) for record in records]


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_collection_has_records_that_can_be_read_one_by_one(all_of: Caller, name: str) -> None:
    records = all_of.all(f"/{name}")
    assert records
    assert len(set(ids(records))) == len(records)
    for record in (records[0], records[-1]):
        assert all_of.get(f"/{name}/{record['id']}").json() == record
    assert all_of.get(f"/{name}/123456789012").status_code == 404


@pytest.mark.parametrize("name", DATED)
def test_a_dated_collection_has_records_of_the_days_asked_for(all_of: Caller, name: str) -> None:
    assert all_of.get(f"/{name}").status_code == 400, "a filter on date is required"
    records = all_of.all(f"/{name}", filter=MAY)
    assert bool(records) is (name not in FROM_CLOCKINGS_ONLY)
    assert len(set(ids(records))) == len(records)
    day = "from" if name == "assignments" else "date"
    assert all("2026-05-01" <= str(record[day]) <= "2026-06-30" for record in records)
    of_seven = all_of.all(f"/{name}", filter=f"{MAY} and person in (7,9)")
    assert of_seven == [record for record in records if record.get("person") in ({"id": 7}, {"id": 9})]
    circle = all_of.all(f"/{name}", filter=f"{MAY} and person in circle(7)")
    assert circle == [record for record in records if record.get("person") in ({"id": 7}, {"id": 27}, {"id": 47})]
    for record in records[:1]:
        assert all_of.get(f"/{name}/{record['id']}").json() == record


@pytest.mark.parametrize("category", ["department", "employer", "job", "job-category", "sector", "work-location"])
def test_histories_of_one_and_of_everybody_agree(all_of: Caller, category: str) -> None:
    everybody = all_of.all(f"/{category}-histories")
    of_nine = all_of.get(f"/people/9/{category}-history").json()["value"]
    assert of_nine == [record for record in everybody if record["person"] == {"id": 9}]
    assert [record["until"] for record in of_nine] == ["2019-12-31", None]
    asked = all_of.get(f"/people/E000009/{category}-history", externalReferences="(people,@employee-number)").json()
    assert asked["value"][0]["person"]["externalReferences"] == {"@employee-number": "E000009"}
    assert all_of.get(f"/people/51/{category}-history").status_code == 404
    assert all_of.get("/people/1/shoe-size-history").status_code == 400


def test_each_scope_opens_its_collection_and_no_other(tenant: SimulatorThread) -> None:
    with Caller(tenant.url) as caller:
        caller.log_in("people-historical-data.read", "jobs.read")
        assert caller.get("/job-histories").status_code == 200
        assert caller.get("/jobs").status_code == 200
        assert caller.get("/people").status_code == 403
        assert caller.get("/paid-presences", filter=MAY).status_code == 403
        caller.log_in("calculated-totals.read")
        assert caller.get("/paid-presences", filter=MAY).status_code == 200


def test_references_lead_from_record_to_record(all_of: Caller) -> None:
    definition = all_of.get(
        "/counter-definitions/MEAL", externalReferences="(counter-definitions,@counter-code)"
    ).json()
    asked = "(people,@badge-number)(counter-definitions,@counter-code)"
    found = all_of.all(
        "/counters", filter=f"{MAY} and counter-definition eq {definition['id']}", externalReferences=asked
    )
    assert {str(record["counterDefinition"]) for record in found} == {
        str({"id": definition["id"], "externalReferences": {"@counter-code": "MEAL"}})
    }
    assert all("@badge-number" in str(record["person"]) for record in found)
    assert all_of.all("/counters", filter=f"{MAY} and status eq 'Manual'") == []
    assert ids(all_of.all("/counter-definitions", filter="enabled eq false")) == [4]
    assert ids(all_of.all("/counter-definitions", filter="counter-group eq 2 or enabled eq false")) == [2, 4]
    assert all_of.get("/departments/DEPARTMENTS-2", externalReferences="(departments,HRDEPARTMENT)").json()["id"] == 2
    assert ids(all_of.all("/contracts", filter="person in (5,6)")) == [5, 6, MOST_PEOPLE + 1 + 5]


def test_seeded_totals_add_up_to_their_balance(all_of: Caller) -> None:
    totals = all_of.all("/calculated-totals", filter=f"{MAY} and person eq 8")
    balances = [int(str(record["flextimeBalanceInMinutes"])) for record in totals]
    gained = [int(str(record["flextimeDurationInMinutes"])) for record in totals]
    assert [after - before for before, after in itertools.pairwise(balances)] == gained[1:]
    for record in totals:
        clocked = all_of.all("/clockings", filter=f"date eq '{record['date']}' and person eq 8")
        minutes = sorted(int(str(one["timeOfDayInMinutes"])) for one in clocked)
        present = sum(end - start for start, end in zip(minutes[::2], minutes[1::2], strict=True))
        assert record["timePresentDurationInMinutes"] == present


def test_the_same_seed_gives_the_same_tenant_and_another_one_another() -> None:
    def read(seed: int) -> list[Json]:
        settings = Settings(history_days=10, seed=seed)
        with (
            SimulatorThread(people=20, settings=settings, today=lambda: TODAY) as simulator,
            Caller(simulator.url) as one,
        ):
            one.log_in("people.read", "calculated-totals.read", "absences.read")
            return [*one.all("/people"), *one.all("/calculated-totals", filter=MAY), *one.all("/absences", filter=MAY)]

    assert read(3) == read(3)
    assert read(3) != read(4)


def test_a_hundred_thousand_people_cost_next_to_nothing() -> None:
    tracemalloc.start()
    try:
        state = State(100_000, Settings(history_days=400), lambda: TODAY)
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert state.people.count() == 100_000
    assert used < 3_000_000


def test_the_last_page_of_a_hundred_thousand_people_is_as_near_as_the_first() -> None:
    settings = Settings(history_days=400, page_size=3)
    with (
        SimulatorThread(people=100_000, settings=settings, today=lambda: TODAY) as simulator,
        Caller(simulator.url) as one,
    ):
        one.log_in("calculated-totals.read", "counters.read", "activity-durations.read", "work-interruptions.read")
        for name in FROM_CLOCKINGS_ONLY:
            assert one.get(f"/{name}", filter="date ge '2025-07-01'").json() == {"value": []}
        first = one.get("/calculated-totals", filter="date ge '2025-07-01' and date le '2026-05-31'").json()["value"]
        assert ids(first) == [day_key(date(2025, 7, 1), person) for person in (1, 2, 3)]
        nothing = one.get("/counters", filter="date ge '2025-07-01' and status eq 'Manual'").json()
        assert nothing["value"] == []
        assert "nextLink" in nothing, "it gives up after some thousand records and goes on with the next page"


@pytest.mark.parametrize(("person", "slot"), [(1, 0), (MOST_PEOPLE, SLOTS - 1)])
def test_day_keys_can_be_read_back(person: int, slot: int) -> None:
    for day in (FIRST_DAY, TODAY, date(2080, 2, 29)):
        assert of_day_key(day_key(day, person, slot)) == (day, person, slot)
