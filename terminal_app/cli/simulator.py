"""`simulator`: a Protime API to try things against."""

from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import say


def simulator(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where on 127.0.0.1; 0 = any free port.")],
    people: Annotated[int, typer.Option(min=6, help="How many there are in all.")] = 6,
) -> None:
    """Run a simulated Protime API, until Ctrl+C."""
    try:
        from terminal_app.simulator.server import serve  # noqa: PLC0415 # an optional package, for this command only
    except ModuleNotFoundError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"{error.name} is not installed. Install clocking-terminal[simulator]."
        ) from error
    try:
        serve(port, people, on_started=_announce)
    except OSError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"port {port} cannot be used: {error.strerror}. Choose another one with --port."
        ) from error


def _announce(port: int) -> None:
    from terminal_app.simulator.settings import Settings  # noqa: PLC0415

    for line in announcement(port, Settings().tenant, Settings().client_id, Settings().client_secret):
        say(line)
    typer.get_text_stream("stdout").flush()


def announcement(port: int, tenant: str, client_id: str, secret: str) -> list[str]:
    """What to put in a settings file to use this simulator: TOML, whose comments hold the rest."""
    return [
        f"# Simulated Protime at http://127.0.0.1:{port}; Ctrl+C ends it.",
        f"# The client secret is {secret}: write it to the file that client_secret_file names.",
        "[terminal]",
        'name = "Simulated gate"',
        "",
        "[protime]",
        f'tenant = "{tenant}"',
        f'client_id = "{client_id}"',
        'client_secret_file = "/tmp/simulator-secret"',
        f'base_url = "http://127.0.0.1:{port}"',
        f'authentication_url = "http://127.0.0.1:{port}"',
    ]
