"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path,
    typer.Option(
        # Whether it can be read is found out where it is read: then it ends with the code for wrong settings.
        "--config",
        metavar="FILE",
        help="The settings file.",
        readable=False,
    ),
]
