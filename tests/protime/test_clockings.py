import dataclasses
import json

import pytest

from terminal_app.clocking.clocking import ActivityLevel, Clocking
from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Postponed, Refused
from terminal_app.clocking.matching import ServerRecord, Unclear, find_on_server
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.clocking_body import clocking_body
from terminal_app.protime.clockings import ClockingRecord
from terminal_app.protime.errors import Reach, TooManyRequests, UnexpectedAnswer
from terminal_app.settings import DeliverySettings
from terminal_app.simulator.server import SimulatorThread
from tests.protime.clockings import ANNA_BADGE, DAY, activity_end, in_out, with_activity, with_reason
from tests.protime.conftest import protime_settings
from tests.protime.raw_server import RawServer, answer

EVERY_KIND = [in_out(), with_reason(), with_reason(None), with_activity(), activity_end()]
TOKEN = answer(200, b'{"access_token":"t","expires_in":1800}')


@pytest.mark.parametrize("clocking", EVERY_KIND)
async def test_every_kind_is_stored_and_found_again(
    api: ProtimeApi, simulator: SimulatorThread, clocking: Clocking
) -> None:
    sent = await api.clockings.create(clocking, ANNA_BADGE)
    (stored,) = simulator.received()
    assert sent.outcome == Confirmed(int(str(stored["id"])))
    assert (stored["personId"], stored["kind"], stored["terminal"]) == (1, clocking.kind.value, "GATE-1")
    records = await api.clockings.read_around(1, DAY)
    found = find_on_server(api.clockings.sent_clocking(clocking), records, ())
    assert isinstance(found, ServerRecord)
    assert found.protime_id == stored["id"]
    assert find_on_server(api.clockings.sent_clocking(in_out(999)), records, ()) is None


async def test_a_clocking_that_was_moved_edited_or_deleted_is_found_all_the_same(
    api: ProtimeApi, simulator: SimulatorThread
) -> None:
    simulator.set_faults(night_ends_at_minutes=300)
    night, edited, deleted = in_out(120), in_out(600), in_out(700)
    for clocking in (night, edited, deleted):
        await api.clockings.create(clocking)
    first, second, third = (simulator.state.clockings.get(int(str(one["id"]))) for one in simulator.received())
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.minutes, first.day < DAY) == (1560, True)
    simulator.state.clockings.edit(second, minutes=605)
    third.status = type(third.status)("Deleted")
    records = await api.clockings.read_around(1, DAY)
    for clocking, stored in ((night, first), (edited, second), (deleted, third)):
        found = find_on_server(api.clockings.sent_clocking(clocking), records, ())
        assert isinstance(found, ServerRecord)
        assert found.protime_id == stored.id


@pytest.mark.parametrize(
    ("terminal", "expected"),
    [
        ({"id": 1, "externalReferences": {"@external-code": "GATE-1"}}, ServerRecord),
        ({"id": 1}, ServerRecord),
        ({"id": 1, "externalReferences": {}}, ServerRecord),
        ({"id": 2, "externalReferences": {"@external-code": "GATE-2"}}, type(None)),
        (None, Unclear),
    ],
)
def test_a_record_is_of_this_terminal_or_of_one_that_shows_no_code(
    api: ProtimeApi, terminal: object, expected: type
) -> None:
    shown = {"id": 9, "date": DAY.isoformat(), "timeOfDayInMinutes": 510, "kind": "InOut", "terminal": terminal}
    record = ClockingRecord.model_validate(shown).as_server_record()
    assert isinstance(find_on_server(api.clockings.sent_clocking(in_out()), [record], ()), expected)


def test_people_are_named_by_badge_reference_or_id() -> None:
    def person(name: str, value: str | None, clocking: Clocking) -> object:
        return clocking_body(clocking, reference_name=name, reference_value=value, terminal_code=None)["person"]

    badge = {"externalReferences": {"@badge-number": ANNA_BADGE}}
    assert person("@badge-number", ANNA_BADGE, in_out()) == badge
    assert person("@badge-number", None, in_out()) == {"id": 1}
    assert person("HRMID", "HR-1", in_out()) == {"externalReferences": {"HRMID": "HR-1"}}
    assert person("HRMID", None, in_out()) == {"id": 1}
    with pytest.raises(ValueError, match="nobody"):
        person("HRMID", None, dataclasses.replace(in_out(), person_id=None))


def test_the_body_holds_nothing_else() -> None:
    def body(clocking: Clocking, terminal_code: str | None = None) -> dict[str, object]:
        return clocking_body(
            clocking, reference_name="@badge-number", reference_value=None, terminal_code=terminal_code
        )

    assert set(body(in_out())) == {"person", "date", "timeOfDayInMinutes", "kind"}
    assert body(in_out(), "GATE-1")["terminal"] == {"externalReferences": {"@external-code": "GATE-1"}}
    assert body(with_reason())["reason"] == {"externalReferences": {"@absence-code": "DOC"}}
    assert body(with_reason(None))["reason"] == {"id": 1}
    levels = (ActivityLevel(1, "a", "100", "P"), ActivityLevel(2, "b", None, "P"), ActivityLevel(3, "c", None, None))
    assert body(dataclasses.replace(with_activity(), activity_levels=levels))["activityLevels"] == [
        {"level": 1, "activityDefinition": {"externalReferences": {"@data-entry-code": "100"}}},
        {"level": 2, "activityDefinition": {"externalReferences": {"@external-reference": "P"}}},
        {"level": 3, "activityDefinition": {"id": "c"}},
    ]


