"""The real processes of one terminal, started and killed again and again, and what the server got in the end."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from terminal_app.children import end_child, start_child
from terminal_app.ledger.errors import LedgerError
from terminal_app.ledger.reading import ledger_to_read

Sent = tuple[int, str, int]
"""Of a clocking: person, date, minute."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A settings file, in the folder of its data, and the fault (of `faults.saboteur`) that a control has."""

    settings: Path
    fault: str = ""

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.settings.parent

    def command(self, name: str) -> list[str]:
        """What starts "kiosk" or "courier", after the interpreter."""
        program = ["-m", "faults.saboteur", self.fault] if self.fault else ["-m", "terminal_app"]
        return [*program, name, "--config", str(self.settings)]

    def start_courier(self) -> subprocess.Popen[bytes]:
        """A courier, whose log is kept."""
        with (self.folder / "courier.log").open("ab") as log:
            if self.fault:
                return subprocess.Popen([sys.executable, *self.command("courier")], stderr=log)
            return start_child("courier", "--config", str(self.settings), log=log)

    def states(self) -> Counter[str]:
        """How many clockings are in which state; none before there is a ledger."""
        try:
            with ledger_to_read(self.folder) as connection:
                return Counter(dict(connection.execute("SELECT state, count(*) FROM clocking GROUP BY state")))
        except LedgerError:
            return Counter()

    def recorded(self) -> list[Sent]:
        """Every clocking in the ledger, in the order of badges."""
        with ledger_to_read(self.folder) as connection:
            return connection.execute("SELECT person_id, date, minute FROM clocking ORDER BY sequence").fetchall()

    def damage(self) -> list[str]:
        """What SQLite says against the file."""
        with ledger_to_read(self.folder) as connection:
            verdict = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        return [] if verdict == ["ok"] else [f"integrity_check: {verdict}"]

    def deliver_the_rest(self, patience_seconds: float) -> list[str]:
        """A courier that nobody disturbs, until all is confirmed; what is not after so long."""
        courier = self.start_courier()
        end = time.monotonic() + patience_seconds
        try:
            while set(self.states()) - {"confirmed"}:
                if time.monotonic() > end:
                    return [f"not delivered within {patience_seconds:g} s: {dict(self.states())}"]
                time.sleep(0.1)
        finally:
            end_child(courier)
        return []


def sent_of(received: list[dict[str, object]]) -> list[Sent]:
    """What a simulator got, in the order of arrival."""
    return [(_number(one["personId"]), str(one["date"]), _number(one["timeOfDayInMinutes"])) for one in received]


def difference(recorded: Mapping[Sent, int], received: Mapping[Sent, int]) -> list[str]:
    """What the server lacks, or has too much of."""
    names = sorted(recorded.keys() | received.keys())
    return [
        f"clocking of person {one[0]} at {one[1]} minute {one[2]}: {recorded.get(one, 0)} recorded,"
        f" {received.get(one, 0)} at the server"
        for one in names
        if recorded.get(one, 0) != received.get(one, 0)
    ]


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"no number: {value!r}")
    return value
