"""A full example of each record, composed from the reference; older forms apart."""

from terminal_app.protime.collections.absences import Absence, AbsenceDefinition, AbsenceGroup
from terminal_app.protime.collections.access_clockings import AccessClocking
from terminal_app.protime.collections.activities import (
    ActivityDefinition,
    Restriction,
    RestrictionSet,
    Usage,
    UsageSet,
)
from terminal_app.protime.collections.activity_durations import ActivityDuration
from terminal_app.protime.collections.assignments import Assignment
from terminal_app.protime.collections.breaks import Break, BreakDefinition, WorkInterruption
from terminal_app.protime.collections.catalogs import CatalogEntry, Employer, WorkLocation
from terminal_app.protime.collections.clockings import Clocking, Geolocation
from terminal_app.protime.collections.contracts import Contract
from terminal_app.protime.collections.counters import Counter, CounterDefinition, CounterGroup
from terminal_app.protime.collections.people import HistoryEntry, Person
from terminal_app.protime.collections.shift_definitions import ShiftDefinition
from terminal_app.protime.collections.totals import CalculatedTotal, PaidPresence
from terminal_app.protime.collections.webhooks import Webhook
from terminal_app.protime.fields import Record

Example = dict[str, object]

GUID = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01"
VERSION = "0000090200004BD0000B"
NAME = {"default": "Doctor", "translations": {"en-GB": "Doctor", "nl-NL": "Dokter"}}
ANNA = {"id": 1, "externalReferences": {"@badge-number": "6767676"}}
LEVELS = [{"level": 1, "activityDefinition": {"id": GUID}}]
USAGE: Example = {
    "activityUsageKind": "Circle", "usageReference": {"id": 13}, "from": "2026-01-01", "until": "2026-12-31",
}  # fmt: skip
RESTRICTION: Example = {"level": 2, "activityDefinitions": [{"id": GUID}]}
HEAD: Example = {"changeVersion": VERSION, "id": 7}
OF_A_DAY: Example = {**HEAD, "person": ANNA, "date": "2026-01-15"}

