"""`person`: what is held of one person here, exported or erased."""

import json
import os
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import file_for_the_owner, say
from terminal_app.settings import DEFAULT_FILE

if TYPE_CHECKING:
    from terminal_app.ledger.of_person import HeldOfPerson, Subject
    from terminal_app.settings import StorageSettings

app = typer.Typer(help="What is held of one person here: export it, erase it.", no_args_is_help=True)

_AT_A_TIME = 5
"""The kiosk waits for a commit of them."""
_PAUSE_SECONDS = 0.05
_TRIES = 50

Badge = Annotated[str | None, typer.Argument(metavar="[BADGE]", help="The badge number.")]
PersonId = Annotated[int | None, typer.Option("--id", metavar="N", help="Protime's id of the person.")]


@app.command()
def export(
    badge: Badge = None,
    person_id: PersonId = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of the output; readable by its owner only.")
    ] = None,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Write all that this terminal holds of a person, as JSON."""
    from terminal_app.ledger.of_person import clockings_as_json, events_as_json, held_of  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415

    storage = _storage(config)
    folder = storage.folder
    subject = _subject(folder, badge, person_id)
    with ledger_to_read(folder) as connection:
        held = held_of(connection, subject)
        found = {
            "person_id": subject.person_id,
            "badge_number": subject.badge_number,
            "clockings": list(clockings_as_json(connection, held)),
            "other_events": list(events_as_json(connection, held)),
            "roster": _of_roster(folder, subject),
            "webhooks": _of_webhooks(folder, subject),
            "remembered": _remembered(folder, subject),
            "mirror": _of_mirror(storage, subject),
        }
    text = json.dumps(found, indent=2)
    if output is None:
        for line in text.splitlines():
            say(line)
        return
    with file_for_the_owner(output) as file:
        file.write(f"{text}\n")


@app.command()
def erase(
    badge: Badge = None,
    person_id: PersonId = None,
    *,
    write: Annotated[bool, typer.Option("--write", help="Do it; else it is only said what would be erased.")] = False,
    unsent: Annotated[bool, typer.Option("--unsent", help="Clockings that Protime does not have, too.")] = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Erase all that this terminal holds of a person, down to the bytes; the courier has to be stopped."""
    from terminal_app.ledger.alone import alone_in  # noqa: PLC0415
    from terminal_app.ledger.of_person import held_of  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415

    storage = _storage(config)
    folder = storage.folder
    subject = _subject(folder, badge, person_id)
    with ledger_to_read(folder) as connection:
        held = held_of(connection, subject)
    say(f"clockings: {len(held.sequences)}, of which Protime does not have {held.unsent}")
    say(f"rows of the roster: {sum(map(len, _of_roster(folder, subject).values()))}")
    say(f"webhooks kept: {len(_of_webhooks(folder, subject))}")
    say(f"rows that the kiosk remembers: {sum(map(len, _remembered(folder, subject).values()))}")
    only_there = _look_at_mirror(storage, subject)
    if (held.unsent or only_there) and not unsent:
        raise Failure(
            ExitCode.FAILED,
            f"{held.unsent + only_there} clockings are not in Protime, as far as is known: they would be lost. Have"
            " them sent or discarded (`clocking-terminal queue`), those of the mirror brought back (`recover`), or say"
            " --unsent. Nothing was erased.",
        )
    if not write:
        say("Nothing was erased: say --write to do it.")
        return
    alone = alone_in(folder, "courier")  # nothing may be on its way, and the roster has one writer
    try:
        _erase(folder, subject, held)
        if storage.mirror is not None:
            _erase_from_mirror(folder, storage.mirror, subject, held)
    finally:
        os.close(alone)
    say("Erased. While Protime has this person, the courier reads name and badge again.")
    kept = sorted(path.name for kind in ("damaged", "replaced") for path in folder.glob(f"ledger-{kind}-*.db"))
    if kept:
        say(f"Not touched, and they may hold this person: {', '.join(kept)}. Delete them once nobody needs them.")
    say("Backups are not touched. `restore` leaves out what was erased here, as long as this ledger lives.")


def _erase(folder: Path, subject: "Subject", held: "HeldOfPerson") -> None:
    from terminal_app.roster.file import RosterNotWritten  # noqa: PLC0415 # SQLite
    from terminal_app.roster.of_person import erase_person  # noqa: PLC0415
    from terminal_app.webhook_receiver.store import FILE_NAME, StoreUnusable, WebhookStore  # noqa: PLC0415

    _erase_from_ledger(folder, held.sequences, held.other_events)
    if subject.person_id is None:
        return
    try:
        erase_person(folder, subject.person_id)
        if (folder / FILE_NAME).exists():
            with closing(WebhookStore(folder)) as store:
                store.erase_person(subject.person_id)
    except (RosterNotWritten, StoreUnusable) as error:
        raise Failure(ExitCode.STORAGE, str(error)) from error
    _forget(folder, subject.person_id)


def _forget(folder: Path, person_id: int) -> None:
    from sqlite3 import Error  # noqa: PLC0415 # SQLite

    from terminal_app.kiosk.memory import FILE_NAME, erase_person  # noqa: PLC0415

    try:
        erase_person(folder, person_id)
    except Error as error:
        raise Failure(
            ExitCode.STORAGE, f"{folder / FILE_NAME} was not written ({error}). Stop the kiosk, and say it again."
        ) from error


