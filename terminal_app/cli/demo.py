"""`demo`: the main job at once, with everything simulated but the product."""

from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure


def demo(
    unattended: Annotated[
        float | None,
        typer.Option(min=3, help="Badge by itself for so many seconds, then compare with what the server received."),
    ] = None,
) -> int:
    """Show the kiosk, the courier and a simulated Protime at work, with a virtual badge reader."""
    try:
        from terminal_app.demo.attended import run_attended  # noqa: PLC0415 # an optional package, for this command only
        from terminal_app.demo.unattended import run_unattended  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"{error.name} is not installed. Install clocking-terminal[simulator]."
        ) from error
    return run_attended() if unattended is None else run_unattended(unattended)
