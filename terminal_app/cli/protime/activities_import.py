"""`protime activities import`: activity definitions from a CSV file, created or updated one by one."""

import asyncio
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.cli.protime.activity_file import ActivityRow, FileFaults, read_file
from terminal_app.cli.protime.activity_plan import Level, Step, planned
from terminal_app.cli.protime.connection import failure_of, with_protime
from terminal_app.cli.protime.options import AsJson
from terminal_app.cli.protime.rows import Row, show_all
from terminal_app.cli.protime.structure import Structure, definitions, structure_of
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.activities import ActivityDefinitions
from terminal_app.protime.errors import AnswerError, NotAllowed, ProtimeError, TooManyRequests
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE, Settings

_MOST_BYTES = 50_000_000
_TRIES = 5
_PAUSE_SECONDS = 0.2


class Result(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    """Protime will do it later."""
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"
    """It may have been written; importing again makes sure."""


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="With the columns of `export`.", readable=False)],
    *,
    write: Annotated[bool, typer.Option("--write", help="Do it; without this it is only told.")] = False,
    structure: Structure = None,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> int:
    """Create and update activity definitions from a CSV file, by their external reference or data entry code."""
    rows = _read(file)
    trouble: list[ProtimeError] = []

    async def work(protime: ProtimeClient, settings: Settings) -> list[Row]:
        guid = structure_of(settings, structure)
        levels = {row.level for row in rows}
        needed = sorted(levels | {level - 1 for level in levels if level > 1})
        held = {level: Level(await definitions(protime, guid, level)) for level in needed}
        try:
            steps = planned(rows, held)
        except FileFaults as faults:
            raise _bad(file, faults) from faults
        if not write:
            return [_row(step, _foreseen(step)) for step in steps]
        return await _written(protime, guid, steps, trouble)

    scopes = [Scope.ACTIVITY_DEFINITIONS_READ, *([Scope.ACTIVITY_DEFINITIONS_WRITE] if write else [])]
    report = with_protime(config, scopes, work)
    show_all(report, as_json=as_json)
    if not as_json:
        say(_summary(report, write=write))
    if trouble:
        stopped = failure_of(trouble[0])
        raise Failure(stopped.code, f"stopped before the end: {stopped}")
    is_well = all(row["result"] not in (Result.REFUSED, Result.UNKNOWN) for row in report)
    return ExitCode.OK if is_well else ExitCode.FAILED


def _read(file: Path) -> list[ActivityRow]:
    try:
        with file.open("rb") as opened:
            raw = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise Failure(ExitCode.USAGE, f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > _MOST_BYTES:
        raise Failure(ExitCode.USAGE, f"{file} is larger than {_MOST_BYTES // 1_000_000} MB.")
    try:
        return read_file(raw)
    except FileFaults as faults:
        raise _bad(file, faults) from faults


def _bad(file: Path, faults: FileFaults) -> Failure:
    lines = "\n".join(f"{file}, line {fault.line}: {fault.text}." for fault in faults.faults)
    return Failure(ExitCode.FAILED, f"{lines}\nNothing was written.")


async def _written(protime: ProtimeClient, structure: str, steps: list[Step], trouble: list[ProtimeError]) -> list[Row]:
    report = []
    console = Console(stderr=True)
    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        for step in progress.track(steps):
            if trouble:
                report.append(_row(step, Result.NOT_SENT if step.is_needed else Result.UNCHANGED))
                continue
            result, why = await _put(protime.activities(structure, step.row.level), step, trouble)
            report.append(_row(step, result, why))
    return report


async def _put(level: ActivityDefinitions, step: Step, trouble: list[ProtimeError]) -> tuple[Result, str]:
    """Write one; what is wrong with all of them, and not with this one only, goes to `trouble`."""
    if not step.is_needed:
        return Result.UNCHANGED, ""
    for number in range(_TRIES):
        last = number == _TRIES - 1
        await asyncio.sleep(_PAUSE_SECONDS * number)
        try:
            done = await level.put(step.key, step.new, by=step.by)
        except NotAllowed as error:
            trouble.append(error)
            return Result.NOT_SENT, str(error)
        except TooManyRequests as error:  # the client waits before the next call for as long as Protime asks
            if last:
                trouble.append(error)
                return Result.NOT_SENT, str(error)
        except ProtimeError as error:
            if isinstance(error, AnswerError) and not error.retry_can_help:
                return Result.REFUSED, str(error)
            if last or not error.may_have_been_done:  # a PUT may be sent twice
                trouble.append(error)
                return (Result.UNKNOWN if error.may_have_been_done else Result.NOT_SENT), str(error)
        else:
            return (_foreseen(step) if done.is_confirmed else Result.ACCEPTED), ""
    raise AssertionError


def _foreseen(step: Step) -> Result:
    if step.is_new:
        return Result.CREATED
    return Result.UPDATED if step.changed else Result.UNCHANGED


def _row(step: Step, result: Result, why: str = "") -> Row:
    return {
        "line": step.row.line,
        "level": step.row.level,
        "reference": step.row.label,
        "result": result,
        "columns": ", ".join(step.changed) or None,
        "why": why or None,
    }


def _summary(report: Iterable[Row], *, write: bool) -> str:
    results = [row["result"] for row in report]
    counts = ", ".join(f"{results.count(one)} {one}" for one in Result if one in results) or "no rows"
    return f"Done: {counts}." if write else f"Would be done: {counts}. Nothing was written; --write does it."
