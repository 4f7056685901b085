"""Opens what the kiosk needs from the second painting on: files and readers, and all that is imported for them."""

from zoneinfo import ZoneInfo

from drivers.badge_number import BadgeNumberForm
from drivers.catalogue import create_reader
from drivers.reader import BadgeReader
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.log import begin_log
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.roster.look_up import Roster
from terminal_app.settings import Settings, UnknownBadge
from terminal_app.timekeeping.clock import SystemClock


def open_desk(settings: Settings) -> Desk:
    """A desk on the files of the settings, for this thread only, and the log. Raises LedgerError."""
    begin_log(settings.storage.folder)
    return Desk(
        LedgerDatabase(settings.storage.folder),
        Roster(settings.storage.folder),
        SystemClock(),
        ZoneInfo(settings.terminal.timezone),
        keep_unknown=settings.terminal.unknown_badge is UnknownBadge.RECORD,
    )


def open_readers(settings: Settings) -> list[BadgeReader]:
    """The readers of the settings; their ports are opened when they are listened to."""
    return [
        create_reader(
            one.driver,
            name=one.name or one.port.rpartition("/")[2],
            port=one.port,
            badge_number=BadgeNumberForm(one.badge_number.value),
        )
        for one in settings.reader
    ]
