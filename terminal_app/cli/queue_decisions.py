"""`queue show|retry|edit-reference|discard`: what becomes of a clocking that Protime refused."""

import getpass
import os
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.other_references import UnknownReference, with_references
from terminal_app.cli.output import say
from terminal_app.cli.queue import masked
from terminal_app.clocking.clean_text import clean_text
from terminal_app.clocking.clocking import Clocking, DeliveryState
from terminal_app.clocking.refusal_words import in_plain_words
from terminal_app.doorbell import ring, runtime_folder
from terminal_app.settings import DEFAULT_FILE, Settings

if TYPE_CHECKING:
    from terminal_app.audit.event import Event
    from terminal_app.ledger.database import LedgerDatabase
    from terminal_app.ledger.rows import LedgerEntry

Number = Annotated[int, typer.Argument(metavar="NO", help="The number in the first column of `queue`.")]


def show(
    number: Number,
    config: ConfigFile = DEFAULT_FILE,
    badges: Annotated[bool, typer.Option("--badges", help="The whole badge number.")] = False,
) -> None:
    """Show one clocking and all that happened to it."""
    from terminal_app.ledger.chain import events_of, receipt_of_clocking  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415

    settings = _settings(config)
    entry = _entry(settings, number)
    clocking = entry.clocking
    with ledger_to_read(settings.storage.folder) as connection:
        events, receipt = events_of(connection, number), receipt_of_clocking(connection, number)
    at = clocking.moment.instant.astimezone(ZoneInfo(settings.terminal.timezone)).isoformat(timespec="seconds")
    say(f"clocking {number}, receipt {receipt or 'none'}, {entry.state.value}")
    say(f"  {clocking.kind.value} {clocking.wall_time.date} {_time(clocking)}, read at {at}, reader {clocking.reader}")
    badge = clocking.badge_number if badges else masked(clocking.badge_number)
    say(f"  badge {badge}, person {clocking.person_id or '-'}")
    if clocking.reason is not None:
        say(f"  reason {clocking.reason.id}, code {clocking.reason.code or '-'}, {clocking.reason.name}")
    for level in clocking.activity_levels:
        say(f"  activity level {level.level}: {level.name}, code {level.data_entry_code or '-'}, id {level.id}")
    if entry.state is DeliveryState.REFUSED:
        words = in_plain_words(entry.explanation)
        say(f"  why: {words or entry.explanation or '-'}.")
        if words is not None:
            say(f"  Protime's words: {entry.explanation or '-'}")
        say("  edit-reference changes what it is sent with, retry sends it again, discard gives it up")
    for event in events:
        say(_told(event))


def retry(number: Number, config: ConfigFile = DEFAULT_FILE) -> None:
    """Send a refused clocking again."""
    from terminal_app.ledger.decisions import retry as do  # noqa: PLC0415 # SQLite

    settings = _settings(config)
    entry = _entry(settings, number)
    with closing(_ledger(settings)) as ledger:
        if not do(ledger, number, operator=_operator()):
            raise _not_in(entry, "only a refused one can be retried")
    _ring(settings)
    say(f"clocking {number} will be sent again")


def discard(
    number: Number,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept in the ledger. No names.")],
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Give up a refused clocking, or one whose badge nobody has; it is never sent."""
    from terminal_app.ledger.decisions import discard as do  # noqa: PLC0415 # SQLite

    settings = _settings(config)
    why = clean_text(reason.strip())
    if not why:
        raise Failure(ExitCode.USAGE, "--reason must say why")
    entry = _entry(settings, number)
    with closing(_ledger(settings)) as ledger:
        if not do(ledger, number, operator=_operator(), reason=why):
            raise _not_in(entry, "only one that is refused, or nobody's, can be discarded")
    _ring(settings)
    say(f"clocking {number} is discarded and will not be sent")


def edit_reference(
    number: Number,
    *,
    badge: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="The right badge: it is sent for whoever had it on that day.")
    ] = None,
    person: Annotated[int | None, typer.Option(metavar="ID", help="The right person, by Protime's id.")] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="CODE", help="The right reason, by @absence-code or id.")
    ] = None,
    activity: Annotated[
        list[str] | None,
        typer.Option(metavar="LEVEL=CODE", help="The right activity of a level, by code, reference or id; repeatable."),
    ] = None,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Change what a refused or held clocking is sent with; when and where it was read stays."""
    from terminal_app.ledger.decisions import edit, is_an_operators  # noqa: PLC0415 # SQLite
    from terminal_app.roster.look_up import Roster  # noqa: PLC0415

    settings = _settings(config)
    entry = _entry(settings, number)
    if not is_an_operators(entry.state, entry.clocking.person_id):
        raise _not_in(entry, "only one that is refused, or nobody's, can be edited")
    former = entry.clocking
    try:
        with closing(Roster(settings.storage.folder)) as roster:
            new = with_references(roster, former, badge=badge, person=person, reason=reason, activities=activity or ())
    except UnknownReference as error:
        raise Failure(ExitCode.FAILED, f"{error}; nothing was changed") from error
    if new == former:
        raise Failure(ExitCode.USAGE, "nothing would change: name another badge, person, reason or activity")
    with closing(_ledger(settings)) as ledger:
        edited = edit(ledger, number, former, new, operator=_operator())
    if edited is None:
        raise Failure(ExitCode.FAILED, f"clocking {number} has changed meanwhile; look at it again")
    _ring(settings)
    if edited.is_released:
        is_in_doubt = entry.state is DeliveryState.UNKNOWN
        follows = "Protime is asked whether it has it, and else it goes out" if is_in_doubt else "it goes out now"
    elif entry.state is DeliveryState.REFUSED:
        follows = f"`queue retry {number}` sends it"
    else:
        follows = "it goes out once somebody in service has the badge"
    say(f"clocking {number}: {', '.join(edited.columns)} changed; {follows}")


def _settings(config: Path) -> Settings:
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    return load_settings(config)


def _entry(settings: Settings, number: int) -> "LedgerEntry":
    """Read before the ledger is opened to write: a folder without one must not get one."""
    from terminal_app.ledger.reading import entry, ledger_to_read  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.rows import LedgerEntry  # noqa: PLC0415

    with ledger_to_read(settings.storage.folder) as connection:
        found = entry(connection, number)
    if found is None:
        raise Failure(
            ExitCode.FAILED, f"there is no clocking {number}; it may have been erased. `queue --all` lists them"
        )
    if not isinstance(found, LedgerEntry):
        raise Failure(ExitCode.FAILED, f"the row of clocking {number} is damaged. Enter it in Protime by hand")
    return found


def _ledger(settings: Settings) -> "LedgerDatabase":
    from terminal_app.ledger.database import LedgerDatabase  # noqa: PLC0415 # SQLite

    return LedgerDatabase(settings.storage.folder)


def _not_in(entry: "LedgerEntry", rule: str) -> Failure:
    return Failure(ExitCode.FAILED, f"clocking {entry.sequence} is {entry.state.value}: {rule}")


def _ring(settings: Settings) -> None:
    doors = runtime_folder(settings.storage.runtime_folder, settings.storage.folder)
    for who in ("courier", "kiosk"):
        ring(doors, who)


def _operator() -> str:
    """Who decides, for the audit chain: the person, also behind sudo."""
    try:
        return clean_text(os.environ.get("SUDO_USER") or getpass.getuser())
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _time(clocking: Clocking) -> str:
    minute = clocking.wall_time.minute
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _told(event: "Event") -> str:
    from terminal_app.audit.told import in_words  # noqa: PLC0415

    at = datetime.fromisoformat(event.at).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"  {at}  {in_words(event)}"