async def test_a_token_that_ended_early_costs_one_more(api: ProtimeApi, simulator: SimulatorThread) -> None:
    assert isinstance((await api.clockings.create(in_out())).outcome, Confirmed)
    simulator.set_faults(expire_tokens=True)
    assert isinstance((await api.clockings.create(in_out(511))).outcome, Confirmed)
    assert len(simulator.received()) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_missing_scope_is_not_the_clockings_fault(
    api: ProtimeApi, simulator: SimulatorThread, status: int
) -> None:
    simulator.set_faults(withheld_scopes=["connector-protimeapi-clockings.write"], missing_scope_status=status)
    sent = await api.clockings.create(in_out())
    assert isinstance(sent.outcome, Postponed)
    assert sent.reach is Reach.NOT_ALLOWED


async def test_a_badge_that_nobody_has_is_refused_with_the_servers_reason(
    api: ProtimeApi, simulator: SimulatorThread
) -> None:
    sent = await api.clockings.create(in_out(badge_number="4711"), "4711")
    assert isinstance(sent.outcome, Refused)
    assert "400" in sent.outcome.explanation
    assert simulator.received() == []


@pytest.mark.parametrize(
    "fault", ["cut_before_storing", "fail_before_storing", "cut_after_storing", "fail_after_storing"]
)
async def test_what_may_be_stored_is_in_doubt(api: ProtimeApi, simulator: SimulatorThread, fault: str) -> None:
    await api.people().listed().__anext__()  # the token
    simulator.set_faults(**{fault: 1})
    assert isinstance((await api.clockings.create(in_out())).outcome, InDoubt)
    assert len(simulator.received()) == ("after" in fault)


@pytest.mark.parametrize(
    ("created_answer", "kind"),
    [
        ("location", Confirmed),
        ("absolute-location", Confirmed),
        ("body", Confirmed),
        ("no-location", InDoubt),
        ("accepted", InDoubt),
    ],
)
async def test_each_form_of_created(
    api: ProtimeApi, simulator: SimulatorThread, created_answer: str, kind: type[object]
) -> None:
    simulator.set_faults(created_answer=created_answer)
    assert isinstance((await api.clockings.create(in_out())).outcome, kind)


async def test_no_token_no_clocking(simulator: SimulatorThread) -> None:
    settings = protime_settings(simulator.url)
    async with ProtimeApi(settings, DeliverySettings(), "wrong") as api:
        sent = await api.clockings.create(in_out())
    assert isinstance(sent.outcome, Postponed)
    assert sent.reach is Reach.TOKEN_REFUSED
    assert simulator.received() == []


async def test_a_cut_while_asking_for_a_token_leaves_no_doubt(simulator: SimulatorThread) -> None:
    simulator.set_faults(down=True, target="token")
    async with ProtimeApi(protime_settings(simulator.url), DeliverySettings(), "demo-secret") as api:
        assert isinstance((await api.clockings.create(in_out())).outcome, Postponed)


@pytest.mark.parametrize(
    ("badge_number", "owner"), [(ANNA_BADGE, 1), ("4711", None), ("1", None), ("a/b?c#d e", None), ("..", None)]
)
async def test_the_owner_of_a_badge_is_the_person_who_has_it_now(
    api: ProtimeApi, badge_number: str, owner: int | None
) -> None:
    assert await api.owner_of_badge(badge_number) == owner


@pytest.mark.parametrize("body", [b"{}", b'{"id":"x"}', b"[]", b"<html>"])
async def test_an_owner_that_cannot_be_read_is_an_error(body: bytes) -> None:
    async with (
        RawServer(TOKEN, answer(200, body)) as server,
        ProtimeApi(protime_settings(server.url), DeliverySettings(), "s") as api,
    ):
        with pytest.raises(UnexpectedAnswer):
            await api.owner_of_badge("4711")
    assert (
        b"GET /connector/protimeapi/api/v1/people/4711?externalReferences=(people,@badge-number) " in server.requests[1]
    )


async def test_a_limit_ends_a_look_up_at_once(api: ProtimeApi, simulator: SimulatorThread) -> None:
    await api.people().listed().__anext__()
    simulator.set_faults(rate_limit=1)
    with pytest.raises(TooManyRequests):
        await api.clockings.read_around(1, DAY)


async def test_a_record_that_cannot_be_read_ends_a_look_up() -> None:
    body = json.dumps({"value": [{"id": 5, "kind": "InOut", "date": "garbage", "timeOfDayInMinutes": 1}]}).encode()
    async with (
        RawServer(TOKEN, answer(200, body)) as server,
        ProtimeApi(protime_settings(server.url), DeliverySettings(), "s") as api,
    ):
        with pytest.raises(UnexpectedAnswer, match="cannot be read"):
            await api.clockings.read_around(1, DAY)
