"""The commands put together by Typer."""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from terminal_app import __version__
from terminal_app.cli import (
    admin_pin,
    audit,
    backup,
    check,
    clock,
    courier,
    demo,
    doctor,
    kiosk,
    person,
    preview,
    privacy,
    queue,
    queue_decisions,
    queue_resolve,
    reader,
    run,
    settings,
    simulator,
    status,
    support_bundle,
)
from terminal_app.cli.exit_codes import ExitCode, listed
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import PROGRAM, say
from terminal_app.cli.setup.command import setup

app = typer.Typer(
    name=PROGRAM,
    help="A clocking terminal for Protime: badge, commit, answer, delivery.",
    epilog=f"\b\n{listed()}",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    kiosk.kiosk,
    courier.courier,
    clock.clock,
    run.run,
    check.check,
    simulator.simulator,
    demo.demo,
    preview.preview,
):
    app.command()(command)
app.command()(setup)
app.command()(status.status)
app.command()(doctor.doctor)
app.command("support-bundle")(support_bundle.support_bundle)
app.command()(privacy.privacy)
app.command()(admin_pin.admin_pin)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(backup.recover)
queue_app = typer.Typer(invoke_without_command=True)
queue_app.callback()(queue.queue)
for decision in (
    queue_decisions.show,
    queue_decisions.retry,
    queue_decisions.edit_reference,
    queue_decisions.discard,
    queue_resolve.resolve,
):
    queue_app.command()(decision)
app.add_typer(queue_app, name="queue")
app.add_typer(audit.app, name="audit")
app.add_typer(person.app, name="person")
app.add_typer(reader.app, name="reader")
app.add_typer(settings.app, name="settings")
_LATE = {
    "protime": "Look at Protime; activities, webhooks, who is in.",
    "webhooks": "Receive the changes that Protime sends.",
}
"""Groups whose modules are imported only for who names them: the client library, pydantic, rich."""


def _show_version(wanted: bool) -> None:  # called by Typer
    if wanted:
        say(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def _before_any_command(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """A clocking terminal for Protime: badge, commit, answer, delivery."""


def run_command(arguments: Sequence[str]) -> int:
    """Run the command of a command line; gives its exit code. Raises Failure when the command line is wrong."""
    _add_late_groups(arguments)
    try:
        code = app(args=list(arguments), prog_name=PROGRAM, standalone_mode=False)
    except typer.TyperException as error:
        said = error.format_message().replace("\n", " ").rstrip(".")
        text = f"{said}. {PROGRAM} --help tells what there is."
        raise Failure(ExitCode.USAGE, text) from error
    return code if isinstance(code, int) else ExitCode.OK


def _add_late_groups(arguments: Sequence[str]) -> None:
    # Those of a command line before in this process: each one more would make every later command slower.
    app.registered_groups[:] = [one for one in app.registered_groups if one.name not in _LATE]
    for name, text in _LATE.items():
        group = typer.Typer()
        if arguments[:1] == [name]:
            group = import_module(f"terminal_app.cli.{name}.app").app
        app.add_typer(group, name=name, help=text)
