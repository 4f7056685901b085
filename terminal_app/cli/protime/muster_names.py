"""The names on an evacuation list: the roster's, and Protime's for whom this terminal does not know."""

import contextlib
import unicodedata
from collections.abc import Callable, Iterable

from terminal_app.cli.queue import masked
from terminal_app.clocking.muster import Who
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.errors import NotFound
from terminal_app.roster.look_up import Roster

_ONE_BY_ONE = 10
"""So many people are asked for by id; more are looked for in the whole list."""


def names_of_roster(people: Iterable[Who], roster: Roster) -> dict[Who, str]:
    """The names that this terminal knows."""
    found = ((who, roster.person(who)) for who in people if isinstance(who, int))
    return {who: _last_first(one.last_name, one.first_name) for who, one in found if one is not None and one.name}


async def names_of_protime(people: Iterable[Who], protime: ProtimeClient, go_on: Callable[[], None]) -> dict[Who, str]:
    """The names of these people, as far as Protime has them. Calls `go_on` with each answer. Raises ProtimeError."""
    wanted = {who for who in people if isinstance(who, int)}
    names: dict[Who, str] = {}
    if len(wanted) <= _ONE_BY_ONE:
        for who in wanted:
            with contextlib.suppress(NotFound):
                record = await protime.people.get(who)
                names[who] = _last_first(record.last_name, record.first_name)
            go_on()
    else:
        async for page in protime.people.pages():
            go_on()
            names |= {one.id: _last_first(one.last_name, one.first_name) for one in page if one.id in wanted}
            if len(names) == len(wanted):
                break
    return {who: name for who, name in names.items() if name}


def shown_name(who: Who, names: dict[Who, str], *, whole: bool) -> str:
    """A name, or what there is instead of one."""
    if isinstance(who, str):
        return f"(unknown badge {who if whole else masked(who)})"
    return names.get(who, f"(person {who}, name not known)")


def by_name(name: str) -> str:
    """The order of names: without accents and capitals."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(one for one in letters if not unicodedata.combining(one)).casefold()


def _last_first(last: str | None, first: str | None) -> str:
    return f"{last or ''} {first or ''}".strip()
