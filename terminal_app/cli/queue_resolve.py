"""`queue resolve`: an operator says whether Protime has an ambiguous clocking."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.settings import DEFAULT_FILE

if TYPE_CHECKING:
    from terminal_app.ledger.look_up import Resolved


def resolve(
    number: Annotated[int, typer.Argument(metavar="N", help="The clocking's number in `queue`.")],
    is_: Annotated[int | None, typer.Option("--is", metavar="ID", help="It is this clocking of Protime.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Protime does not have it: send it.")] = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Decide about an ambiguous clocking; without --is or --send show what there is to decide."""
    from terminal_app.doorbell import ring, runtime_folder  # noqa: PLC0415
    from terminal_app.ledger.errors import NotRecorded  # noqa: PLC0415 # SQLite
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    if is_ is not None and send:
        raise Failure(ExitCode.USAGE, "--is and --send exclude each other: Protime has it, or it does not.")
    settings = load_settings(config).storage
    if is_ is None and not send:
        say(_shown(settings.folder, number))
        return
    try:
        resolved = _decided(settings.folder, number, is_)
    except NotRecorded as error:
        raise Failure(ExitCode.STORAGE, f"nothing was decided: {error}") from error
    _complain_unless_done(resolved, number, is_)
    ring(runtime_folder(settings.runtime_folder, settings.folder), "courier")
    say(f"Clocking {number} is clocking {is_} of Protime." if is_ is not None else f"Clocking {number} will be sent.")


def _shown(folder: Path, number: int) -> str:
    from terminal_app.ledger.look_up import candidates_of, explanation_of_ambiguous  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415

    with ledger_to_read(folder) as connection:
        explanation = explanation_of_ambiguous(connection, number)
        if explanation is None:
            raise Failure(ExitCode.FAILED, _nothing_to_decide(number))
        ways = [f"--is {one}" for one in candidates_of(connection, number)]
    return f"{number}: {explanation}. Say {', '.join(ways)} or --send."


def _decided(folder: Path, number: int, protime_id: int | None) -> "Resolved":
    from contextlib import closing  # noqa: PLC0415

    from terminal_app.ledger.database import LedgerDatabase  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.look_up import resolve_as, resolve_as_missing  # noqa: PLC0415

    with closing(LedgerDatabase(folder)) as ledger:
        if protime_id is None:
            return resolve_as_missing(ledger, number, explanation="an operator says that Protime does not have it")
        said = f"an operator says that it is clocking {protime_id} of Protime"
        return resolve_as(ledger, number, protime_id, explanation=said)


def _complain_unless_done(resolved: "Resolved", number: int, protime_id: int | None) -> None:
    from terminal_app.ledger.look_up import Resolved  # noqa: PLC0415 # SQLite

    match resolved:
        case Resolved.DONE:
            return
        case Resolved.NOT_AMBIGUOUS:
            raise Failure(ExitCode.FAILED, _nothing_to_decide(number))
        case Resolved.NO_CANDIDATE:
            raise Failure(
                ExitCode.FAILED,
                f"clocking {protime_id} of Protime is none of those that may be clocking {number};"
                f" `queue resolve {number}` names them.",
            )
        case Resolved.CLAIMED:
            raise Failure(
                ExitCode.FAILED, f"another clocking of this terminal is clocking {protime_id} of Protime already."
            )


def _nothing_to_decide(number: int) -> str:
    return f"clocking {number} is not ambiguous: there is nothing to decide. `queue` lists those that are."
