"""What is sent to create and replace records, and what is refused before it leaves."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.protime.collections.activities import (
    ActivityDefinition,
    Expand,
    NewActivityDefinition,
    name_of,
)
from terminal_app.protime.collections.assignments import NewAssignment
from terminal_app.protime.collections.clockings import NewClocking, NewGeolocation
from terminal_app.protime.collections.webhooks import WebhookCollection
from terminal_app.protime.errors import Conflict, HeldBack, Interrupted, NotFound, ServerFailed, UnexpectedAnswer
from terminal_app.protime.external_references import ABSENCE_CODE, by_id, by_reference
from terminal_app.protime.new_record import NewActivityLevel
from tests.protime.collections.examples import EXAMPLES, GUID
from tests.protime.collections.openapi import properties
from tests.protime.collections.operations import ACTIVITY, ASSIGNMENT, BASE, DIGGING, ok
from tests.protime.collections.test_operations import TOKEN, client
from tests.protime.collections.written import WRITTEN
from tests.protime.raw_server import RawServer, answer

DAY = date(2026, 1, 15)
DOCTOR = by_reference(ABSENCE_CODE, "DOC")


def clocking(minute: int = 480, kind: ClockingKind = ClockingKind.IN_OUT, **fields: object) -> NewClocking:
    return NewClocking.model_validate(
        {"person": by_id(1), "date": DAY, "time_of_day_in_minutes": minute, "kind": kind, **fields}
    )


@pytest.mark.parametrize("schema", WRITTEN)
def test_every_field_that_may_be_written_can_be(schema: str) -> None:
    names = {str(field.serialization_alias) for field in WRITTEN[schema].model_fields.values()}
    of_old = {"status"} if schema == "ClockingCreate" else set()  # with one value, and in one old page only
    assert names == set(properties()[schema]) - of_old


@pytest.mark.parametrize(
    ("new", "body"),
    [
        (clocking(), {"kind": "InOut"}),
        (clocking(kind=ClockingKind.ACTIVITY_END), {"kind": "ActivityEnd"}),
        (clocking(kind=ClockingKind.REASON), {"kind": "Reason"}),
        (clocking(kind=ClockingKind.ACTIVITY), {"kind": "Activity"}),
        (clocking(kind=ClockingKind.REASON, reason=DOCTOR), {"kind": "Reason", "reason": DOCTOR}),
        (
            clocking(kind=ClockingKind.REASON, reason=DOCTOR, is_open=False),
            {"kind": "Reason", "reason": DOCTOR, "isOpen": False},
        ),
        (
            clocking(kind=ClockingKind.ACTIVITY, activity_levels=(DIGGING,)),
            {
                "kind": "Activity",
                "activityLevels": [
                    {"level": 1, "activityDefinition": {"externalReferences": {"@data-entry-code": "100"}}}
                ],
            },
        ),
        (
            clocking(geolocation=NewGeolocation(longitude=4.392225, latitude=51.144127)),
            {"kind": "InOut", "geolocation": {"longitude": 4.392225, "latitude": 51.144127}},
        ),
    ],
)
def test_each_kind_of_clocking(new: NewClocking, body: dict[str, object]) -> None:
    assert new.body().json == {"person": {"id": 1}, "date": "2026-01-15", "timeOfDayInMinutes": 480, **body}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: clocking(-1441),
        lambda: clocking(2881),
        lambda: clocking(reason=DOCTOR),
        lambda: clocking(is_open=True),
        lambda: clocking(activity_levels=(DIGGING,)),
        lambda: clocking(status="Active"),
        lambda: NewActivityDefinition(name=name_of("x"), data_entry_code="s3cr3t-17-letters"),
        lambda: NewActivityDefinition(name=name_of("x"), external_reference=""),
        lambda: NewAssignment(person=by_id(1), from_date=DAY, activity_levels=()),
        lambda: NewActivityLevel(level=0, activity_definition=by_id(GUID)),
        lambda: NewGeolocation(longitude=181, latitude=0),
    ],
)
def test_what_the_reference_forbids_is_not_sent(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        wrong()
    assert "s3cr3t" not in str(caught.value)


async def test_a_new_record_has_the_id_of_its_location() -> None:
    answers = (
        TOKEN,
        answer(201, Location=f"{BASE}/clockings/76547/?x"),
        answer(201),
        answer(202, Operation_Location="/s"),
    )
    async with RawServer(*answers) as server, client(server.url) as protime:
        first = await protime.clockings.create(clocking())
        assert (first.id, first.is_new, first.is_confirmed) == ("76547", True, True)
        assert (await protime.clockings.create(clocking())).id is None
        accepted = await protime.clockings.create(clocking())
    assert (accepted.is_confirmed, accepted.operation_location) == (False, "/s")


@pytest.mark.parametrize(
    ("given", "kind"),
    [(b"", Interrupted), (answer(500), ServerFailed), (answer(409), Conflict), (answer(204), UnexpectedAnswer)],
)
async def test_what_may_have_been_done_says_so(given: bytes, kind: type[Exception]) -> None:
    async with RawServer(TOKEN, given) as server, client(server.url) as protime:
        with pytest.raises(kind) as caught:
            await protime.clockings.create(clocking())
    assert getattr(caught.value, "may_have_been_done", None) is True


async def test_a_clocking_does_not_wait_when_everybody_has_to() -> None:
    async with RawServer(TOKEN, answer(429, Retry_After="60")) as server, client(server.url) as protime:
        with pytest.raises(Exception, match="429"):
            await protime.clockings.create(clocking())
        with pytest.raises(HeldBack):
            await protime.clockings.create(clocking())
    assert len(server.requests) == 2


async def test_a_record_is_replaced_only_while_it_is_the_one_that_was_read() -> None:
    async with RawServer(TOKEN, answer(409)) as server, client(server.url) as protime:
        with pytest.raises(Conflict):
            await protime.assignments.update(7, ASSIGNMENT, etag='"46ab44"')
        with pytest.raises(Conflict):
            await protime.activities(GUID, 1).put(GUID, ACTIVITY, etag='"46ab44"')
    assert all(b'If-Match: "46ab44"' in one for one in server.requests[1:])


def test_an_activity_that_was_read_can_be_put_back_whole() -> None:
    record = ActivityDefinition.model_validate(EXAMPLES["ActivityDefinition"][1])
    body = NewActivityDefinition.of(record).body().json
    example = EXAMPLES["ActivityDefinition"][1]
    assert body == {name: example[name] for name in properties()["ActivityDefinitionWrite"]}
    least = ActivityDefinition.model_validate({"id": GUID})
    assert NewActivityDefinition.of(least).body().json == {"name": {"default": GUID}}


async def test_texts_that_are_shown_cleaned_and_cut_are_put_back_as_they_came() -> None:
    came: dict[str, object] = {
        "name": {"default": "x" * 300, "translations": {"fa": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"}},
        "shortCode": "a\u00adb",
        "info": "i" * 5000,
    }
    record = {"id": GUID, **came}
    async with RawServer(TOKEN, ok({"value": [record]}), ok(record)) as server, client(server.url) as protime:
        level = protime.activities(GUID, 2)
        listed = [one async for one in level.records()]
        for one in (*listed, await level.get(GUID)):
            assert NewActivityDefinition.of(one).body().json == came
            assert one.name is not None
            assert len(one.name.default or "") == 200
    assert len(listed) == 1


async def test_a_definition_brings_its_parts_along() -> None:
    example = EXAMPLES["ActivityDefinition"][1]
    parts = {"usages": [EXAMPLES["Usage"][1]], "restrictions": [EXAMPLES["Restriction"][1]]}
    async with RawServer(TOKEN, ok({**example, **parts})) as server, client(server.url) as protime:
        found = await protime.activities(GUID, 2).get_with(GUID, Expand.USAGE, Expand.RESTRICTIONS)
    assert server.requests[1].split(b" ")[1].endswith(b"?expand=usage,restrictions")
    assert found.usages is not None
    assert found.restrictions is not None


async def test_by_a_reference_a_definition_is_updated_or_created() -> None:
    async with RawServer(TOKEN, answer(200), answer(201)) as server, client(server.url) as protime:
        level = protime.activities(GUID, 2)
        assert not (await level.put("PRJ 1", ACTIVITY, by="@external-reference")).is_new
        assert (await level.put("PRJ 1", ACTIVITY, by="@external-reference")).is_new
    path = server.requests[1].split(b" ")[1].decode()
    assert path.endswith("/PRJ%201?externalReferences=(activity-definitions,@external-reference)")


@pytest.mark.parametrize("name", ["webhookKey", "privateKey", "myKey"])
async def test_the_key_of_a_webhook_is_looked_for_under_several_names(name: str) -> None:
    created = ok({name: "s3cr3t-key", "validUntil": "2026-03-31T12:30:00+02:00"}, 201, Location=f"/x/{GUID}")
    async with RawServer(TOKEN, created) as server, client(server.url) as protime:
        found = await protime.webhooks.create("https://acme.example/", WebhookCollection.PEOPLE)
    assert found.key == (None if name == "myKey" else "s3cr3t-key")
    assert (found.id, found.valid_until) == (GUID, datetime(2026, 3, 31, 10, 30, tzinfo=UTC))
    assert "s3cr3t" not in repr(found)


async def test_a_webhook_that_was_made_without_a_word_is_known_by_its_location() -> None:
    async with RawServer(TOKEN, answer(201, b"", Location=f"/x/{GUID}")) as server, client(server.url) as protime:
        found = await protime.webhooks.create("https://acme.example/", WebhookCollection.PEOPLE)
        with pytest.raises(ValueError, match="https"):
            await protime.webhooks.create("http://acme.example/", WebhookCollection.PEOPLE)
        await protime.webhooks.create("http://127.0.0.1:9000/hook", WebhookCollection.PEOPLE)
    assert b"http://127.0.0.1:9000/hook" in server.requests[2]
    assert (found.id, found.key, found.valid_until) == (GUID, None, None)


async def test_custom_references_are_managed_in_the_assumed_form() -> None:
    answers = (TOKEN, ok({"externalReferences": {"HRMID": "HR-7", "x": None}}), answer(204), answer(204), answer(404))
    async with RawServer(*answers) as server, client(server.url) as protime:
        references = protime.custom_references
        assert await references.of("people", 7) == {"HRMID": "HR-7"}
        await references.put("people", 7, "HRM ID", "HR-7")
        await references.delete("people", 7, "HRMID")
        with pytest.raises(NotFound):
            await references.of("people", 7)
        with pytest.raises(ValueError, match="without @"):
            await references.put("people", 7, "@badge-number", "1")
    lines = [one.split(b"\r\n")[0].decode() for one in server.requests[1:4]]
    assert lines == [
        f"GET {BASE}/external-references/people/7 HTTP/1.1",
        f"PUT {BASE}/external-references/people/7/HRM%20ID HTTP/1.1",
        f"DELETE {BASE}/external-references/people/7/HRMID HTTP/1.1",
    ]
    assert server.requests[2].endswith(b'{"value": "HR-7"}')
