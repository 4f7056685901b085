"""`protime references`: custom external references. Their endpoints were not seen: assumed from end to end."""

from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.cli.protime.connection import with_protime
from terminal_app.cli.protime.options import AsJson
from terminal_app.cli.protime.rows import Row, show_all
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.errors import NotFound
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE, Settings

app = typer.Typer(help="List and set custom external references; how Protime takes them is assumed.")

_COLLECTION = Annotated[str, typer.Argument(metavar="COLLECTION", help="Such as people.")]
_RECORD = Annotated[str, typer.Argument(metavar="ID", help="Of the record, by Protime's id.")]


@app.command("list")
def list_(
    collection: _COLLECTION, record: _RECORD, *, as_json: AsJson = False, config: ConfigFile = DEFAULT_FILE
) -> None:
    """List the custom references of a record."""

    async def work(protime: ProtimeClient, _settings: Settings) -> dict[str, str]:
        try:
            return await protime.custom_references.of(collection, record)
        except NotFound as error:
            raise _not_found(error) from error

    found = with_protime(config, [Scope.EXTERNAL_REFERENCES_READ], work)
    rows: list[Row] = [{"name": name, "value": value} for name, value in sorted(found.items())]
    show_all(rows, as_json=as_json)
    if not rows and not as_json:
        say("No custom references.")


@app.command("set")
def set_(
    collection: _COLLECTION,
    record: _RECORD,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Without @.")],
    value: Annotated[str, typer.Argument(metavar="VALUE")],
    *,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Set a custom reference of a record; it should be unique in the collection."""

    async def work(protime: ProtimeClient, _settings: Settings) -> None:
        try:
            await protime.custom_references.put(collection, record, name, value)
        except NotFound as error:
            raise _not_found(error) from error
        except ValueError as error:
            raise Failure(ExitCode.USAGE, f"{error}.") from error

    with_protime(config, [Scope.EXTERNAL_REFERENCES_WRITE], work)
    if as_json:
        show_all([{"collection": collection, "id": record, "name": name, "value": value}], as_json=True)
    else:
        say(f"{collection} {record}: {name} was set.")


def _not_found(error: NotFound) -> Failure:
    text = str(error).rstrip(".")
    return Failure(
        ExitCode.FAILED,
        f"{text}. Either there is no such record, or Protime manages custom references in another way than this program"
        " assumes (docs/protime-api.md).",
    )
