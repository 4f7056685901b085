"""How a command ends early."""

from terminal_app.cli.exit_codes import ExitCode


class Failure(Exception):
    """A command cannot go on; the text names cause and remedy, the code is what the process ends with."""

    def __init__(self, code: ExitCode, text: str) -> None:
        super().__init__(text)
        self.code = code
