"""A page of people, read within pydantic's core from its bytes to the terminal's own persons: they come by 100,000."""

import dataclasses
from functools import lru_cache

from pydantic import TypeAdapter
from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from pydantic_core import core_schema as core

from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Versioned
from terminal_app.protime.external_references import BADGE_NUMBER, value_of
from terminal_app.protime.fields import Day, Id, Version, cleaned, language_of
from terminal_app.protime.page import Page, page_of
from terminal_app.protime.people_records import PersonRecord
from terminal_app.protime.transport import Response

_LANGUAGE_CODE = r"^[a-z]{2}$"


def people_of_page(reference_name: str, response: Response) -> Page[Versioned[Person]]:
    """The people of a page; `reference_name` is the external reference under which clockings are sent.

    As `PersonRecord.as_person` has each. Raises UnexpectedAnswer when the answer is no page.
    """
    try:
        found = _validator(reference_name).validate_json(response.body)
    except ValidationError:
        page = page_of(PersonRecord, response)
        made = [Versioned(one.as_person(reference_name), one.change_version or "") for one in page.records]
        return Page(made, page.unreadable, page.next_link)
    people = [
        Versioned(person, of["version"] or "")
        for person, of in zip(found["value"], found["versions"], strict=True)
        if person is not None
    ]
    return Page(people, len(found["value"]) - len(people), found["nextLink"])


@lru_cache(maxsize=4)
def _validator(reference_name: str) -> SchemaValidator:
    person = _otherwise(None, core.nullable_schema(_person_schema(reference_name)))
    page = {
        "value": core.typed_dict_field(core.list_schema(person)),
        # The same items once more: a version is no part of a person.
        "versions": core.typed_dict_field(core.list_schema(_version_schema()), validation_alias="value"),
        "nextLink": core.typed_dict_field(core.with_default_schema(core.any_schema(), default=None)),
    }
    return SchemaValidator(core.typed_dict_schema(page, extra_behavior="ignore"))


def _person_schema(reference_name: str) -> CoreSchema:
    def reference(value: object) -> str | None:
        return value_of({reference_name: value}, reference_name)

    name = _otherwise("", cleaned(_text(), lambda text: text or ""))
    language = core.union_schema(
        [
            core.str_schema(pattern=_LANGUAGE_CODE),
            core.no_info_after_validator_function(_language, cleaned(_text(), lambda text: text or "")),
        ],
        mode="left_to_right",
    )
    number, day = TypeAdapter(Id).core_schema, _otherwise(None, TypeAdapter(Day).core_schema)
    nothing = core.with_default_schema(core.none_schema(), default=None, on_error="default")
    named = core.no_info_after_validator_function(reference, core.any_schema())
    fields: dict[str, tuple[str | list[str | int], CoreSchema]] = {
        "id": ("id", number),
        "first_name": ("firstName", name),
        "last_name": ("lastName", name),
        "badge_number": ("badgeNumber", name),
        "language": ("terminalLanguageISOCode", _otherwise(None, language)),
        "in_service_from": ("inServiceDate", day),
        "in_service_until": ("outOfServiceDate", day),
        "terminal_group_id": (["terminalGroup", "id"], _otherwise(None, number)),
        "reference": (
            ["externalReferences", reference_name],
            nothing if reference_name == BADGE_NUMBER else _otherwise(None, named),
        ),
    }
    arguments = core.dataclass_args_schema(
        "Person",
        [core.dataclass_field(name, schema, validation_alias=alias) for name, (alias, schema) in fields.items()],
    )
    names = [field.name for field in dataclasses.fields(Person)]
    return core.dataclass_schema(Person, arguments, names, slots=True, frozen=True)


def _version_schema() -> CoreSchema:
    version = core.with_default_schema(TypeAdapter(Version).core_schema, default=None)
    field = core.typed_dict_field(version, validation_alias="changeVersion")
    return core.with_default_schema(
        core.typed_dict_schema({"version": field}, extra_behavior="ignore"),
        default_factory=lambda: {"version": None},
        on_error="default",
    )


def _text() -> CoreSchema:
    return core.str_schema(coerce_numbers_to_str=True)


def _otherwise(value: str | None, schema: CoreSchema) -> CoreSchema:
    return core.with_default_schema(schema, default=value, on_error="default")


def _language(text: str) -> str | None:
    return language_of(text) or None
