"""The line of `status` about the clock: what it is worth, and what Protime's clock says against it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from terminal_app.cli.fact import Fact
from terminal_app.cli.queue import in_words
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.doubtful_time import in_seconds
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.ledger.anchors import Ask, latest_of_boot, latest_with_battery_clock
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.reading import ledger_to_read
from terminal_app.ledger.rows import Row
from terminal_app.settings import Settings
from terminal_app.timekeeping.clock import SystemClock
from terminal_app.timekeeping.kernel import read_kernel_clock
from terminal_app.timekeeping.machine import has_battery_clock, read_machine_time
from terminal_app.timekeeping.trust import Facts, assess, is_offset_of_zone, off_by
from terminal_app.timekeeping.zones import zone_of

_WORTH_TELLING = timedelta(seconds=30)
_SYNCHRONISE = "`timedatectl set-ntp true`, a time server in /etc/systemd/timesyncd.conf, and UDP port 123 let out"
_REMEDIES = {
    TimeState.UNTRUSTED: f"have it synchronised: {_SYNCHRONISE}; a battery clock helps after a power cut without a"
    " network. Clockings wait and are corrected once the time is known (settings [time])",
    TimeState.JUMPED: f"somebody or something set the clock; have it synchronised: {_SYNCHRONISE}",
}


def clock_fact(settings: Settings) -> Fact:
    """What this machine's clock is worth now. Raises LedgerUnusable."""
    now = SystemClock().now()
    with _anchors_in(settings.storage.folder) as ask:
        facts = Facts(
            now,
            read_kernel_clock(),
            read_machine_time(),
            now,
            tuple(latest_of_boot(ask, now.boot_id)),
            latest_with_battery_clock(ask, now.boot_id),
        )
    largest = timedelta(seconds=settings.time.largest_error_seconds)
    return fact_of(facts, assess(facts, largest), settings.terminal.timezone, has_battery=has_battery_clock())


def fact_of(facts: Facts, quality: TimeQuality, zone: str, *, has_battery: bool) -> Fact:
    """The line for these facts."""
    ahead = off_by(facts)
    details: dict[str, object] = {
        "state_of_clock": quality.state.value,
        "error_seconds": None if quality.error is None else quality.error.total_seconds(),
        "server_ahead_seconds": None if ahead is None else round(ahead.total_seconds(), 1),
        "is_synchronised": facts.kernel.is_synchronised if facts.kernel else None,
        "has_battery_clock": has_battery,
    }
    bound = "" if quality.error is None else f", off by {in_seconds(quality.error)} at most"
    state = f"{quality.state.value}{bound}"
    remedy = _REMEDIES.get(quality.state)
    if ahead is not None and abs(ahead) >= _WORTH_TELLING:
        state += f"; Protime's clock is {in_words(abs(ahead))} {'ahead' if ahead > timedelta(0) else 'behind'}"
        remedy = f"find out which of the two is wrong; {_SYNCHRONISE}"
        if is_offset_of_zone(ahead, _offset(zone, facts.now)):
            remedy = (
                "the clock was most likely set to local time, and has to run on UTC: `timedatectl set-local-rtc 0`, and"
                f" set it anew; the terminal's own zone is terminal.timezone, {zone}"
            )
    return Fact("clock", state, details, remedy)


def _offset(zone: str, now: Moment) -> timedelta | None:
    return now.instant.astimezone(zone_of(zone)).utcoffset()


@contextmanager
def _anchors_in(folder: Path) -> Iterator[Ask]:
    if not (folder / FILE_NAME).exists():
        yield lambda _question, _values: []
        return
    with ledger_to_read(folder) as connection:

        def ask(question: str, values: Sequence[object]) -> list[Row]:
            return connection.execute(question, values).fetchall()

        yield ask
