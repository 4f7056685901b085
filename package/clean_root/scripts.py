"""What is done with the terminal's own Python inside of a root: as text, since it runs there."""

RECORD = """
import sys, time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Moment
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record
from terminal_app.ledger.transitions import change_state
from terminal_app.timekeeping.clock import uuid7

WAYS = {"recorded": [], "sending": ["sending"], "confirmed": ["sending", "confirmed"], "undone": ["undone"],
        "refused": ["sending", "refused"], "unknown": ["sending", "unknown"]}
with closing(LedgerDatabase(Path("/var/lib/clocking-terminal"))) as ledger:
    for word in sys.argv[1:]:
        person, state = word.split(":")
        instant = datetime.now(UTC)
        number = record(ledger, Clocking(
            id=uuid7(instant), badge_number=person, person_id=int(person), kind=ClockingKind.IN_OUT,
            moment=Moment(instant, time.monotonic_ns(), time.monotonic_ns(), str(UUID(int=0))),
            wall_time=WallTime(instant.date(), instant.hour * 60 + instant.minute), reader="reader"))
        with ledger.transaction() as connection:
            for step in WAYS[state]:
                change_state(connection, number, DeliveryState(step), protime_id=900 + int(person)
                             if step == "confirmed" else None)
"""
"""Arguments PERSON:STATE: records a clocking of each and brings it there, as kiosk and courier do."""

READ = """
from pathlib import Path
from terminal_app.ledger.reading import ledger_to_read
with ledger_to_read(Path("/var/lib/clocking-terminal")) as connection:
    print(connection.execute("PRAGMA user_version").fetchone()[0])
    for row in connection.execute("SELECT person_id, state, protime_id, sequence, hex(id) FROM clocking ORDER BY sequence"):
        print(*row)
"""
"""Prints the ledger's version, then each clocking."""

ROSTER = """
import sqlite3
from pathlib import Path
from terminal_app.roster.file import open_roster
from contextlib import closing
with closing(open_roster(Path("/var/lib/clocking-terminal/roster.db"))) as connection:
    import sys
    for name in sys.argv[1:]:
        connection.execute("INSERT INTO person (id, first_name, last_name) VALUES (?, 'Anna', ?)", (hash(name) % 10**6, name))
    connection.commit()
    print(connection.execute("PRAGMA user_version").fetchone()[0],
          *(row[0] for row in connection.execute("SELECT last_name FROM person ORDER BY last_name")))
"""
"""Opens the roster as the courier does, adds people of the names given, prints its version and all names."""
