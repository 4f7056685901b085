"""Who is in a circle. There is no endpoint for it: the filter of `contracts` is asked (docs/protime-api.md)."""

from typing import Annotated

from terminal_app.protime.calls import Calls
from terminal_app.protime.collection import Collection, Filtering, Readings
from terminal_app.protime.fields import Id, IdReference, Lenient, Record
from terminal_app.protime.filters import person
from terminal_app.protime.scopes import Scope


class _ContractRecord(Record):
    id: Id
    person: Annotated[IdReference | None, Lenient] = None


async def members_of_circle(calls: Calls, circle: int) -> frozenset[int]:
    """The ids of the people in a circle who have, had or will have a contract. Raises ProtimeError."""
    contracts = Readings(calls, Collection("contracts", _ContractRecord, Scope.CONTRACTS_READ, Filtering.OPTIONAL))
    found = set()
    async for record in contracts.records(person.in_circle(circle)):
        if record.person is not None and record.person.id is not None:
            found.add(record.person.id)
    return frozenset(found)
