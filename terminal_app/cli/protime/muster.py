"""`protime muster`: who is in the building, to be printed and ticked off."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import complain, say
from terminal_app.cli.protime.connection import client
from terminal_app.cli.protime.muster_names import by_name, names_of_protime, names_of_roster, shown_name
from terminal_app.cli.protime.muster_signs import Signs, signs_of_ledger, signs_of_protime
from terminal_app.cli.protime.options import AsJson, Badges
from terminal_app.cli.protime.rows import Row, show_all
from terminal_app.clocking.muster import Certainty, Present, Who, muster
from terminal_app.clocking.wall_time import MINUTES_A_DAY, WallTime, wall_time_of
from terminal_app.ledger.errors import LedgerError
from terminal_app.ledger.files import FILE_NAME
from terminal_app.protime.errors import ProtimeError
from terminal_app.protime.scopes import Scope
from terminal_app.roster.look_up import Roster
from terminal_app.settings import DEFAULT_FILE, Settings
from terminal_app.settings_errors import SettingsError
from terminal_app.settings_file import load_settings
from terminal_app.timekeeping.zones import zone_of

_DAYS_BEFORE = 2
"""Read before the day itself. One would not do: until the first in/out of the day, all who worked the day before would
be on the list, for nothing would be known of the time before that."""
_SCOPES = (Scope.CLOCKINGS_READ, Scope.ACCESS_CLOCKINGS_READ, Scope.PEOPLE_READ)


@dataclass
class _List:
    """The list while it is made."""

    begin: date
    at: WallTime
    protime: Signs | None = None
    """None while Protime has not answered."""
    own: Signs = field(default_factory=Signs)
    has_own: bool = True
    """Whether this terminal's ledger could be read."""
    names: dict[Who, str] = field(default_factory=dict)

    def present(self) -> list[Present]:
        signs = (*(self.protime.found if self.protime else ()), *self.own.found)
        return muster(signs, self.at, self.begin)

    def unnamed(self) -> set[Who]:
        return {one.who for one in self.present()} - self.names.keys()


def people_in(
    *,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="Another time than now: hh:mm of today, or 2026-01-31T14:05.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: from this terminal's own records at once.")
    ] = False,
    wait: Annotated[
        float, typer.Option(min=0.1, max=600, metavar="SECONDS", help="Longest wait for an answer; then as --offline.")
    ] = 10.0,
    badges: Badges = False,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """List who is in the building, for an evacuation. When in doubt a person is on the list."""
    settings = load_settings(config)
    now = wall_time_of(datetime.now(UTC), zone_of(settings.terminal.timezone))
    moment = now if at is None else _time(at, now.date)
    if moment.moment_in_minutes > now.moment_in_minutes:
        raise typer.BadParameter(f"{at} is still to come: nobody knows who will be in")
    made = _List(moment.date - timedelta(days=_DAYS_BEFORE), moment)
    trouble = "--offline was given" if offline else asyncio.run(_ask_protime(settings, made, wait))
    if made.protime is None:
        _add_own_records(settings, made)
        if not made.has_own:
            raise Failure(ExitCode.UNAVAILABLE, f"no list: {trouble}. {' '.join(made.own.notes)}")
    _tell(made, settings.terminal.timezone, trouble, as_json=as_json, whole=badges)


def _time(text: str, today: date) -> WallTime:
    clock = text.strip()
    whole = f"{today}T{clock.zfill(5)}" if len(clock) <= len("14:05") else clock
    try:
        found = datetime.fromisoformat(whole)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or ":" not in clock:
        raise typer.BadParameter("a time is written like 14:05 or 2026-01-31T14:05, and is that of the terminal")
    return WallTime(found.date(), found.hour * 60 + found.minute)


async def _ask_protime(settings: Settings, made: _List, wait: float) -> str | None:
    """Take what Protime has into the list; why it could not be had, or None."""
    try:
        async with asyncio.timeout(wait) as limit, client(settings, _SCOPES) as protime:

            def go_on() -> None:
                limit.reschedule(asyncio.get_running_loop().time() + wait)

            made.protime = await signs_of_protime(protime, made.begin, made.at.date, go_on)
            _add_own_records(settings, made)
            made.names |= await names_of_protime(made.unnamed(), protime, go_on)
    except TimeoutError:
        trouble = f"no answer of Protime within {wait:g} s"
    except (ProtimeError, SettingsError, Failure) as error:
        trouble = str(error).rstrip(".")
    else:
        return None
    if made.protime is None:
        return trouble
    made.protime.notes.append(f"Names may be missing: {trouble}.")
    return None


def _add_own_records(settings: Settings, made: _List) -> None:
    """Take what this terminal has into the list, but for what Protime has shown already."""
    folder = settings.storage.folder
    roster = Roster(folder)
    try:
        made.own = signs_of_ledger(folder, roster, made.begin, made.protime.ids if made.protime else ())
    except LedgerError as error:
        if (folder / FILE_NAME).exists() or made.protime is None:
            made.own.notes.append(f"The records of this terminal are missing: {error}")
        made.has_own = False
    made.names |= names_of_roster(made.unnamed(), roster)


def _tell(made: _List, zone: str, trouble: str | None, *, as_json: bool, whole: bool) -> None:
    present = sorted(
        ((shown_name(one.who, made.names, whole=whole), one) for one in made.present()),
        key=lambda pair: (by_name(pair[0]), str(pair[1].who)),
    )
    sure = sum(one.certainty is Certainty.SURE for _, one in present)
    tell = complain if as_json else say
    tell(f"In the building at {made.at} ({zone}): {len(present)}. Sure: {sure}, perhaps: {len(present) - sure}.")
    if trouble is not None:
        tell(f"OFFLINE, {trouble}. Only what this terminal recorded: other terminals and doors are missing.")
    for note in (*(made.protime.notes if made.protime else ()), *made.own.notes):
        tell(note)
    show_all([_row(name, one, as_json=as_json) for name, one in present], as_json=as_json)


def _row(name: str, one: Present, *, as_json: bool) -> Row:
    evidence = one.evidence
    facts: dict[str, str | int | None] = {
        "name": name,
        "certainty": one.certainty,
        "since": str(_real(evidence.at)),
        "evidence": evidence.kind,
        "source": evidence.source,
        "doubt": "; ".join(one.doubts) or None,
    }
    if as_json:
        who = one.who if isinstance(one.who, int) else None
        return {"person": who, **facts}
    return {"[ ]": "[ ]", **facts}


def _real(at: WallTime) -> WallTime:
    """The same moment on its calendar day."""
    days, minute = divmod(at.minute, MINUTES_A_DAY)
    return WallTime(at.date + timedelta(days=days), minute)
