"""Every record of the reference: all fields, old names, unknown ones, and whatever else may come."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AliasChoices

from terminal_app.protime.collections.access_clockings import AccessClocking, AccessStatus
from terminal_app.protime.collections.activities import RestrictionSet, UsageKind, UsageSet
from terminal_app.protime.collections.assignments import Assignment
from terminal_app.protime.collections.clockings import Clocking, KindOfClocking
from terminal_app.protime.collections.people import HistoryEntry, Person, Sex
from terminal_app.protime.fields import Record, readable
from terminal_app.protime.whole_record import WholeRecord
from tests.protime.collections.examples import EXAMPLES, GUID, ONE_OF_SEVERAL, Example
from tests.protime.collections.openapi import properties

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "default", "level", "activityDefinition", "from"]), inner)
    ),
)


def names_of(kind: type[Record]) -> dict[str, str]:
    """The field of each name that the API may use for it."""
    found = {}
    for name, field in kind.model_fields.items():
        alias = field.validation_alias
        names = alias.choices if isinstance(alias, AliasChoices) else [alias]
        found.update({str(one): name for one in names})
    return found


@pytest.mark.parametrize("schema", EXAMPLES)
def test_every_field_of_the_reference_is_read(schema: str) -> None:
    kind, example = EXAMPLES[schema]
    wanted = set(properties()[schema])
    assert wanted - set(names_of(kind)) == set()
    assert wanted - set(example) <= ONE_OF_SEVERAL.get(schema, set())
    (record,) = readable(kind, [example])
    for name in wanted & set(example):
        assert getattr(record, names_of(kind)[name]) is not None, name
    assert record.model_extra == {}


def test_every_record_of_the_description_has_an_example() -> None:
    parts = {"IntReference", "GuidReference", "StringReference", "LocalizedText", "ActivityLevel"}  # inside of others
    other = {"Token", "OAuth", "Error", "Wrapped", "Model", "Change", "Delta"}
    written = {"ClockingCreate", "AssignmentWrite", "ActivityDefinitionWrite", "UsageUpdate", "WebhookCreate",
               "WebhookCreated"}  # fmt: skip
    read = {name for name in properties() if not name.startswith(tuple(other))} - parts - written
    assert read == set(EXAMPLES)


@pytest.mark.parametrize("schema", EXAMPLES)
def test_what_is_new_survives_and_what_is_missing_does_not_harm(schema: str) -> None:
    kind, example = EXAMPLES[schema]
    least = {name: value for name, value in example.items() if name == "id"}
    (record,) = readable(kind, [{**least, "newField": {"a": [1]}}])
    assert record.model_extra == {"newField": {"a": [1]}}
    (empty,) = readable(kind, [{**dict.fromkeys(example), **least}])
    assert not any(value for name, value in empty if name != "id")


@pytest.mark.parametrize(("schema", "name"), [
    (schema, name) for schema, (_, example) in EXAMPLES.items() for name, value in example.items()
    if isinstance(value, str) and value in {
        "Reason", "Active", "UnknownBadgeNumber", "Female", "LivingTogether", "Addendum", "WorkingElsewhere", "First",
        "Manual", "NotApprovedByPriorities", "Day", "Auto", "Calendar", "PayPeriod", "Duration", "Enabled", "Circle",
    }
])  # fmt: skip
def test_a_new_value_of_an_enumeration_survives(schema: str, name: str) -> None:
    kind, example = EXAMPLES[schema]
    known = getattr(readable(kind, [example])[0], names_of(kind)[name])
    (record,) = readable(kind, [{**example, name: "Brand-new\x1b"}])
    value = getattr(record, names_of(kind)[name])
    assert known.is_known
    assert type(value) is type(known)
    assert (value, value.is_known) == ("Brand-new\ufffd", False)
    assert record.model_dump(mode="json", by_alias=True) is not None


def test_old_names_are_read_like_new_ones() -> None:
    (person,) = readable(Person, [{"id": 1, "countryIsoCode": "BE", "nationalityIsoCode": "FR"}])
    assert (person.country, person.nationality) == ("BE", "FR")
    (access,) = readable(AccessClocking, [{"id": 1, "status": "UnknownBadge"}])
    assert access.status is AccessStatus.UNKNOWN_BADGE_NUMBER
    for name in ("department", "employer", "job", "jobCategory", "sector", "workLocation", "historicalFieldCategory"):
        (entry,) = readable(HistoryEntry, [{"id": 1, name: {"id": 4}}])
        assert entry.entry is not None
        assert entry.entry.id == 4
    kinds: tuple[type[UsageSet | RestrictionSet], ...] = (UsageSet, RestrictionSet)
    for kind in kinds:
        for name in ("activityDefinition", "activityDefinitionId"):
            (usages,) = readable(kind, [{name: {"id": GUID}}])
            assert usages.activity_definition is not None
            assert usages.activity_definition.id == GUID
    (clocking,) = readable(Clocking, [{"id": 1, "geolocation": {"longitude": "4.3", "lattitude": "51.1"}}])
    assert clocking.geolocation is not None
    assert (clocking.geolocation.longitude, clocking.geolocation.latitude) == (4.3, 51.1)


def test_a_note_keeps_its_lines_and_nothing_else_that_a_screen_must_not_get() -> None:
    (found,) = readable(Assignment, [{"id": 1, "comments": " Bring boots.\r\nAnd a \x1b[1mshovel.\n"}])
    assert found.comments == "Bring boots.\nAnd a \ufffd[1mshovel."
    (found,) = readable(Assignment, [{"id": 1, "comments": " \n\n"}])
    assert found.comments is None


def test_a_usage_without_an_end() -> None:
    (found,) = readable(UsageSet, [{"usages": [{"activityUsageKind": "Person", "from": "2026-01-01", "until": ""}]}])
    assert found.usages is not None
    (usage,) = found.usages
    assert (usage.activity_usage_kind, usage.from_date, usage.until) == (UsageKind.PERSON, date(2026, 1, 1), None)


def test_a_record_shows_nothing_personal_of_itself() -> None:
    for kind, example in EXAMPLES.values():
        (record,) = readable(kind, [example])
        if isinstance(record, WholeRecord):
            assert not {"6767676", "Peeters", "0013961168", "BE00"} & set(repr(record).replace("'", " ").split())


shapes = {
    schema: st.dictionaries(st.sampled_from([*names_of(kind), "x"]), anything) for schema, (kind, _) in EXAMPLES.items()
}


@pytest.mark.no_cover
@settings(max_examples=30)  # of each schema; `./run faults fuzz` has more, in CI too
@given(st.data())
@pytest.mark.parametrize("schema", EXAMPLES)
def test_no_record_breaks_the_reading(schema: str, data: st.DataObject) -> None:
    kind, example = EXAMPLES[schema]
    garbage = data.draw(shapes[schema])
    key: Example = {"id": example["id"]} if "id" in example else {}
    readable(kind, [garbage])
    (record,) = readable(kind, [{**garbage, **key}])
    repr(record)


def test_the_kinds_are_those_of_the_domain() -> None:
    assert {one.value for one in KindOfClocking} == {"InOut", "Reason", "Activity", "ActivityEnd"}


def test_a_value_that_is_only_spelt_like_a_member_is_not_known() -> None:
    assert Sex("Female").is_known
    assert not Sex("FEMALE").is_known


def test_no_reference_is_in_the_repr_of_a_part() -> None:
    read = Clocking.model_validate(
        {"id": 1, "person": {"id": 3, "externalReferences": {"@badge-number": "0013961168"}}}
    )
    assert repr(read.person) == "NumberReference(id=3)"
