"""The line that is always there."""

from terminal_app.kiosk.widgets.plain import Lines


class StatusLine(Lines):
    """Shows the status text."""

    DEFAULT_CSS = "StatusLine { height: 1; dock: bottom; text-align: center; }"
