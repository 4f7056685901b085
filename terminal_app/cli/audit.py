"""`audit`: the ledger's chain of events, exported and verified."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from terminal_app.audit.event import Event, EventKind
from terminal_app.audit.export import BrokenLine, lines_of, verified
from terminal_app.audit.journal import MissingAnchor, check_anchors
from terminal_app.audit.receipt import read_receipt, receipt_of
from terminal_app.audit.verification import BrokenLink, ChainCheck
from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import file_for_the_owner, say
from terminal_app.settings import DEFAULT_FILE

app = typer.Typer(help="The chain of all that happened to the clockings: export it, verify it.", no_args_is_help=True)


@app.command()
def export(
    config: ConfigFile = DEFAULT_FILE,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of the output; readable by its owner only.")
    ] = None,
) -> None:
    """Write the whole chain as JSON Lines (docs/audit.md). It holds badge numbers."""
    from terminal_app.ledger.chain import events  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    folder = load_settings(config).storage.folder
    with ExitStack() as opened:
        connection = opened.enter_context(ledger_to_read(folder))
        # Not `say`: the lines are ASCII, and have one form only.
        file = sys.stdout if output is None else opened.enter_context(file_for_the_owner(output))
        try:
            for line in lines_of(events(connection)):
                file.write(f"{line}\n")
        except BrokenLink as error:
            raise Failure(ExitCode.FAILED, f"event {error.event}: {error}. The export ends before it.") from error


@app.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="An export; left out: the ledger of this terminal.")
    ] = None,
    receipt: Annotated[
        str | None, typer.Option(metavar="CODE", help="Which clocking this receipt code stands for.")
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A log with audit-anchor lines, kept elsewhere: the chain must have them."),
    ] = None,
    config: ConfigFile = DEFAULT_FILE,
) -> int:
    """Verify a chain; names the first link that is broken, and ends with 1 then."""
    code = None if receipt is None else read_receipt(receipt)
    if receipt is not None and code is None:
        raise Failure(ExitCode.USAGE, "this is no receipt code: eight characters, the last one checks the others")
    wanted = _Wanted(code)
    check = ChainCheck()
    try:
        if file is None:
            _verify_ledger(config, check, wanted)
        else:
            _verify_file(file, check, wanted)
        anchors = _compare_with(journal, check) if journal else ""
    except (BrokenLine, MissingAnchor) as error:
        say(f"BROKEN {error}")
        return ExitCode.FAILED
    except BrokenLink as error:
        say(f"BROKEN {error}" if error.event is None else f"BROKEN event {error.event}: {error}")
        return ExitCode.FAILED
    say(f"OK {check.count} events, {len(check.anchors)} anchors{anchors}; last hash {check.last_hash.hex()}")
    for kept in check.kept_files:
        say(f"the ledger was salvaged: what was before, receipts too, is in the chain of {kept}")
    return ExitCode.OK if code is None else wanted.tell()


class _Wanted:
    """The clockings that a receipt code stands for; more than one only by a rare chance."""

    def __init__(self, code: str | None) -> None:
        self._code = code
        self._found: dict[int, tuple[Event, str | None]] = {}

    def look(self, event: Event) -> None:
        """Whether this event is about one of them."""
        if self._code is None or event.sequence is None:
            return
        if event.kind == EventKind.RECORDED and receipt_of(event.hash) == self._code:
            self._found[event.sequence] = event, event.state
        elif event.sequence in self._found and event.state is not None:
            self._found[event.sequence] = self._found[event.sequence][0], event.state

    def tell(self) -> ExitCode:
        """Say which they are."""
        for sequence, (event, state) in self._found.items():
            say(f"receipt {self._code}: clocking {sequence}, recorded {event.at}, now {state}; {_what(event)}")
        if not self._found:
            say(f"receipt {self._code}: no clocking of this chain has it")
        return ExitCode.OK if self._found else ExitCode.FAILED


def _what(event: Event) -> str:
    if event.content is None:
        return "its contents were erased"
    try:
        content = json.loads(event.content)
        minutes = int(content["minute"])
        return f"{content['kind']} {content['date']} {minutes // 60:02d}:{minutes % 60:02d}, reader {content['reader']}"
    except (ValueError, TypeError, KeyError):
        return "its contents are not those of a clocking"


def _verify_file(file: Path, check: ChainCheck, wanted: _Wanted) -> None:
    try:
        with file.open("rb") as lines:
            for event in verified(lines, check):
                wanted.look(event)
    except OSError as error:
        raise _unreadable(file, error) from error


def _verify_ledger(config: Path, check: ChainCheck, wanted: _Wanted) -> None:
    """The chain in the ledger, and whether its clockings are what the chain says."""
    from terminal_app.ledger.agreement import disagreements  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.chain import events  # noqa: PLC0415
    from terminal_app.ledger.reading import ledger_to_read  # noqa: PLC0415
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    with ledger_to_read(load_settings(config).storage.folder) as connection:
        for event in events(connection):
            check.take(event)
            wanted.look(event)
        check.finish()
        for one in disagreements(connection):
            raise BrokenLink(one)


def _compare_with(journal: Path, check: ChainCheck) -> str:
    try:
        with journal.open(encoding="utf-8", errors="replace") as lines:
            compared = check_anchors(lines, check.anchors, former_end=check.former_end)
    except OSError as error:
        raise _unreadable(journal, error) from error
    if not compared.found and not compared.former:
        raise Failure(ExitCode.USAGE, f"{journal} has no line with audit-anchor: nothing to compare with")
    former = f", and {compared.former} of the log are of a chain before this one" if compared.former else ""
    return f" ({compared.found} compared with the log{former})"


def _unreadable(file: Path, error: OSError) -> Failure:
    return Failure(ExitCode.USAGE, f"{file} cannot be read: {error.strerror}")
