"""Every operation of docs/openapi.yaml with the function that covers it: for the test, and for the page in docs."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.activities import (
    NewActivityDefinition,
    NewRestriction,
    NewUsage,
    UsageChange,
    UsageKind,
    name_of,
)
from terminal_app.protime.collections.assignments import NewAssignment
from terminal_app.protime.collections.clockings import NewClocking
from terminal_app.protime.collections.people import HistoryCategory
from terminal_app.protime.collections.webhooks import WebhookCollection
from terminal_app.protime.external_references import ABSENCE_CODE, BADGE_NUMBER, DATA_ENTRY_CODE, by_id, by_reference
from terminal_app.protime.filters import date as date_field
from terminal_app.protime.new_record import NewActivityLevel
from tests.protime.collections.examples import EXAMPLES, GUID
from tests.protime.raw_server import answer

BASE = "/connector/protimeapi/api/v1"
LEVEL = f"{BASE}/activity-structure-versions/{{structureVersionId}}/levels/{{level}}/activity-definitions"
DEFINITION = f"{LEVEL}/{{activityDefinitionReference}}"
DELTA_LINK = f"{BASE}/delta/clockings?deltaToken=abc"
YEAR = date_field.between(date(2026, 1, 1), date(2026, 12, 31))
DIGGING = NewActivityLevel(level=1, activity_definition=by_reference(DATA_ENTRY_CODE, "100"))
ASSIGNMENT = NewAssignment(person=by_id(1), from_date=date(2026, 1, 15), activity_levels=(DIGGING,))
ACTIVITY = NewActivityDefinition(name=name_of("Digging"), data_entry_code="110")
USAGE = NewUsage(activity_usage_kind=UsageKind.CIRCLE, usage_reference=by_id(13), from_date=date(2026, 1, 1))


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb on one path."""

    verb: str
    path: str
    function: str
    """As a user writes it, after `protime.`."""
    call: Callable[[ProtimeClient], Awaitable[Any]]
    answer: bytes
    sent: object = None
    """The body."""

    @property
    def name(self) -> str:
        return f"{self.verb} {self.path.removeprefix(BASE)}"


def ok(body: object, status: int = 200, **headers: str) -> bytes:
    return answer(status, json.dumps(body).encode(), **headers)


async def _all(records: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in records]


def _listing(collection: str, attribute: str, schema: str, *, dated: bool = False) -> Operation:
    example = EXAMPLES[schema][1]
    return Operation(
        "GET",
        f"{BASE}/{collection}",
        f"{attribute}.records",
        lambda protime: _all(getattr(protime, attribute).records(YEAR if dated else None)),
        ok({"value": [example]}),
    )


def _one(collection: str, attribute: str, schema: str, parameter: str = "id") -> Operation:
    example = EXAMPLES[schema][1]
    return Operation(
        "GET",
        f"{BASE}/{collection}/{{{parameter}}}",
        f"{attribute}.get",
        lambda protime: getattr(protime, attribute).get(7),
        ok(example),
    )


def _both(collection: str, schema: str, parameter: str = "id", *, dated: bool = False) -> list[Operation]:
    attribute = collection.replace("-", "_")
    return [_listing(collection, attribute, schema, dated=dated), _one(collection, attribute, schema, parameter)]