def _remembered(folder: Path, subject: "Subject") -> dict[str, list[dict[str, object]]]:
    from sqlite3 import Error  # noqa: PLC0415 # SQLite

    from terminal_app.kiosk.memory import FILE_NAME, rows_of_person  # noqa: PLC0415

    if subject.person_id is None:
        return {}
    try:
        return rows_of_person(folder, subject.person_id)
    except Error as error:
        raise Failure(ExitCode.STORAGE, f"{folder / FILE_NAME} cannot be read ({error}).") from error


def _look_at_mirror(storage: "StorageSettings", subject: "Subject") -> int:
    """How many clockings of the person are on the mirror only. A mirror that is not there is a failure."""
    from terminal_app.ledger.mirror import what_is_wrong_with  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.mirror_erasing import only_on_mirror  # noqa: PLC0415
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415

    mirror = storage.mirror
    if mirror is None:
        return 0
    if (wrong := what_is_wrong_with(mirror, storage.folder)) is not None:
        raise Failure(
            ExitCode.STORAGE,
            f"the mirror {mirror}: {wrong}. It holds this person too; if it is gone for good, take storage.mirror out"
            " of the settings. Nothing was erased.",
        )
    try:
        with ledger_to_read(storage.folder) as connection:
            only_there = only_on_mirror(mirror, connection, subject)
    except OSError as error:
        raise Failure(ExitCode.STORAGE, f"the mirror {mirror} cannot be read: {error.strerror}.") from error
    say(f"clockings on the mirror only: {only_there}")
    return only_there


def _erase_from_mirror(folder: Path, mirror: Path, subject: "Subject", held: "HeldOfPerson") -> None:
    from terminal_app.ledger.mirror_erasing import erase_from_mirror  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415

    try:
        with ledger_to_read(folder) as connection:
            erase_from_mirror(mirror, connection, subject, held.ids)
    except OSError as error:
        who = f"--id {subject.person_id}" if subject.person_id is not None else "the badge"
        raise Failure(
            ExitCode.STORAGE,
            f"erased here, and not on the mirror {mirror}: {error.strerror}. Look at the medium, and say it again with"
            f" {who}.",
        ) from error


def _erase_from_ledger(folder: Path, sequences: Sequence[int], events: Sequence[int]) -> None:
    from terminal_app.ledger.database import LedgerDatabase  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.erasure import erase as do  # noqa: PLC0415
    from terminal_app.ledger.erasure import finish_erasing  # noqa: PLC0415

    with closing(LedgerDatabase(folder)) as ledger:
        for start in range(0, max(len(sequences), len(events)), _AT_A_TIME):
            part = slice(start, start + _AT_A_TIME)
            do(ledger, sequences[part], why="person", events=events[part])
            time.sleep(_PAUSE_SECONDS)
        for _ in range(_TRIES):
            if finish_erasing(ledger):
                return
            time.sleep(_PAUSE_SECONDS)
    raise Failure(
        ExitCode.FAILED,
        "erased, but old bytes may be left in an index or the write-ahead log, which others are reading all the time."
        " Stop the kiosk, and say it again.",
    )


def _storage(config: Path) -> "StorageSettings":
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    return load_settings(config).storage


def _subject(folder: Path, badge: str | None, person_id: int | None) -> "Subject":
    """Whom the command line names. Of a badge the one person who has it, or clocked with it."""
    from terminal_app.ledger.of_person import Subject, people_of_badge  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415
    from terminal_app.roster.look_up import Roster  # noqa: PLC0415

    if badge is None and person_id is None:
        raise Failure(ExitCode.USAGE, "name a badge number, or a person with --id")
    with closing(Roster(folder)) as roster:
        if person_id is not None:
            person = roster.person(person_id)
            return Subject(person_id, badge or (person.badge_number if person else None))
        assert badge is not None  # noqa: S101 # one of the two is there
        people = {person.id for person in roster.people_of_badge(badge)}
    with ledger_to_read(folder) as connection:
        people |= people_of_badge(connection, badge)
    if len(people) > 1:
        ids = ", ".join(map(str, sorted(people)))
        raise Failure(ExitCode.FAILED, f"several people had this badge: {ids}. Name one with --id.")
    return Subject(next(iter(people), None), badge)


def _of_roster(folder: Path, subject: "Subject") -> dict[str, list[dict[str, object]]]:
    from terminal_app.roster.file import RosterNotWritten  # noqa: PLC0415 # SQLite
    from terminal_app.roster.of_person import rows_of_person  # noqa: PLC0415

    if subject.person_id is None:
        return {}
    try:
        return dict(rows_of_person(folder, subject.person_id))
    except RosterNotWritten as error:
        raise Failure(ExitCode.STORAGE, str(error)) from error


def _of_webhooks(folder: Path, subject: "Subject") -> list[dict[str, object]]:
    from terminal_app.webhook_receiver.store import FILE_NAME, StoreUnusable, WebhookStore  # noqa: PLC0415 # SQLite

    if subject.person_id is None or not (folder / FILE_NAME).exists():
        return []
    try:
        with closing(WebhookStore(folder)) as store:
            return store.rows_of_person(subject.person_id)
    except StoreUnusable as error:
        raise Failure(ExitCode.STORAGE, str(error)) from error


def _of_mirror(storage: "StorageSettings", subject: "Subject") -> list[dict[str, object]]:
    from terminal_app.ledger.mirror_erasing import lines_of_person  # noqa: PLC0415 # SQLite

    if storage.mirror is None:
        return []
    try:
        lines = list(lines_of_person(storage.mirror, subject))
    except OSError as error:
        raise Failure(
            ExitCode.STORAGE, f"the mirror {storage.mirror} cannot be read: {error.strerror}. Look at the medium."
        ) from error
    return [
        {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()} for values in lines
    ]