EXAMPLES: dict[str, tuple[type[Record], Example]] = {
    "Clocking": (
        Clocking,
        {
            **OF_A_DAY, "timeOfDayInMinutes": 480, "originalTimeOfDayInMinutes": 481,
            "calculatedTimeOfDayInMinutes": 480, "isGenerated": False,
            "terminal": {"id": 3, "externalReferences": {"@external-code": "GATE-1"}},
            "geolocation": {"longitude": 4.392225, "latitude": 51.144127}, "kind": "Reason", "reason": {"id": 5},
            "isOpen": True, "activityLevels": LEVELS, "status": "Active",
        },
    ),
    "Geolocation": (Geolocation, {"longitude": 4.392225, "latitude": 51.144127}),
    "AccessClocking": (
        AccessClocking, {**OF_A_DAY, "timeOfDayInMinutes": 480, "terminal": {"id": 3}, "status": "UnknownBadgeNumber"},
    ),
    "Person": (
        Person,
        {
            **HEAD, "periodClosingDate": "2025-12-31", "hourlyRateCurrencyDefinition": {"id": 1},
            "advanceCurrencyDefinition": {"id": 1}, "lastName": "Peeters", "firstName": "Anna", "initials": "A.",
            "telephone": "02", "mobile": "04", "email": "a@acme.example", "address": "Street 1", "postalCode": "1000",
            "town": "Brussels", "countryISOCode": "BE", "nationalityISOCode": "BE", "sex": "Female",
            "maritalStatus": "LivingTogether", "birthDate": "1990-02-28", "placeOfBirth": "Ghent",
            "drivingLicense": "D1", "registerNumber": "R1", "passportNumber": "P1", "socialSecurityNumber": "S1",
            "bankAccount": "BE00", "inServiceDate": "2015-01-01", "outOfServiceDate": "2030-12-31",
            "wtdStartDate": "2015-01-01", "employeeNumber": "E1", "payGroup": "PG", "hourlyRate": 21.5,
            "maxAdvance": 100, "terminalGroup": {"id": 2}, "badgeNumber": "0013961168", "pinCode": 12,
            "terminalLanguageISOCode": "nl",
        },
    ),
    "HistoryRecord": (
        HistoryEntry, {**HEAD, "person": ANNA, "from": "2026-01-01", "until": "2026-06-30", "jobCategory": {"id": 4}},
    ),
    "Contract": (
        Contract,
        {
            **HEAD, "person": ANNA, "code": "C1", "from": "2026-01-01", "until": "2026-12-31",
            "contractHoursInMinutes": 2280, "fullTimeEquivalentInMinutes": 2280, "contractPercentage": 100.0,
            "numberOfWorkingDaysPerWeek": 4.5, "numberOfDaysInContractPeriod": 5, "kind": "Addendum",
            "parentContract": {"id": 6},
        },
    ),
    "CatalogItem": (CatalogEntry, {**HEAD, "name": NAME, "externalCode": "X1"}),
    "Sector": (CatalogEntry, {**HEAD, "name": NAME}),
    "WorkLocation": (WorkLocation, {**HEAD, "name": NAME, "description": "North gate"}),
    "Employer": (
        Employer,
        {
            **HEAD, "name": NAME, "externalCode": "X1", "address": "Street 1", "town": "Brussels",
            "postalCode": "1000", "bankAccount": "BE00", "companyRegistrationNumber": "0123",
        },
    ),
    "AbsenceDefinition": (
        AbsenceDefinition,
        {
            **HEAD, "name": NAME, "code": "DOC", "friendlyName": NAME, "friendlyCode": NAME,
            "allowedDurations": ["FullDay", "Interval"], "isEnabled": True, "isReasonForClocking": True,
            "absenceGroup": {"id": 2},
        },
    ),
    "AbsenceGroup": (AbsenceGroup, {**HEAD, "name": NAME, "type": "WorkingElsewhere"}),
    "Absence": (
        Absence,
        {
            **OF_A_DAY, "resultingAbsenceDefinition": {"id": 5}, "requestedAbsenceDefinition": {"id": 5},
            "shiftDefinition": {"id": 8}, "startTimeInMinutes": 480, "durationInMinutes": 240,
            "calculatedDurationInMinutes": 228, "dayPart": "First", "request": {"id": "1-1-99"}, "status": "Manual",
            "approvalLevel": "NotApprovedByPriorities", "isLocked": False, "periodType": "Day",
        },
    ),
    "ActivityDefinition": (
        ActivityDefinition,
        {
            "changeVersion": VERSION, "id": GUID, "structureVersion": GUID, "level": 2, "name": NAME,
            "parent": {"id": GUID}, "shortCode": "S", "dataEntryCode": "100", "externalReference": "PRJ-100",
            "info": "long", "activeFrom": "2026-01-01", "activeUntil": "2026-12-31", "canConfigureRestrictions": True,
        },
    ),
    "Usage": (Usage, USAGE),
    "UsageSet": (
        UsageSet, {"changeVersion": VERSION, "activityDefinitionId": {"id": GUID}, "usages": [USAGE]},
    ),
    "Restriction": (Restriction, RESTRICTION),
    "RestrictionSet": (
        RestrictionSet, {"changeVersion": VERSION, "activityDefinitionId": {"id": GUID}, "restrictions": [RESTRICTION]},
    ),
    "ActivityDuration": (
        ActivityDuration,
        {
            **OF_A_DAY, "durationInMinutes": 60, "activityLevels": LEVELS, "absenceDefinition": {"id": 5},
            "request": {"id": "1-1-99"}, "counterDefinitions": [{"id": 9}], "shiftDefinition": {"id": 8},
            "status": "Auto", "isAuthorized": True,
        },
    ),
    "Counter": (
        Counter,
        {
            **OF_A_DAY, "shiftDefinition": {"id": 8}, "numberOfInstances": 1, "request": {"id": "1-1-99"},
            "status": "Calendar", "isAuthorized": True, "periodType": "PayPeriod", "counterDefinition": {"id": 9},
            "startTimeInMinutes": 480, "endTimeInMinutes": 540, "durationInMinutes": 60,
        },
    ),
    "CounterDefinition": (
        CounterDefinition,
        {
            **HEAD, "name": NAME, "code": "OVER", "friendlyName": NAME, "friendlyCode": NAME, "isEnabled": True,
            "counterGroup": {"id": 2}, "unit": "Duration",
        },
    ),
    "CounterGroup": (CounterGroup, {**HEAD, "name": NAME}),
    "CalculatedTotal": (
        CalculatedTotal,
        {
            **OF_A_DAY, "normalTimeDurationInMinutes": 456, "timePresentDurationInMinutes": 500,
            "calculatedPresenceDurationInMinutes": 470, "weeklyHours1DurationInMinutes": 1,
            "weeklyHours2DurationInMinutes": 2, "weeklyHours3DurationInMinutes": 3,
            "payPeriodHoursDurationInMinutes": 4, "flextimeDurationInMinutes": 14, "flextimeBalanceInMinutes": -90,
            "shiftDefinition": {"id": 8},
        },
    ),
    "PaidPresence": (PaidPresence, {**OF_A_DAY, "durationInMinutes": 456, "shiftDefinition": {"id": 8}}),
    "Break": (
        Break,
        {
            **OF_A_DAY, "breakDefinition": {"id": 2}, "calculatedDurationInMinutes": 30,
            "clockedDurationInMinutes": 28, "startTimeInMinutes": 690, "endTimeInMinutes": 840, "isBreakTaken": True,
        },
    ),
    "BreakDefinition": (
        BreakDefinition,
        {
            **HEAD, "name": NAME, "friendlyName": NAME, "paidDurationInMinutes": 0, "minimumDurationInMinutes": 30,
            "maximumDurationInMinutes": 60, "ifNotClockedDurationInMinutes": 30, "hasToBeTakenUninterrupted": True,
        },
    ),
    "WorkInterruption": (
        WorkInterruption,
        {**OF_A_DAY, "durationInMinutes": 15, "startTimeInMinutes": 600, "endTimeInMinutes": 615},
    ),
    "ShiftDefinition": (
        ShiftDefinition, {**HEAD, "name": NAME, "code": "DAY", "friendlyName": NAME, "isEnabled": True},
    ),
    "Assignment": (
        Assignment,
        {
            **HEAD, "person": ANNA, "from": "2026-01-15", "until": "2026-01-16", "startTimeInMinutes": -120,
            "endTimeInMinutes": 360, "breakDurationInMinutes": 30, "comments": "Bring boots",
            "activityLevels": LEVELS, "isRejected": False,
        },
    ),
    "Webhook": (
        Webhook,
        {
            "id": GUID, "validUntil": "2026-03-31T12:30:00+02:00", "status": "Enabled",
            "externalReferences": {"people": "@employee-number"}, "destinationUrl": "https://acme.example/hook",
            "collectionName": "clockings",
        },
    ),
}  # fmt: skip
"""By the name of the schema in docs/openapi.yaml."""

ONE_OF_SEVERAL = {
    "HistoryRecord": {"department", "employer", "job", "jobCategory", "sector", "workLocation"},
    "UsageSet": {"activityDefinitionId", "activityDefinition"},
    "RestrictionSet": {"activityDefinitionId", "activityDefinition"},
}
"""Properties of which a record has one; all are read into the same field."""
