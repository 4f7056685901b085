"""What it costs to keep 100,000 people: read page by page into the roster, and read again when nothing has changed.

The floor is the least that stores the same: `json.loads` of the same pages and `executemany` of the same columns into a
file of the same settings, in one transaction. Each runs in a process of its own, so that its peak memory is its own.
Making the pages is not timed, and there is no network.
"""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.figures import Outcome, figure
from benchmarks.site import scratch_folder

_PEOPLE = 100_000
_PAGE = 500
_ROUNDS = 3
_MOST_MIB = 100


def measure() -> list[Outcome]:
    """First reading, second reading and peak memory, each beside its floor."""
    ours: dict[str, list[float]] = {}
    floor: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):  # in turn, so that a busy machine is busy for both
        for name, found in (("ours", ours), ("floor", floor)):
            with scratch_folder() as folder:
                for what, value in _in_a_process(name, folder).items():
                    found.setdefault(what, []).append(value)
    first = figure("  floor: json and executemany", floor["first"], unit="s")
    again = figure("  floor: the same again, all written", floor["second"], unit="s")
    return [
        figure(f"{_PEOPLE} people read and stored", ours["first"], unit="s", floor=first.median, most_ratio=3),
        first,
        figure("read again, nothing has changed", ours["second"], unit="s", floor=again.median, most_ratio=3),
        again,
        figure("people written by that", ours["people"], unit="rows", most_median=0),
        figure("rows written by that, bookkeeping included", ours["rows"], unit="rows", most_median=1),
        figure("peak memory of both readings", ours["memory"], unit="MiB", most_median=_MOST_MIB),
        figure("  the floor's", floor["memory"], unit="MiB"),
    ]


def _in_a_process(name: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.synchronisation", name, str(folder)], stdout=subprocess.PIPE, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def pages() -> Iterator[bytes]:
    """The bodies of the answers, made one at a time; not to be timed."""
    for start in range(1, _PEOPLE + 1, _PAGE):
        following = start + _PAGE
        link = "/connector/protimeapi/api/v1/people?continuationToken=t" if following <= _PEOPLE else None
        yield json.dumps({"value": [_person(key) for key in range(start, following)], "nextLink": link}).encode()


def _person(key: int) -> dict[str, object]:
    return {
        "id": key, "changeVersion": f"{key:020X}", "lastName": f"Peeters {key}", "firstName": "Anna",
        "email": "anna@acme.example", "address": "Street 1", "postalCode": "1000", "town": "Brussels", "sex": "Female",
        "birthDate": "1990-02-28", "bankAccount": "BE00", "inServiceDate": "2015-01-01",
        "outOfServiceDate": "2030-12-31", "employeeNumber": f"E{key}", "terminalGroup": {"id": 2},
        "badgeNumber": f"{key:010}", "pinCode": 1234, "terminalLanguageISOCode": "nl",
    }  # fmt: skip


class _Timed:
    """The pages, and the time that was spent between them."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def pages(self) -> Iterator[bytes]:
        """Stands still while a page is made."""
        for body in pages():
            made = time.perf_counter()
            yield body
            self.seconds += time.perf_counter() - made


def _ours(folder: Path) -> dict[str, float]:
    from terminal_app.protime.people_page import people_of_page
    from terminal_app.protime.transport import Response
    from terminal_app.roster.replacement import RosterWriter
    from terminal_app.roster.tables import Collection
    from terminal_app.timekeeping.clock import SystemClock

    clock = SystemClock()

    def reading(writer: RosterWriter) -> float:
        timed = _Timed()
        writer.begin_reading(Collection.PEOPLE, clock.now())
        for body in timed.pages():
            found = people_of_page("@badge-number", Response(200, {}, body))
            writer.keep_page(Collection.PEOPLE, found.records, clock.now(), following="/next")
        began = time.perf_counter()
        writer.finish_reading(Collection.PEOPLE)
        return timed.seconds + time.perf_counter() - began

    with closing(RosterWriter(folder)) as writer:
        first = reading(writer)
        connection = writer._connection  # noqa: SLF001 # the counter belongs to the connection
        before = connection.total_changes
        with closing(sqlite3.connect(folder / "roster.db", isolation_level=None)) as observer:
            observer.executescript(
                "CREATE TABLE seen (id); INSERT INTO seen VALUES (0);"
                + "".join(
                    f"CREATE TRIGGER on_{what} AFTER {what} ON person BEGIN UPDATE seen SET id = id + 1; END;"
                    for what in ("INSERT", "UPDATE", "DELETE")
                )
            )
            second = reading(writer)
            (people,) = observer.execute("SELECT id FROM seen").fetchone()
        in_the_roster = connection.total_changes - before - _staged_rows()
    return {"first": first, "second": second, "people": people, "rows": in_the_roster, "memory": _peak_mib()}


def _staged_rows() -> int:
    """What a reading writes into its own file: a row for its beginning, and two for each page."""
    return 1 + 2 * (_PEOPLE // _PAGE)


def _floor(folder: Path) -> dict[str, float]:
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "CREATE TABLE person (id INTEGER PRIMARY KEY, first TEXT, last TEXT, badge TEXT, language TEXT, since TEXT,"
        " until TEXT, terminal_group INTEGER, reference TEXT, version TEXT) STRICT;"
        "CREATE INDEX person_of_badge ON person (badge);"
    )

    def reading() -> float:
        timed = _Timed()
        connection.execute("BEGIN")
        for body in timed.pages():
            connection.executemany(
                "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        one["id"], one["firstName"], one["lastName"], one["badgeNumber"],
                        one["terminalLanguageISOCode"], one["inServiceDate"], one["outOfServiceDate"],
                        one["terminalGroup"]["id"], None, one["changeVersion"],
                    )
                    for one in json.loads(body)["value"]
                ],
            )  # fmt: skip
        began = time.perf_counter()
        connection.execute("COMMIT")
        return timed.seconds + time.perf_counter() - began

    first, second = reading(), reading()
    connection.close()
    return {"first": first, "second": second, "memory": _peak_mib()}


def _peak_mib() -> float:
    # Not getrusage: what it tells is never less than what the parent had.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    print(json.dumps({"ours": _ours, "floor": _floor}[sys.argv[1]](Path(sys.argv[2]))))
