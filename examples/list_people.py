"""Who there is: `python -m examples.list_people`."""

from examples.connection import connected, run
from terminal_app.protime.external_references import EMPLOYEE_NUMBER, value_of
from terminal_app.protime.scopes import Scope


async def main() -> None:
    """Print a line for each person, with an external reference of theirs."""
    async with connected(Scope.PEOPLE_READ) as protime:
        async for person in protime.people.records(references=[("people", EMPLOYEE_NUMBER)]):
            number = value_of(person.external_references, EMPLOYEE_NUMBER)
            print(person.id, person.first_name, person.last_name, number or "-")


if __name__ == "__main__":
    run(main())
