"""The collection `people` (reference, 9.3), as a terminal reads it."""

from collections.abc import Container
from functools import partial
from urllib.parse import quote

from pydantic import ValidationError

from terminal_app.clocking.person import Person
from terminal_app.protime.calls import BASE_PATH, Calls, object_in
from terminal_app.protime.collection import Collection
from terminal_app.protime.errors import NotFound, UnexpectedAnswer
from terminal_app.protime.external_references import BADGE_NUMBER, asked
from terminal_app.protime.people_page import people_of_page
from terminal_app.protime.people_records import PersonRecord
from terminal_app.protime.scopes import Scope
from terminal_app.protime.source import Source
from terminal_app.protime.throttle import Urgency


def people(
    calls: Calls,
    reference_name: str,
    *,
    terminal_groups: Container[int] | None = None,
    members: Container[int] | None = None,
) -> Source[PersonRecord, Person]:
    """Everybody, or those of these terminal groups and among these members: nobody else is given out.

    `reference_name` is the external reference under which clockings are sent.
    """

    def is_wanted(person: Person) -> bool:
        return (members is None or person.id in members) and (
            terminal_groups is None or person.terminal_group_id in terminal_groups
        )

    return Source(
        calls,
        Collection("people", PersonRecord, Scope.PEOPLE_READ, has_delta=True),
        lambda record: record.as_person(reference_name),
        references=[] if reference_name == BADGE_NUMBER else [("people", reference_name)],
        is_wanted=is_wanted,
        read_page=partial(people_of_page, reference_name),
    )


async def owner_of_badge(calls: Calls, badge_number: str) -> int | None:
    """The id of the person who has a badge now (reference, 8); None: nobody. Raises ProtimeError."""
    path = f"{BASE_PATH}/people/{quote(badge_number, safe='')}?{asked('people', BADGE_NUMBER)}"
    try:
        found = await calls.fetch(path, scope=Scope.PEOPLE_READ, hidden=(badge_number,), urgency=Urgency.FIRST)
        return PersonRecord.model_validate(object_in(found)).id
    except NotFound:
        return None
    except ValidationError:
        raise UnexpectedAnswer("a person whom Protime shows cannot be read") from None
