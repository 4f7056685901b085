"""Processes that write to the chain and erase from it, killed in the middle: what is left holds."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.ledger.agreement import disagreements
from terminal_app.ledger.erasure import erase, settled_before
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.recording import record
from tests.ledger.clockings import check_sound, clocking, later, opened

KILLS = 12
_ALL = "9999-12-31"


def record_and_deliver(folder: Path) -> None:
    """Until it is killed."""
    print("ready", flush=True)
    with opened(folder) as ledger:
        while True:
            sequence = record(ledger, clocking(random.randrange(9), at=later(random.randrange(9999))))
            start_sending(ledger, sequence)
            settle(ledger, sequence, Confirmed(sequence))


def erase_all(folder: Path) -> None:
    """Until it is killed."""
    print("ready", flush=True)
    with opened(folder) as ledger:
        while True:
            erase(ledger, settled_before(ledger, _ALL, most=5), why="retention")


def started(what: str, folder: Path) -> "subprocess.Popen[str]":
    program = f"from pathlib import Path; from tests.ledger import test_killed_writers as it; it.{what}(Path({str(folder)!r}))"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_chain_and_clockings_agree_after_every_kill(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    chance = random.Random(7)
    for number in range(KILLS):
        writers = [started("record_and_deliver", tmp_path), started("erase_all", tmp_path)]
        time.sleep(chance.uniform(0.05, 0.4))
        for process in writers[:: 1 if number % 2 else -1]:
            process.send_signal(signal.SIGKILL)
        for process in writers:
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        check_sound(tmp_path)
        with opened(tmp_path) as ledger:
            assert list(disagreements(ledger.connection)) == []
    with opened(tmp_path) as ledger:
        kinds: dict[str, int] = dict(ledger.rows("SELECT kind, count(*) FROM event GROUP BY kind"))
        assert min(kinds["recorded"], kinds["moved"], kinds["erased"]) > KILLS
