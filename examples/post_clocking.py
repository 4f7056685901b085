"""An in or out, now, by the number of a badge: `python -m examples.post_clocking 0013961168`."""

import argparse
import datetime as dt

from examples.connection import connected, run
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.clockings import Clocking, NewClocking
from terminal_app.protime.errors import ProtimeError
from terminal_app.protime.external_references import BADGE_NUMBER, by_reference
from terminal_app.protime.filters import date, person
from terminal_app.protime.scopes import Scope


async def main(badge_number: str) -> None:
    """Create a clocking; after an unknown outcome look before anybody sends it again."""
    now = dt.datetime.now().astimezone()  # the wall clock here is what Protime wants
    clocking = NewClocking(
        person=by_reference(BADGE_NUMBER, badge_number),
        date=now.date(),
        time_of_day_in_minutes=now.hour * 60 + now.minute,
    )
    async with connected(Scope.CLOCKINGS_WRITE, Scope.CLOCKINGS_READ, Scope.PEOPLE_READ) as protime:
        if (created := await create(protime, clocking)) is not None:
            print("created", created)
            return
        # It may be shown a little later than it is stored: after an empty list look once more before sending again.
        print("unknown whether it is stored; Protime has:", await stored(protime, badge_number, clocking))


async def create(protime: ProtimeClient, clocking: NewClocking) -> str | None:
    """The id of the new clocking; None when it is unknown whether it is stored: an accepted one may still fail."""
    try:
        created = await protime.clockings.create(clocking)
    except ProtimeError as error:
        if not error.may_have_been_done:
            raise
        return None
    return created.id if created.is_confirmed else None


async def stored(protime: ProtimeClient, badge_number: str, clocking: NewClocking) -> list[int]:
    """The ids of what may be this clocking, deleted ones too; of three days, for a night's may be on another one."""
    somebody = await protime.people.get(badge_number, by=BADGE_NUMBER)
    one_day = dt.timedelta(days=1)
    days = date.between(clocking.date - one_day, clocking.date + one_day)
    records = protime.clockings.records(days & person.in_([somebody.id]))
    return [one.id async for one in records if could_be(one, clocking)]


def could_be(record: Clocking, clocking: NewClocking) -> bool:
    """Whether kind and moment are the same; what a record does not say does not speak against it.

    The moment may also be that before an edit, and is the same however Protime splits it into day and minutes.
    """
    minutes = (record.time_of_day_in_minutes, record.original_time_of_day_in_minutes)
    moments = {moment(record.date, one) for one in minutes if record.date is not None and one is not None}
    sent = moment(clocking.date, clocking.time_of_day_in_minutes)
    return (not moments or sent in moments) and record.kind in (None, clocking.kind.value)


def moment(day: dt.date, minutes: int) -> dt.timedelta:
    """Day and minutes since its midnight as one; without the clock change, for both are wall time."""
    return dt.timedelta(days=day.toordinal(), minutes=minutes)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m examples.post_clocking", description=__doc__)
    arguments.add_argument("badge_number")
    run(main(arguments.parse_args().badge_number))
