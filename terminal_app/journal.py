"""Log records for systemd's journal, with their event and its values as fields of their own.

A message is "event-name key=value key=value in words": docs/events.md lists the events. The protocol is one datagram to
the journal's socket (systemd.io/JOURNAL_NATIVE_PROTOCOL).
"""

import logging
import re
import socket
import struct
from contextlib import suppress
from pathlib import Path

SOCKET = Path("/run/systemd/journal/socket")
_EVENT = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![^\s:;,])")
_VALUE = re.compile(r"(?<!\S)([a-z][a-z0-9_]*)=([^\s;,]+)")
_MOST_BYTES = 60_000
"""A datagram takes more; whoever logs so much says nothing by it."""
_SECONDS = 1.0
"""A journal that hangs holds up the log's own thread no longer."""
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_DEBUG_PRIORITY = 7


def has_journal(address: Path = SOCKET) -> bool:
    """Whether there is a journal on this machine."""
    return address.is_socket()


def event_of(message: str) -> str | None:
    """The name of the event that a message tells of; None where it begins otherwise."""
    found = _EVENT.match(message)
    return found.group() if found else None


def values_of(message: str) -> dict[str, str]:
    """What a message says as key=value; the first of a key counts."""
    return dict(reversed(_VALUE.findall(message)))


class JournalHandler(logging.Handler):
    """Writes to the journal; what it does not take is lost."""

    def __init__(self, identifier: str, address: Path = SOCKET) -> None:
        """`identifier` is what `journalctl -t` asks for. Raises OSError when there is no journal."""
        super().__init__()
        self._identifier = identifier
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.settimeout(_SECONDS)
        self._socket.connect(str(address))

    def emit(self, record: logging.LogRecord) -> None:
        """Send it, or lose it."""
        with suppress(OSError):
            self._socket.send(_datagram(self._fields(record)))

    def _fields(self, record: logging.LogRecord) -> dict[str, str]:
        message = record.getMessage()
        fields = {
            "MESSAGE": message,
            "PRIORITY": str(_priority(record.levelno)),
            "SYSLOG_IDENTIFIER": self._identifier,
            "LOGGER": record.name,
        }
        if (event := event_of(message)) is not None:
            fields["EVENT"] = event
            fields |= {f"EVENT_{key.upper()}": value for key, value in values_of(message).items()}
        if record.exc_info:
            fields["TRACEBACK"] = logging.Formatter().formatException(record.exc_info)
        elif record.exc_text:  # a queue on the way has made it text
            fields["TRACEBACK"] = record.exc_text
        return fields

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
        super().close()


def _priority(level: int) -> int:
    return next((priority for least, priority in _PRIORITIES if level >= least), _DEBUG_PRIORITY)


def _datagram(fields: dict[str, str]) -> bytes:
    """Each value with its length: then it may hold anything."""
    written = bytearray()
    for name, value in fields.items():
        data = value.encode(errors="replace")[:_MOST_BYTES]
        if len(written) + len(data) > _MOST_BYTES:
            continue
        written += name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"
    return bytes(written)
