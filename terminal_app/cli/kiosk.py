"""`kiosk`: the screen and the badge readers."""

from terminal_app.cli.options import ConfigFile
from terminal_app.settings import DEFAULT_FILE
from terminal_app.settings_child import SettingsChild


def kiosk(config: ConfigFile = DEFAULT_FILE) -> int:
    """Show the clocking screen on this terminal."""
    # Before the imports below, so that the settings are read while they last.
    child = SettingsChild(config)
    from terminal_app.kiosk.wiring import run_kiosk  # noqa: PLC0415 # Textual, for this command only

    return run_kiosk(child.result)
