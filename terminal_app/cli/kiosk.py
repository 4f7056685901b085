"""`kiosk`: the screen and the badge readers."""

from collections.abc import Sequence
from pathlib import Path

from terminal_app.cli.options import ConfigFile
from terminal_app.settings import DEFAULT_FILE
from terminal_app.settings_child import SettingsChild


def kiosk(config: ConfigFile = DEFAULT_FILE) -> int:
    """Show the clocking screen on this terminal."""
    # Before the imports below, so that the settings are read while they last.
    child = SettingsChild(config)
    from terminal_app.kiosk.wiring import run_kiosk  # noqa: PLC0415 # Textual, for this command only

    return run_kiosk(child.result)


def config_of(arguments: Sequence[str]) -> Path | None:
    """The settings file of a plain `kiosk [--config FILE]`; None for any other command line.

    Typer imports pydantic to read an option (0.29), which costs a kiosk memory and start-up time for its whole life.
    """
    match arguments:
        case ["kiosk"]:
            return DEFAULT_FILE
        case ["kiosk", "--config", str(path)]:
            return Path(path)
        case _:
            return None
