"""The demo that plays by itself and compares: what was badged against what the server received."""

import os
import sys
import threading
import time
from collections import Counter
from datetime import datetime

from terminal_app.children import end_child, set_size, start_child
from terminal_app.demo.stage import PEOPLE, DemoBadge, Stage, stage
from terminal_app.timekeeping.zones import zone_of

_ZONE = zone_of("Europe/Brussels")
_READY = b"online"
_KEY_END_ACTIVITY = b"\x1bOR"
_KEY_ESCAPE = b"\x1b"
_IDLE = b"Main entrance"
_ASKS_FOR_BADGE = b"Now hold your badge"
_WAIT_SECONDS = 30.0
_BETWEEN_BADGES = 0.7
_EVERY_FOURTH = 4

Expected = tuple[str, str, str, int]
"""Badge number, kind, date, minute."""


class _Screen:
    """The kiosk's hidden terminal: kept empty, and searched for what the play waits for."""

    def __init__(self, pty: int) -> None:
        self._pty = pty
        self._seen = bytearray()
        self._news = threading.Condition()
        threading.Thread(target=self._drain, daemon=True).start()

    def press(self, key: bytes) -> None:
        """Type a key; what was seen before it is forgotten."""
        self.forget()
        os.write(self._pty, key)

    def forget(self) -> None:
        """Wait for what is painted from now on."""
        with self._news:
            self._seen.clear()

    def wait_for(self, text: bytes) -> None:
        """Until the kiosk paints `text`. Raises TimeoutError."""
        with self._news:
            if not self._news.wait_for(lambda: text in self._seen, _WAIT_SECONDS):
                raise TimeoutError(f"the kiosk did not show {text.decode()!r} within {_WAIT_SECONDS:.0f} seconds")

    def _drain(self) -> None:
        while True:
            try:
                painted = os.read(self._pty, 65536)
            except OSError:
                return
            with self._news:
                self._seen += painted
                self._news.notify_all()


def run_unattended(seconds: float) -> int:
    """Badge for so long, with the network cut in the middle; 0 only if the server has exactly what was badged."""
    with stage(hold_back_seconds=1) as set_up:
        ours, theirs = os.openpty()
        set_size(ours, 24, 80)
        kiosk = start_child("kiosk", "--config", str(set_up.settings_file), terminal=theirs)
        os.close(theirs)
        try:
            screen = _Screen(ours)
            screen.wait_for(_READY)
            expected = _badge(set_up, screen, seconds)
            received = _await(set_up, len(expected))
        except TimeoutError as error:
            sys.stderr.write(f"clocking-terminal: {error}\n")
            return 1
        finally:
            end_child(kiosk)
    return _report(Counter(expected), Counter(received))


def _badge(set_up: Stage, screen: _Screen, seconds: float) -> list[Expected]:
    expected: list[Expected] = []
    start = time.monotonic()
    while (elapsed := time.monotonic() - start) < seconds:
        set_up.simulator.set_faults(down=seconds / 3 < elapsed < seconds * 2 / 3)
        kind = "InOut"
        if len(expected) % _EVERY_FOURTH == _EVERY_FOURTH - 1:
            kind = "ActivityEnd"
            # The keys beside an answer are for the person who got it; the next one starts at the idle screen.
            screen.press(_KEY_ESCAPE)
            screen.wait_for(_IDLE)
            screen.press(_KEY_END_ACTIVITY)
            screen.wait_for(_ASKS_FOR_BADGE)
        badge = PEOPLE[len(expected) % len(PEOPLE)]
        screen.forget()
        expected.append(_hold(set_up, badge, kind))
        screen.wait_for(badge.name.encode())
        time.sleep(_BETWEEN_BADGES)
    set_up.simulator.set_faults(down=False)
    return expected


def _hold(set_up: Stage, badge: DemoBadge, kind: str) -> Expected:
    now = datetime.now(_ZONE)
    if now.second == 59:  # noqa: PLR2004 # so that the minute cannot change between here and the reader
        time.sleep(1.1 - now.microsecond / 1_000_000)
        now = datetime.now(_ZONE)
    set_up.reader.hold(badge.card, repeats=2)
    return badge.number, kind, now.date().isoformat(), now.hour * 60 + now.minute


def _await(set_up: Stage, count: int) -> list[Expected]:
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline and len(set_up.simulator.received()) < count:
        time.sleep(0.2)
    time.sleep(2.0)  # one too many would come now
    return [
        (str(one["badgeNumber"]), str(one["kind"]), str(one["date"]), int(str(one["timeOfDayInMinutes"])))
        for one in set_up.simulator.received()
    ]


def _report(expected: Counter[Expected], received: Counter[Expected]) -> int:
    names = {badge.number: badge.name for badge in PEOPLE}
    for number, kind, date, minute in sorted(received.elements(), key=lambda one: one[2:]):
        sys.stdout.write(f"{date} {minute // 60:02d}:{minute % 60:02d}  {names.get(number, number):8} {kind}\n")
    missing, surplus = expected - received, received - expected
    sys.stdout.write(
        f"badged {expected.total()}, received {received.total()}, missing {missing.total()},"
        f" too many {surplus.total()}\n"
    )
    return 0 if expected == received and expected else 1
