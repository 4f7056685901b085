"""`status`: how the terminal stands, and what to do about what is not well."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.fact import Fact
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.cli.queue import in_words
from terminal_app.cli.service_status import reader_facts, service_fact
from terminal_app.settings import DEFAULT_FILE, Settings, StorageSettings
from terminal_app.settings_choices import SynchronisationMode

if TYPE_CHECKING:
    from terminal_app.ledger.reading import ForOperator, Waiting
    from terminal_app.roster.day_audit import KeptAudit
    from terminal_app.roster.state import CollectionState, Problem, RosterState

_NAMES = {
    "person": "people",
    "reason": "absence-definitions",
    "activity": "activity-definitions",
    "counter_definition": "counter-definitions",
}
"""Of the roster's tables, as the API has them."""
_LONGEST_WAIT = timedelta(hours=1)
_MISSED_READINGS = 3
_WEBHOOKS_REMEDY = "the courier applies them: look at its log, and whether the circle of the settings could be read"
_MIRROR_SECONDS = 3.0
_SCOPE_REMEDY = "have Protime grant the scope to this client, or change the settings so that it is not needed"


def status(
    config: ConfigFile = DEFAULT_FILE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object: is_well, and a list of facts.")] = False,
) -> int:
    """Show services, readers, queue, clock, disk, network and roster; ends with 1 when something needs attention."""
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    settings = load_settings(config)
    facts = list(facts_of(settings, datetime.now(UTC)))
    is_well = all(one.remedy is None for one in facts)
    if as_json:
        listed = [{"what": one.what, "state": one.state, **one.details, "remedy": one.remedy} for one in facts]
        say(json.dumps({"is_well": is_well, "facts": listed}))
    else:
        for one in facts:
            say(str(one))
    return ExitCode.OK if is_well else ExitCode.FAILED


def facts_of(settings: Settings, now: datetime) -> Iterator[Fact]:
    """Everything, a fact a line. Raises Failure without a storage folder, and LedgerError."""
    from terminal_app.cli.machine_status import machine_facts, versions_fact  # noqa: PLC0415 # SQLite
    from terminal_app.roster.state import RosterUnreadable, roster_state  # noqa: PLC0415 # SQLite

    folder = settings.storage.folder
    if not folder.is_dir():
        raise Failure(
            ExitCode.STORAGE, f"the storage folder {folder} does not exist. Create it, or change storage.folder."
        )
    kiosk = service_fact(settings, "kiosk")
    yield kiosk
    yield from reader_facts(settings, kiosk_runs=kiosk.remedy is None)
    courier = service_fact(settings, "courier")
    yield courier
    yield from _queue(folder, now)
    from terminal_app.cli.clock_status import clock_fact  # noqa: PLC0415 # ctypes, SQLite

    yield clock_fact(settings)
    yield from _webhooks(folder, now)
    yield from storage_facts(settings.storage)
    yield from machine_facts()
    yield versions_fact()
    try:
        state = roster_state(folder)
    except RosterUnreadable as error:
        yield Fact("roster", "unreadable", remedy=str(error))
        return
    if state is None:
        yield Fact("roster", "none yet", remedy="start the courier; it reads people from Protime")
        return
    is_first_reading = courier.remedy is None and any(one.under_way for one in state.collections)
    yield _network(state, now, is_first_reading=is_first_reading)
    if state.audit is not None:
        yield _day_audit(state.audit)
    yield from _roster(state, settings, now, is_first_reading=is_first_reading)


def _queue(folder: Path, now: datetime) -> Iterator[Fact]:
    from terminal_app.ledger.files import FILE_NAME  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import for_operator, last_delivery, ledger_to_read, waiting  # noqa: PLC0415

    if not (folder / FILE_NAME).exists():
        none: dict[str, object] = {"waiting": 0, "oldest": None, "refused": 0, "ambiguous": 0}
        yield Fact("queue", "no ledger yet; the kiosk makes it", none)
        return
    with ledger_to_read(folder) as connection:
        yield _of_queue(waiting(connection), for_operator(connection), now)
        delivered = last_delivery(connection)
    ago = "none yet" if delivered is None else f"{in_words(now - delivered)} ago"
    yield Fact("last delivery", ago, {"at": _iso(delivered)})


