"""`clock`: tells the kiosk how sure the kernel is of its clock; a service, as the kiosk's sandbox may not ask."""

from typing import NoReturn

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure


def clock() -> NoReturn:
    """Write what the kernel says of its clock for the kiosk to read, until a signal; a service, not for people."""
    from terminal_app.timekeeping.told_clock import TOLD_FILE, tell_for_ever  # noqa: PLC0415 # ctypes

    try:
        tell_for_ever()
    except OSError as error:
        raise Failure(
            ExitCode.STORAGE, f"{TOLD_FILE} cannot be written: {error.strerror}. This is for the service to run."
        ) from error
