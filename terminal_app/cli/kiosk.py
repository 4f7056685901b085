"""`kiosk`: the screen and the badge readers."""

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.start_kiosk import start_kiosk
from terminal_app.settings import DEFAULT_FILE


def kiosk(config: ConfigFile = DEFAULT_FILE) -> int:
    """Show the clocking screen on this terminal."""
    return start_kiosk(config)
