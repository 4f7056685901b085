"""Opens what the kiosk records in and reads from; knows no screen, so that Textual is loaded meanwhile."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from terminal_app.kiosk.desk import Desk
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.roster.look_up import Roster
from terminal_app.settings import Settings, UnknownBadge
from terminal_app.timekeeping.clock import SystemClock


def open_desk(load_settings: Callable[[], Settings]) -> tuple[Settings, Desk]:
    """The settings and a desk on their files, which is this thread's only. Raises SettingsError and LedgerError."""
    settings = load_settings()
    desk = Desk(
        LedgerDatabase(settings.storage.folder),
        Roster(settings.storage.folder),
        SystemClock(),
        ZoneInfo(settings.terminal.timezone),
        keep_unknown=settings.terminal.unknown_badge is UnknownBadge.RECORD,
    )
    return settings, desk
