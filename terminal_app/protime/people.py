"""The collection `people` (reference, 9.3), as a terminal reads it."""

from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import quote

from pydantic import ValidationError

from terminal_app.clocking.person import Person
from terminal_app.protime.calls import BASE_PATH, Calls, object_in
from terminal_app.protime.errors import NotFound, UnexpectedAnswer
from terminal_app.protime.external_references import BADGE_NUMBER, asked
from terminal_app.protime.paging import pages_read
from terminal_app.protime.people_page import people_of_page
from terminal_app.protime.people_records import PersonRecord
from terminal_app.protime.scopes import Scope
from terminal_app.protime.throttle import Urgency


async def people(calls: Calls, reference_name: str) -> AsyncIterator[list[Person]]:
    """Everybody, page by page; `reference_name` is the external reference under which clockings are sent.

    Raises ProtimeError.
    """
    path = f"{BASE_PATH}/people"
    if reference_name != BADGE_NUMBER:
        path += f"?{asked('people', reference_name)}"
    async for page in pages_read(calls, path, partial(people_of_page, reference_name), scope=Scope.PEOPLE_READ):
        yield page.records


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
