"""`settings`: what is in force, and what there is."""

import typer

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.settings import DEFAULT_FILE

app = typer.Typer(help="Show or explain the settings.")


@app.command()
def show(config: ConfigFile = DEFAULT_FILE) -> None:
    """Show every setting in force and where it came from. The client secret is never shown."""
    from terminal_app.settings_file import sources  # noqa: PLC0415 # pydantic

    for one in sources(config):
        say(f"{one.place} = {one.value or '(left out)'}  # {one.source}")


@app.command()
def explain() -> None:
    """Explain every setting: what it does, what it may be, its default and its environment variable."""
    from terminal_app.cli.settings_page import default_in_words  # noqa: PLC0415
    from terminal_app.settings_text import described, heading  # noqa: PLC0415

    for one in described():
        say(f"{heading(one.section)} {one.key}")
        say(f"    {one.text}")
        say(f"    allowed: {one.allowed}; default: {default_in_words(one)}")
        if one.environment_variable is not None:
            say(f"    environment: {one.environment_variable}")
