"""`reader`: what a badge reader sends."""

import asyncio
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import say

app = typer.Typer(help="Find out what a badge reader sends.")


@app.callback()
def _reader() -> None:
    """Find out what a badge reader sends."""


@app.command()
def probe(
    port: Annotated[str, typer.Argument(help="The serial port, for example /dev/serial/by-id/...")],
    driver: Annotated[str | None, typer.Option(help="Listen with this driver only.")] = None,
) -> None:
    """Show the bytes of each badge and the numbers they could mean, until Ctrl+C."""
    from drivers.catalogue import UnknownDriverError  # noqa: PLC0415 # pyserial
    from drivers.reader import PortError  # noqa: PLC0415

    try:
        asyncio.run(_show(port, driver))
    except UnknownDriverError as error:
        raise Failure(ExitCode.USAGE, str(error)) from error
    except PortError as error:
        raise Failure(ExitCode.UNAVAILABLE, str(error)) from error
    except KeyboardInterrupt:
        say()


async def _show(port: str, driver: str | None) -> None:
    from drivers.probe import probe as reports  # noqa: PLC0415

    def tell(*lines: str) -> None:
        for line in lines:
            say(line)
        typer.get_text_stream("stdout").flush()

    listening = f"Listening on {port}. Hold a badge to the reader; Ctrl+C ends."
    async for report in reports(port, driver, on_open=lambda: tell(listening)):
        tell(*report.lines())