OPERATIONS: list[Operation] = [
    *_both("clockings", "Clocking", dated=True),
    Operation(
        "POST", f"{BASE}/clockings", "clockings.create",
        lambda protime: protime.clockings.create(
            NewClocking(
                person=by_reference(BADGE_NUMBER, "6767676"), date=date(2026, 1, 15), time_of_day_in_minutes=720,
                kind=ClockingKind.REASON, reason=by_reference(ABSENCE_CODE, "DOC"), is_open=True,
            )
        ),
        answer(201, Location=f"{BASE}/clockings/76547"),
        {
            "person": {"externalReferences": {"@badge-number": "6767676"}}, "date": "2026-01-15",
            "timeOfDayInMinutes": 720, "kind": "Reason", "reason": {"externalReferences": {"@absence-code": "DOC"}},
            "isOpen": True,
        },
    ),
    *_both("access-clockings", "AccessClocking", dated=True),
    *_both("people", "Person", "personReference"),
    Operation(
        "GET", f"{BASE}/people/{{personReference}}/{{category}}-history", "people.history",
        lambda protime: _all(protime.people.history(7, HistoryCategory.JOB_CATEGORY)),
        ok({"value": [EXAMPLES["HistoryRecord"][1]]}),
    ),
    Operation(
        "GET", f"{BASE}/{{category}}-histories", "histories(category).records",
        lambda protime: _all(protime.histories(HistoryCategory.DEPARTMENT).records()),
        ok({"value": [EXAMPLES["HistoryRecord"][1]]}),
    ),
    *_both("contracts", "Contract", "contractReference"),
    *_both("departments", "CatalogItem", "departmentReference"),
    *_both("employers", "Employer", "employerReference"),
    *_both("jobs", "CatalogItem", "jobReference"),
    *_both("job-categories", "CatalogItem", "jobCategoryReference"),
    *_both("sectors", "Sector", "sectorReference"),
    *_both("work-locations", "WorkLocation", "workLocationReference"),
    *_both("absence-definitions", "AbsenceDefinition", "absenceDefinitionReference"),
    *_both("absence-groups", "AbsenceGroup", "absenceGroupReference"),
    *_both("absences", "Absence", dated=True),
    *_both("activity-durations", "ActivityDuration", dated=True),
    *_both("counters", "Counter", dated=True),
    *_both("counter-definitions", "CounterDefinition", "counterDefinitionReference"),
    *_both("counter-groups", "CounterGroup", "counterGroupReference"),
    *_both("calculated-totals", "CalculatedTotal", dated=True),
    *_both("paid-presences", "PaidPresence", dated=True),
    *_both("breaks", "Break", dated=True),
    *_both("break-definitions", "BreakDefinition", "breakDefinitionReference"),
    *_both("work-interruptions", "WorkInterruption", dated=True),
    *_both("shift-definitions", "ShiftDefinition", "shiftDefinitionReference"),
    *_both("assignments", "Assignment", dated=True),
    Operation(
        "POST", f"{BASE}/assignments", "assignments.create",
        lambda protime: protime.assignments.create(ASSIGNMENT),
        answer(201, Location=f"{BASE}/assignments/31"),
        {
            "person": {"id": 1}, "from": "2026-01-15",
            "activityLevels": [
                {"level": 1, "activityDefinition": {"externalReferences": {"@data-entry-code": "100"}}}
            ],
        },
    ),
    Operation(
        "PUT", f"{BASE}/assignments/{{id}}", "assignments.update",
        lambda protime: protime.assignments.update(7, ASSIGNMENT.model_copy(update={"until": date(2026, 1, 16)})),
        answer(200),
        {
            "person": {"id": 1}, "from": "2026-01-15", "until": "2026-01-16",
            "activityLevels": [
                {"level": 1, "activityDefinition": {"externalReferences": {"@data-entry-code": "100"}}}
            ],
        },
    ),
    Operation(
        "DELETE", f"{BASE}/assignments/{{id}}", "assignments.delete",
        lambda protime: protime.assignments.delete(7), answer(200),
    ),
    Operation(
        "GET", LEVEL, "activities(structure, level).records",
        lambda protime: _all(protime.activities(GUID, 2).records()),
        ok({"value": [EXAMPLES["ActivityDefinition"][1]]}),
    ),
    Operation(
        "POST", LEVEL, "activities(structure, level).create",
        lambda protime: protime.activities(GUID, 2).create(ACTIVITY),
        answer(201, Location=f"{BASE}/x/{GUID}"), {"name": {"default": "Digging"}, "dataEntryCode": "110"},
    ),
    Operation(
        "GET", DEFINITION, "activities(structure, level).get_with",
        lambda protime: protime.activities(GUID, 2).get_with(GUID), ok(EXAMPLES["ActivityDefinition"][1]),
    ),
    Operation(
        "PUT", DEFINITION, "activities(structure, level).put",
        lambda protime: protime.activities(GUID, 2).put("110", ACTIVITY, by=DATA_ENTRY_CODE),
        answer(201, Location=f"{BASE}/x/{GUID}"), {"name": {"default": "Digging"}, "dataEntryCode": "110"},
    ),
    Operation(
        "GET", f"{DEFINITION}/usages", "activities(structure, level).usages",
        lambda protime: protime.activities(GUID, 2).usages(GUID), ok(EXAMPLES["UsageSet"][1]),
    ),
    Operation(
        "POST", f"{DEFINITION}/usages", "activities(structure, level).add_usage",
        lambda protime: protime.activities(GUID, 2).add_usage(GUID, USAGE), answer(200),
        {"activityUsageKind": "Circle", "usageReference": {"id": 13}, "from": "2026-01-01"},
    ),
    Operation(
        "PUT", f"{DEFINITION}/usages", "activities(structure, level).change_usage",
        lambda protime: protime.activities(GUID, 2).change_usage(
            GUID,
            UsageChange(
                activity_usage_kind=UsageKind.PERSON, usage_reference=by_id(1), original_from=date(2026, 1, 1),
                updated_from=date(2026, 2, 1), updated_until=date(2026, 3, 1),
            ),
        ),
        answer(200),
        {
            "activityUsageKind": "Person", "usageReference": {"id": 1}, "originalFrom": "2026-01-01",
            "updatedFrom": "2026-02-01", "updatedUntil": "2026-03-01",
        },
    ),
    Operation(
        "DELETE", f"{DEFINITION}/usages", "activities(structure, level).delete_usage",
        lambda protime: protime.activities(GUID, 2).delete_usage(GUID, USAGE), answer(204),
        {"activityUsageKind": "Circle", "usageReference": {"id": 13}, "from": "2026-01-01"},
    ),
    Operation(
        "GET", f"{DEFINITION}/restrictions", "activities(structure, level).restrictions",
        lambda protime: protime.activities(GUID, 2).restrictions(GUID), ok(EXAMPLES["RestrictionSet"][1]),
    ),
    Operation(
        "PUT", f"{DEFINITION}/restrictions", "activities(structure, level).put_restrictions",
        lambda protime: protime.activities(GUID, 2).put_restrictions(
            GUID, [NewRestriction(level=2, activity_definitions=(GUID,))]
        ),
        answer(200), [{"level": 2, "activityDefinitions": [{"id": GUID}]}],
    ),
    Operation(
        "GET", f"{BASE}/delta/{{collection}}", "go_on_with_delta",
        lambda protime: _all(protime.go_on_with_delta(protime.clockings.collection, DELTA_LINK)),
        ok({"value": [], "deltaLink": DELTA_LINK}),
    ),
    *_both("webhooks", "Webhook"),
    Operation(
        "POST", f"{BASE}/webhooks", "webhooks.create",
        lambda protime: protime.webhooks.create("https://acme.example/hook", WebhookCollection.CLOCKINGS),
        ok({"webhookKey": "k"}, 201, Location=f"{BASE}/webhooks/{GUID}"),
        {"destinationUrl": "https://acme.example/hook", "collectionName": "clockings"},
    ),
    Operation(
        "DELETE", f"{BASE}/webhooks/{{id}}", "webhooks.delete",
        lambda protime: protime.webhooks.delete(GUID), answer(204),
    ),
]  # fmt: skip

OF_THE_AUTHENTICATION_HOST = {
    ("POST", "/tenants/{tenantName}/connect/token"): ("token.TokenSource", "tests/protime/test_token.py"),
    ("GET", "/tenants/{tenantName}/.well-known/openid-configuration"): (
        "discovery.token_url_of", "tests/protime/test_scopes.py",
    ),
}  # fmt: skip
