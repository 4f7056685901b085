"""Each rule that docs/openapi.yaml has for a field, proved on the record that is read and on the one that is sent.

That every field is read, and that null or a missing one is none, is proved in `test_whole_records`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.protime.collections.activities import UsageKind, name_of
from terminal_app.protime.collections.webhooks import WebhookCollection
from terminal_app.protime.external_references import by_id
from terminal_app.protime.fields import Texts, readable
from terminal_app.protime.whole_record import NumberReference, OpenEnum, TextReference
from tests.protime.collections.examples import EXAMPLES, GUID
from tests.protime.collections.openapi import FieldRule, field_rules
from tests.protime.collections.operations import DIGGING
from tests.protime.collections.test_whole_records import names_of
from tests.protime.collections.written import WRITTEN

RULES = field_rules()
READ = [(schema, name) for schema in EXAMPLES for name in RULES[schema]]
SENT = [(schema, name) for schema in WRITTEN for name in RULES[schema] if name != "status"]
_PYTHON: Mapping[tuple[str, str], type | tuple[type, ...]] = {
    ("string", ""): str,
    ("string", "date"): date,
    ("string", "date-time"): datetime,
    ("string", "uuid"): str,
    ("integer", ""): int,
    ("number", ""): (int, float),
    ("boolean", ""): bool,
    ("object", ""): dict,
}
_REFERENCES = {"IntReference": NumberReference, "GuidReference": TextReference, "StringReference": TextReference}
_PLAIN_TEXT = {("Usage", "until")}
"""Described as text, as it may be empty; it is a date all the same."""

LEAST: Mapping[str, dict[str, object]] = {
    "ClockingCreate": {"person": by_id(1), "date": date(2026, 1, 15), "timeOfDayInMinutes": 480, "kind": "InOut"},
    "AssignmentWrite": {"person": by_id(1), "from": date(2026, 1, 15), "activityLevels": (DIGGING,)},
    "ActivityDefinitionWrite": {"name": name_of("Digging")},
    "Usage": {"activityUsageKind": UsageKind.PERSON, "usageReference": by_id(1), "from": date(2026, 1, 1)},
    "UsageUpdate": {
        "activityUsageKind": UsageKind.PERSON,
        "usageReference": by_id(1),
        "originalFrom": date(2026, 1, 1),
        "updatedFrom": date(2026, 2, 1),
    },
    "Restriction": {"level": 1, "activityDefinitions": (GUID,)},
}


def read_as(schema: str, name: str, value: object) -> Any:  # whatever the record has there
    kind, example = EXAMPLES[schema]
    (record,) = readable(kind, [{**example, name: value}])
    return getattr(record, names_of(kind)[name])


def is_of(found: object, rule: FieldRule, *, is_date: bool) -> bool:
    if rule.type == "reference":
        return isinstance(found, _REFERENCES.get(rule.refers_to, BaseModel | str | dict))
    wanted = date if is_date else _PYTHON[rule.type, rule.format]
    return isinstance(found, wanted) and (wanted is bool) is isinstance(found, bool)


@pytest.mark.parametrize(("schema", "name"), READ)
def test_a_field_is_read_by_its_type(schema: str, name: str) -> None:
    rule, (_, example) = RULES[schema][name], EXAMPLES[schema]
    value = example.get(name, {"id": GUID} if rule.refers_to == "GuidReference" else {"id": 4})
    found = read_as(schema, name, value)
    if rule.is_list:
        assert isinstance(found, tuple)
        assert found
    for one in found if rule.is_list else [found]:
        assert is_of(one, rule, is_date=(schema, name) in _PLAIN_TEXT), one


@pytest.mark.parametrize(("schema", "name"), [(schema, name) for schema, name in READ if RULES[schema][name].values])
def test_every_listed_value_is_known(schema: str, name: str) -> None:
    rule = RULES[schema][name]
    for value in rule.values:
        found = read_as(schema, name, [value] if rule.is_list else value)
        (one,) = found if rule.is_list else [found]
        assert isinstance(one, OpenEnum)
        assert one.is_known, value
    one = read_as(schema, name, ["Brand-new"] if rule.is_list else "Brand-new")
    known = {member.value for member in type(one[0] if rule.is_list else one)}
    of_older_pages = {"UnknownBadge"}
    assert known == set(rule.values) - of_older_pages


@pytest.mark.parametrize(
    ("schema", "name"), [(schema, name) for schema, name in READ if RULES[schema][name].least is not None]
)
def test_the_ends_of_a_range_are_read(schema: str, name: str) -> None:
    rule = RULES[schema][name]
    for value in (rule.least, rule.most):
        assert read_as(schema, name, value) == value


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize(
    ("schema", "name"), [one for one in READ if RULES[one[0]][one[1]].may_be_null or "empty" in RULES[one[0]][one[1]].note]
)  # fmt: skip
def test_an_empty_day_is_none(schema: str, name: str, empty: str | None) -> None:
    assert read_as(schema, name, empty) is None


def sent(schema: str, **changes: object) -> dict[str, object]:
    body = WRITTEN[schema].model_validate({**LEAST[schema], **changes}, by_alias=True, by_name=True).body().json
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("schema", WRITTEN)
def test_what_is_required_is_always_sent_and_no_more_is(schema: str) -> None:
    required = {name for name, rule in RULES[schema].items() if rule.is_required}
    assert set(sent(schema)) == (required or set(LEAST[schema]))


@pytest.mark.parametrize(
    ("schema", "name"),
    [(schema, name) for schema, name in SENT if RULES[schema][name].is_required and name != "kind"],
)
def test_without_a_required_field_nothing_is_sent(schema: str, name: str) -> None:
    least = {key: value for key, value in LEAST[schema].items() if key != name}
    with pytest.raises(ValidationError):
        WRITTEN[schema].model_validate(least)


@pytest.mark.parametrize(
    ("schema", "name"), [(schema, name) for schema, name in SENT if RULES[schema][name].least is not None]
)
def test_a_range_is_kept(schema: str, name: str) -> None:
    rule = RULES[schema][name]
    assert rule.least is not None
    assert rule.most is not None
    for value in (rule.least, rule.most):
        assert sent(schema, **{name: value})[name] == value
    for value in (rule.least - 1, rule.most + 1):
        with pytest.raises(ValidationError):
            sent(schema, **{name: value})


@pytest.mark.parametrize(
    ("schema", "name"), [(schema, name) for schema, name in SENT if RULES[schema][name].longest is not None]
)
def test_a_length_is_kept(schema: str, name: str) -> None:
    longest = RULES[schema][name].longest
    assert longest is not None
    assert sent(schema, **{name: "x" * longest})[name] == "x" * longest
    with pytest.raises(ValidationError):
        sent(schema, **{name: "x" * (longest + 1)})


@pytest.mark.parametrize(
    ("schema", "name"),
    [(schema, name) for schema, name in SENT if RULES[schema][name].format == "date" or "Until" in name or name == "until"],
)  # fmt: skip
def test_a_day_is_sent_as_text(schema: str, name: str) -> None:
    assert sent(schema, **{name: date(2026, 3, 1)})[name] == "2026-03-01"


@pytest.mark.parametrize(("schema", "name"), [one for one in SENT if RULES[one[0]][one[1]].values])
def test_only_listed_values_are_sent(schema: str, name: str) -> None:
    written: type[ClockingKind | UsageKind] = ClockingKind if name == "kind" else UsageKind
    assert {member.value for member in written} == set(RULES[schema][name].values)
    for member in written:
        assert sent(schema, **{name: member})[name] == member.value
    if written is ClockingKind:
        with pytest.raises(ValidationError):
            sent(schema, **{name: "Pause"})


@pytest.mark.parametrize(
    ("new", "read"),
    [
        ("ClockingCreate", "Clocking"),
        ("AssignmentWrite", "Assignment"),
        ("ActivityDefinitionWrite", "ActivityDefinition"),
    ],
)
def test_what_is_read_only_cannot_be_sent(new: str, read: str) -> None:
    read_only = [name for name, rule in RULES[read].items() if rule.is_read_only]
    assert read_only
    for name in read_only:
        with pytest.raises(ValidationError):
            sent(new, **{name: EXAMPLES[read][1][name]})


def test_the_collections_with_webhooks_are_those_that_are_listed() -> None:
    assert {one.value for one in WebhookCollection} == COLLECTIONS


def test_a_text_has_a_default_and_translations() -> None:
    (found,) = readable(Texts, [{"default": "Doctor", "translations": {"nl-NL": "Dokter", "fr-FR": None}}])
    assert (found.default, found.translations) == ("Doctor", {"nl-NL": "Dokter", "fr-FR": None})


COLLECTIONS = {
    "absences", "absence-definitions", "absence-groups", "access-clockings", "activity-durations", "assignments",
    "break-definitions", "breaks", "calculated-totals", "clockings", "contracts", "counters", "counter-definitions",
    "counter-groups", "paid-presences", "people", "shift-definitions", "work-interruptions",
}  # fmt: skip
"""Reference, 7."""
