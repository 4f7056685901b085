"""Totals, breaks, counters and the rest follow from the clockings; the rules of the calculation."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.simulator.activity_records import activity_key
from terminal_app.simulator.calculation import Event, calculated
from terminal_app.simulator.clocking_store import Kind
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES, Settings
from tests.simulator.calls import PREFIX, Caller, Json

DAY = "date eq '2026-01-15' and person eq 1"
TIMES = st.lists(st.integers(-1440, 2880), max_size=8)


def in_out(*minutes: int) -> list[Event]:
    return [Event(one, Kind.IN_OUT) for one in minutes]


@pytest.mark.parametrize(
    ("minutes", "present", "worked", "lunch"),
    [
        ((), 0, 0, 0),
        ((480,), 0, 0, 0),
        ((480, 720), 240, 240, 0),
        ((480, 720, 780), 240, 240, 60),
        ((480, 720, 780, 1020), 480, 480, 60),
        ((480, 720, 730, 1020), 530, 510, 30),
        ((480, 990), 510, 480, 30),
        ((480, 600, 660, 1000), 460, 430, 30),
    ],
)
def test_presence_and_lunch(minutes: tuple[int, ...], present: int, worked: int, lunch: int) -> None:
    result = calculated(in_out(*minutes), 456)
    assert (result.present, result.worked, result.lunch_counted) == (present, worked, lunch)
    assert result.flextime == worked - 456


def test_reasons_tell_what_the_time_away_is_for() -> None:
    away = Event(600, Kind.REASON, reason=1)
    trip = Event(600, Kind.REASON, reason=2, is_working=True)
    assert calculated([*in_out(480, 700, 720), away], 0).worked == 140
    assert calculated([*in_out(480, 700, 720), trip], 0).worked == 240
    assert [one.minutes for one in calculated([*in_out(480, 700, 720), away], 0).away] == [100]


def test_an_activity_lasts_until_the_next_its_end_or_the_out() -> None:
    def activity(minutes: int, key: str) -> Event:
        return Event(minutes, Kind.ACTIVITY, levels=((1, key),))

    events = [
        *in_out(480, 720, 760, 900),
        activity(490, "a"),
        activity(600, "b"),
        activity(770, "c"),
        Event(800, Kind.ACTIVITY_END),
        activity(950, "lost"),
    ]
    found = [(one.start, one.end, one.levels[0][1]) for one in calculated(events, 0).activities]
    assert found == [(490, 600, "a"), (600, 720, "b"), (770, 800, "c")]


@given(TIMES, st.integers(0, 600))
def test_no_order_of_arrival_matters_and_nothing_is_worked_twice(minutes: list[int], planned: int) -> None:
    result = calculated(in_out(*minutes), planned)
    assert result == calculated(in_out(*reversed(minutes)), planned)
    assert 0 <= result.present <= (max(minutes, default=0) - min(minutes, default=0))
    assert result.worked <= result.present


@pytest.fixture
def api(simulator: SimulatorThread) -> Iterator[Caller]:
    simulator.set_faults(recalculation_seconds=0)
    with Caller(simulator.url) as caller:
        caller.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        yield caller


def read(api: Caller, name: str, filter_: str = DAY) -> list[Json]:
    return api.all(f"/{name}", filter=filter_)


def test_a_day_of_clockings_shows_in_every_derived_collection(api: Caller) -> None:
    assert read(api, "calculated-totals") == []
    levels = [{"level": 1, "activityDefinition": {"id": activity_key("Road works")}}]
    api.create(timeOfDayInMinutes=480)
    api.create(timeOfDayInMinutes=490, kind="Activity", activityLevels=levels)
    api.create(timeOfDayInMinutes=600, kind="Reason", reason={"externalReferences": {"@absence-code": "DOC"}})
    api.create(timeOfDayInMinutes=640)
    api.create(timeOfDayInMinutes=1260)
    (total,) = read(api, "calculated-totals")
    assert total["timePresentDurationInMinutes"] == 740
    assert total["calculatedPresenceDurationInMinutes"] == 710, "no lunch was clocked"
    assert total["normalTimeDurationInMinutes"] == 456
    assert total["flextimeDurationInMinutes"] == 254
    assert total["weeklyHours1DurationInMinutes"] == 710
    assert [one["durationInMinutes"] for one in read(api, "paid-presences")] == [710]
    assert [one["isBreakTaken"] for one in read(api, "breaks")] == [False]
    assert [one["startTimeInMinutes"] for one in read(api, "work-interruptions")] == [600]
    (duration,) = read(api, "activity-durations")
    assert duration["durationInMinutes"] == 110
    assert duration["activityLevels"] == levels
    counters = {str(one["counterDefinition"]): one for one in read(api, "counters")}
    assert counters["{'id': 1}"]["durationInMinutes"] == 194
    assert counters["{'id': 2}"]["numberOfInstances"] == 1
    assert counters["{'id': 3}"]["startTimeInMinutes"] == 1200


def test_an_edit_and_a_deletion_are_calculated_too(api: Caller) -> None:
    api.create(timeOfDayInMinutes=480)
    key = api.create(timeOfDayInMinutes=720)
    (before,) = read(api, "calculated-totals")
    api.client.post(f"/_control/clockings/{key}", json={"timeOfDayInMinutes": 700})
    (after,) = read(api, "calculated-totals")
    assert after["timePresentDurationInMinutes"] == 220
    assert str(after["changeVersion"]) > str(before["changeVersion"])
    api.client.post(f"/_control/clockings/{key}", json={"status": "Deleted"})
    assert [one["timePresentDurationInMinutes"] for one in read(api, "calculated-totals")] == [0]
    assert read(api, "paid-presences") == []


def test_the_balance_goes_on_from_day_to_day(api: Caller) -> None:
    for day, end in (("2026-01-15", 720), ("2026-01-16", 780)):
        api.create(date=day, timeOfDayInMinutes=480)
        api.create(date=day, timeOfDayInMinutes=end)
    first, second = read(api, "calculated-totals", "person eq 1 and date ge '2026-01-15'")
    gained = int(str(second["flextimeBalanceInMinutes"])) - int(str(first["flextimeBalanceInMinutes"]))
    assert gained == second["flextimeDurationInMinutes"] == 300 - 456


def test_it_comes_only_after_its_delay(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(recalculation_seconds=600)
    api.create(timeOfDayInMinutes=480)
    api.create(timeOfDayInMinutes=720)
    assert read(api, "calculated-totals") == []
    simulator.forward(601)
    (total,) = read(api, "calculated-totals")
    assert total["timePresentDurationInMinutes"] == 240


def test_a_clocking_on_a_seeded_day_counts_with_the_seeded_ones() -> None:
    settings = Settings(history_days=10)
    with SimulatorThread(settings=settings, today=lambda: date(2026, 6, 1)) as simulator, Caller(simulator.url) as api:
        simulator.set_faults(recalculation_seconds=0)
        api.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        days = "person eq 1 and date ge '2026-05-28' and date le '2026-05-29'"
        before = read(api, "calculated-totals", days)
        for minutes in (1300, 1360):
            api.create(date="2026-05-28", timeOfDayInMinutes=minutes)
        after = read(api, "calculated-totals", days)
    assert [
        int(str(new["flextimeBalanceInMinutes"])) - int(str(old["flextimeBalanceInMinutes"]))
        for old, new in zip(before, after, strict=True)
    ] == [60, 60]
    assert all(str(new["changeVersion"]) > str(old["changeVersion"]) for old, new in zip(before, after, strict=True))
