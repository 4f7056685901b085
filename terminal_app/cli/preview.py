"""`preview`: the kiosk in a browser, or filmed; for training, translation and choosing a theme."""

from pathlib import Path
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.settings_choices import ThemeName


def preview(
    *,
    theme: Annotated[ThemeName, typer.Option(help="What it looks like at first.")] = ThemeName.DARK,
    language: Annotated[str, typer.Option(metavar="CODE", help="The language that it speaks first.")] = "en",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Of this machine's loopback address.")] = 8714,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a film (SVG) of a visit into FILE instead.")
    ] = None,
    size: Annotated[str, typer.Option(metavar="COLUMNSxROWS", help="Of the film.")] = "80x24",
    screen: Annotated[bool, typer.Option(hidden=True, help="Be what the browser shows.")] = False,
) -> int:
    """Show the kiosk in a browser on this machine, with a simulated Protime and a virtual badge reader."""
    try:
        from terminal_app.demo.preview import Looks, film, serve, show  # noqa: PLC0415 # optional packages
    except ModuleNotFoundError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"{error.name} is not installed. Install clocking-terminal[preview]."
        ) from error
    looks = Looks(theme, language)
    if screen:
        return show(looks)
    if record is not None:
        film(record, looks, _size(size))
        return ExitCode.OK
    serve(looks, port)
    return ExitCode.OK


def _size(text: str) -> tuple[int, int]:
    columns, _, rows = text.partition("x")
    if not (columns.isdecimal() and rows.isdecimal() and int(columns) >= 50 and int(rows) >= 15):  # noqa: PLR2004
        raise Failure(ExitCode.USAGE, "--size must be like 80x24, and at least 50x15")
    return int(columns), int(rows)