def _of_queue(waits: "Waiting", undecided: "ForOperator", now: datetime) -> Fact:
    details: dict[str, object] = {
        "waiting": waits.count,
        "oldest": _iso(waits.oldest),
        "oldest_age_seconds": None if waits.oldest is None else int((now - waits.oldest).total_seconds()),
        "refused": undecided.refused,
        "sent_with_wrong_time": undecided.sent_with_wrong_time,
        "ambiguous": undecided.ambiguous,
    }
    age = None if waits.oldest is None else now - waits.oldest
    state = f"{waits.count} waiting" + (f", the oldest for {in_words(age)}" if age else "")
    for count, what in (
        (undecided.refused, "refused"),
        (undecided.ambiguous, "ambiguous"),
        (undecided.sent_with_wrong_time, "sent with a wrong time"),
    ):
        state += f", {count} {what}" if count else ""
    if undecided.ambiguous:
        return Fact("queue", state, details, "`clocking-terminal queue resolve NO` says for each what is to decide")
    if undecided.sent_with_wrong_time:
        return Fact("queue", state, details, "`clocking-terminal queue` shows both times; HR corrects them in Protime")
    if undecided.refused:
        return Fact(
            "queue",
            state,
            details,
            "`clocking-terminal queue show NO` tells why; edit and retry it, or discard it and have HR enter it",
        )
    if age is not None and age > _LONGEST_WAIT:
        return Fact("queue", state, details, "`clocking-terminal queue` shows what each waits for; look at the network")
    return Fact("queue", state, details)


def _day_audit(audit: "KeptAudit") -> Fact:
    numbers = audit.numbers
    details: dict[str, object] = {"day": audit.day.isoformat(), "at": _iso(audit.at), **asdict(numbers)}
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in asdict(numbers).items() if count)
    state = f"{audit.day.isoformat()}: {told or 'no clockings'}"
    remedy = None if numbers.is_well else "the courier's log (day-audit) has the numbers; compare with Protime by hand"
    return Fact("day audit", state, details, remedy)


def _webhooks(folder: Path, now: datetime) -> Iterator[Fact]:
    """Nothing where no webhook was ever received."""
    from terminal_app.webhook_receiver.state import received_state  # noqa: PLC0415 # SQLite
    from terminal_app.webhook_receiver.store import StoreUnusable  # noqa: PLC0415

    try:
        received = received_state(folder)
    except StoreUnusable as error:
        yield Fact("webhooks", "unreadable", remedy=str(error))
        return
    if received is None:
        return
    oldest, newest = received.oldest, received.newest_applied
    details: dict[str, object] = {
        "waiting": received.waiting,
        "oldest": _iso(oldest),
        "newest_applied": _iso(newest),
    }
    state = f"{received.waiting} waiting" + (f", the oldest for {in_words(now - oldest)}" if oldest else "")
    state += f", the newest applied came {in_words(now - newest)} ago" if newest else ", none applied yet"
    is_late = oldest is not None and now - oldest > _LONGEST_WAIT
    yield Fact("webhooks", state, details, _WEBHOOKS_REMEDY if is_late else None)


def storage_facts(storage: StorageSettings) -> Iterator[Fact]:
    """What was damaged, how full the disk is, and how the mirror is."""
    from terminal_app.ledger.aside import reports_of_damage  # noqa: PLC0415
    from terminal_app.ledger.reserve import FULL_PERCENT, fullness  # noqa: PLC0415

    folder = storage.folder
    for report in reports_of_damage(folder):
        remedy = f"read {report}: what to do is in it; then move {report.stem}.* away"
        yield Fact("damage", "a damaged ledger was salvaged", {"report": str(report)}, remedy)
    percent = fullness(folder)
    room = f"make room on the disk of {folder}: clockings need it" if percent >= FULL_PERCENT else None
    yield Fact("disk", f"{percent} % full", {"percent": percent}, room)
    if storage.mirror is not None:
        yield _mirror(storage.mirror, folder)


