"""An in or out, now, by the number of a badge: `python -m examples.post_clocking 0013961168`."""

import asyncio
import sys
from datetime import datetime, timedelta

from examples.connection import connected
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.clockings import NewClocking
from terminal_app.protime.errors import ProtimeError
from terminal_app.protime.external_references import BADGE_NUMBER, by_reference
from terminal_app.protime.filters import date, person
from terminal_app.protime.scopes import Scope


async def main(badge_number: str) -> None:
    """Create a clocking; after an unknown outcome look before anybody sends it again."""
    now = datetime.now().astimezone()  # the wall clock here is what Protime wants
    clocking = NewClocking(
        person=by_reference(BADGE_NUMBER, badge_number),
        date=now.date(),
        time_of_day_in_minutes=now.hour * 60 + now.minute,
    )
    async with connected(Scope.CLOCKINGS_WRITE, Scope.CLOCKINGS_READ, Scope.PEOPLE_READ) as protime:
        try:
            created = await protime.clockings.create(clocking)
        except ProtimeError as error:
            if not error.may_have_been_done:
                raise
            print("unknown whether it is stored; Protime has:", await stored(protime, badge_number, clocking))
        else:
            print("created", created.id)


async def stored(protime: ProtimeClient, badge_number: str, clocking: NewClocking) -> list[int]:
    """The ids of this person's clockings in that minute; three days, for a night's may be moved to another one."""
    somebody = await protime.people.get(badge_number, by=BADGE_NUMBER)
    one_day = timedelta(days=1)
    days = date.between(clocking.date - one_day, clocking.date + one_day)
    records = protime.clockings.records(days & person.in_([somebody.id]))
    return [one.id async for one in records if one.time_of_day_in_minutes == clocking.time_of_day_in_minutes]


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
