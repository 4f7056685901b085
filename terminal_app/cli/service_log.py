"""Where a service without a screen logs to."""

import logging
import os
import sys

_FORMAT = "%(levelname)s %(name)s: %(message)s"


def begin_service_log(identifier: str) -> None:
    """Log to systemd's journal where the error output goes there too, or else to the error output."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if os.environ.get("JOURNAL_STREAM"):
        from terminal_app.journal import JournalHandler, has_journal  # noqa: PLC0415 # under systemd only

        if has_journal():
            handler = JournalHandler(identifier)
    logging.basicConfig(handlers=[handler], level=logging.INFO, format=_FORMAT)
