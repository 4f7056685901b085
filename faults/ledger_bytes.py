"""A ledger whose file was changed somewhere, and what the product makes of it."""

import random
import shutil
import tempfile
from collections import Counter
from contextlib import closing
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from faults.rows import is_whole, sealed_clocking
from terminal_app.clocking.delivery_state import InDoubt
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import LedgerError
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.outbox import next_of_each_person, settle, start_sending
from terminal_app.ledger.reading import damage, entries, ledger_to_read, waiting
from terminal_app.ledger.recording import record
from terminal_app.ledger.rows import LedgerEntry

_ROWS = 40
_PEOPLE = 10

any_damage = st.lists(
    st.tuples(st.sampled_from(["write", "cut", "zero"]), st.floats(0, 1), st.binary(min_size=1, max_size=40)),
    min_size=1,
    max_size=4,
)
"""What is done, where (0 the beginning, 1 the end of the file), and with which bytes."""


@cache
def _sound_file() -> bytes:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        chance = random.Random(1)
        with closing(LedgerDatabase(Path(name))) as ledger:
            for number in range(_ROWS):
                sequence = record(ledger, sealed_clocking(chance, _PEOPLE))
                if number % 3 == 0 and start_sending(ledger, sequence):
                    settle(ledger, sequence, InDoubt("cut"))
        return Path(name, FILE_NAME).read_bytes()


def try_damaged(changes: list[tuple[str, float, bytes]]) -> Counter[str]:
    """Open it, read it, write to it, as kiosk, courier and operator do; what is no LedgerError is raised."""
    content = bytearray(_sound_file())
    for what, where, some in changes:
        at = int(where * len(content))
        if what == "cut":
            del content[at:]
        elif what == "zero":
            content[at : at + 512] = bytes(len(content[at : at + 512]))
        else:
            content[at : at + len(some)] = some
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        (folder / FILE_NAME).write_bytes(content)
        return _try(folder)
    finally:
        shutil.rmtree(folder)


def _try(folder: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    try:
        with ledger_to_read(folder) as connection:
            damage(connection)
            waiting(connection)
            for entry in entries(connection, settled=True):
                if isinstance(entry, LedgerEntry) and not is_whole(entry):
                    found["unnoticed"] += 1
    except LedgerError:
        found["unreadable"] += 1
    try:
        with closing(LedgerDatabase(folder)) as ledger:
            found["opened"] += 1
            _work(ledger)
    except LedgerError:
        found["refused"] += 1
    return found


def _work(ledger: LedgerDatabase) -> None:
    for entry in next_of_each_person(ledger, most=5):
        start_sending(ledger, entry.sequence)
    record(ledger, sealed_clocking(random.Random(2), _PEOPLE))
    ledger.checkpoint()
