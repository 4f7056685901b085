"""The kiosk with a stop-watch at the desk: `python -m benchmarks.timed_kiosk SETTINGS TIMES`.

Writes, when it ends, for each badge the monotonic times in ns of: last byte read, work begun on the storage thread,
clocking on the disk.
"""

import json
import sys
import time
from pathlib import Path

from terminal_app.cli.start_kiosk import start_kiosk


def main(settings: Path, times: Path) -> int:
    """As the command `kiosk`."""
    from terminal_app.kiosk import opening
    from terminal_app.kiosk.deeds import Clock
    from terminal_app.kiosk.desk import Desk
    from terminal_app.kiosk.guest import Answer

    taken: list[tuple[int, int, int]] = []

    class TimedDesk(Desk):
        def clock(self, deed: Clock) -> Answer:
            begun = time.monotonic_ns()
            answer = super().clock(deed)
            taken.append((deed.badge.moment.monotonic_ns, begun, time.monotonic_ns()))
            return answer

    setattr(opening, "Desk", TimedDesk)  # noqa: B010 # the composition names the class
    code = start_kiosk(settings)
    times.write_text(json.dumps(taken), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
