"""`privacy`: what is kept of people here, from the settings in force."""

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.settings import DEFAULT_FILE


def privacy(config: ConfigFile = DEFAULT_FILE) -> None:
    """Write what this terminal keeps of people, where and how long, as a page in Markdown."""
    from terminal_app.cli.privacy_page import privacy_page  # noqa: PLC0415
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    for line in privacy_page(load_settings(config)).splitlines():
        say(line)