def _mirror(mirror: Path, folder: Path) -> Fact:
    from terminal_app.ledger.mirror import what_is_wrong_with  # noqa: PLC0415 # SQLite

    said: list[str | None] = []
    thread = threading.Thread(target=lambda: said.append(what_is_wrong_with(mirror, folder)), daemon=True)
    thread.start()
    thread.join(_MIRROR_SECONDS)
    wrong = said[0] if said else "it does not answer. Look at the medium"
    return Fact("mirror", str(mirror), {"folder": str(mirror), "is_there": wrong is None}, wrong)


def _network(state: "RosterState", now: datetime, *, is_first_reading: bool) -> Fact:
    from terminal_app.roster.link import LinkState  # noqa: PLC0415

    if state.link is None:
        remedy = None if is_first_reading else "start the courier"
        return Fact("network", "not known yet", {"state_of_link": None}, remedy)
    link = state.link
    details: dict[str, object] = {
        "state_of_link": link.state.value,
        "since": _iso(link.since),
        "explanation": link.explanation,
    }
    text = f"{link.state.value} for {in_words(now - link.since)}"
    if link.state is LinkState.UP:
        return Fact("network", text, details)
    remedy = {
        LinkState.DOWN: "look at cable, Wi-Fi and proxy; clockings are kept and go out by themselves",
        LinkState.REFUSED: "look at client_id, secret, tenant and scopes; `clocking-terminal check` tries them",
        LinkState.LIMITED: "Protime asks to wait; if it stays so, raise synchronisation.interval_minutes",
    }[link.state]
    return Fact("network", f"{text}: {link.explanation or ''}".rstrip(": "), details, remedy)


def _roster(state: "RosterState", settings: Settings, now: datetime, *, is_first_reading: bool) -> Iterator[Fact]:
    synchronisation = settings.synchronisation
    if synchronisation.mode is SynchronisationMode.OFF:
        yield Fact("synchronisation", "off", {"mode": synchronisation.mode.value})
    problems = {one.name: one for one in state.problems}
    for one in state.collections:
        name = _NAMES[one.collection.value]
        if name == "counter-definitions" and not synchronisation.counters:
            continue
        yield _collection(one, problems.pop(name, None), settings, now, is_first_reading=is_first_reading)
    yield from (_problem(one, now) for one in problems.values())


def _collection(
    one: "CollectionState", problem: "Problem | None", settings: Settings, now: datetime, *, is_first_reading: bool
) -> Fact:
    name, progress = _NAMES[one.collection.value], one.under_way
    age = None if one.read_at is None else now - one.read_at
    details: dict[str, object] = {
        "records": one.records,
        "read_at": _iso(one.read_at),
        "mode": "delta" if one.is_delta else "list",
        "delta_age_seconds": int(age.total_seconds()) if one.is_delta and age else None,
        "under_way": None if progress is None else {"pages": progress.pages, "records": progress.records},
        "is_scope_missing": problem is not None and problem.is_refused,
    }
    how = "delta" if one.is_delta else "read"
    state = f"{one.records}, " + ("never read whole" if age is None else f"{how} {in_words(age)} ago")
    if progress is not None:
        state += f"; a reading is under way, page {progress.pages}, {progress.records} so far"
    if problem is not None:
        return Fact(name, f"{state}; {problem.explanation}", details, _remedy(problem))
    is_off = settings.synchronisation.mode is SynchronisationMode.OFF
    late = timedelta(minutes=settings.synchronisation.interval_minutes) * _MISSED_READINGS + timedelta(minutes=5)
    if not is_off and age is not None and age > late:
        return Fact(name, state, details, "it should have been read since; look at the courier's log")
    if not is_off and age is None and not is_first_reading:
        return Fact(name, state, details, "start the courier, and look at the network above")
    return Fact(name, state, details)


def _problem(one: "Problem", now: datetime) -> Fact:
    details: dict[str, object] = {"is_scope_missing": one.is_refused, "since": _iso(one.since)}
    return Fact(one.name, f"not read for {in_words(now - one.since)}: {one.explanation}", details, _remedy(one))


def _remedy(problem: "Problem") -> str:
    return _SCOPE_REMEDY if problem.is_refused else "look at the cause; it is tried again by itself"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
