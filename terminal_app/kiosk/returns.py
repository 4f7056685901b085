"""Whether a kiosk whose screen broke begins anew by itself, or ends and leaves that to the service manager. Pure."""

from terminal_app.ledger.errors import LedgerError

MOST = 3
WITHIN_SECONDS = 60.0


class Returns:
    """Counts how often it began anew: what breaks again and again is no matter of a moment."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def may_return(self, failure: BaseException, now: float) -> bool:
        """Whether to begin anew after this failure at `now` (monotonic seconds); each yes is counted."""
        if not isinstance(failure, Exception) or isinstance(failure, LedgerError | OSError):
            return False  # no matter of the screen's
        self._times = [one for one in self._times if now - one < WITHIN_SECONDS]
        if len(self._times) >= MOST:
            return False
        self._times.append(now)
        return True
