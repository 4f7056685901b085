"""The commands of `webhooks`, put together."""

import typer

from terminal_app.cli.webhooks.receive import receive

app = typer.Typer()
app.command()(receive)


@app.callback()
def webhooks() -> None:
    """Receive the changes that Protime sends."""
