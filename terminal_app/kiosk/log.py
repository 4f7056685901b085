"""Where the kiosk's log goes: its error output is the screen."""

import logging
import queue
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler, SysLogHandler
from pathlib import Path

from terminal_app.journal import SOCKET, JournalHandler, has_journal

_JOURNAL = SOCKET
_SYSTEM_LOG = Path("/dev/log")
_IDENTIFIER = "clocking-terminal-kiosk"
_FILE_NAME = "kiosk.log"
_MOST_BYTES = 1_000_000
_MOST_WAITING = 2000


def begin_log(folder: Path) -> QueueListener | None:
    """Log to systemd's journal (`journalctl -t clocking-terminal-kiosk`), the system's log, or `folder`/kiosk.log.

    The first of them that there is. The file and its predecessor have at most 1 MB each. A log that cannot be written
    is none: the kiosk goes on. To stop what is returned is to wait until all is written.
    """
    logging.raiseExceptions = False  # it would write on the screen
    try:
        handler = _handler(folder)
    except OSError:
        return None
    # A log that does not take its lines, as a system log that hangs, must not hold up the screen: they wait on a
    # thread, and beyond some thousand they are lost.
    waiting: queue.Queue[logging.LogRecord] = queue.Queue(_MOST_WAITING)
    listener = QueueListener(waiting, handler)
    listener.start()
    root = logging.getLogger()
    root.addHandler(QueueHandler(waiting))
    root.setLevel(logging.INFO)
    return listener


def _handler(folder: Path) -> logging.Handler:
    handler: logging.Handler
    if has_journal(_JOURNAL):
        handler = JournalHandler(_IDENTIFIER, _JOURNAL)
    elif _SYSTEM_LOG.is_socket():
        handler = SysLogHandler(str(_SYSTEM_LOG))
        handler.ident = f"{_IDENTIFIER}: "
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    else:
        handler = RotatingFileHandler(folder / _FILE_NAME, maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler
