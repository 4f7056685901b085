"""Where the kiosk's log goes: its error output is the screen."""

import logging
from logging.handlers import RotatingFileHandler, SysLogHandler
from pathlib import Path

_SYSTEM_LOG = Path("/dev/log")
_FILE_NAME = "kiosk.log"
_MOST_BYTES = 1_000_000


def begin_log(folder: Path) -> None:
    """Log to the system's log (`journalctl -t clocking-terminal-kiosk`), or where there is none to `folder`/kiosk.log.

    The file and its predecessor have at most 1 MB each. A log that cannot be written is none: the kiosk goes on.
    """
    logging.raiseExceptions = False  # it would write on the screen
    try:
        handler = _handler(folder)
    except OSError:
        return
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def _handler(folder: Path) -> logging.Handler:
    handler: logging.Handler
    if _SYSTEM_LOG.is_socket():
        handler = SysLogHandler(str(_SYSTEM_LOG))
        handler.ident = "clocking-terminal-kiosk: "
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    else:
        handler = RotatingFileHandler(folder / _FILE_NAME, maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler
