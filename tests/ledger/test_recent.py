"""Who clocked here lately, and whose clockings were confirmed since."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from terminal_app.clocking.clocking import Clocking
from terminal_app.clocking.delivery_state import Confirmed, Outcome, Refused
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.recent import delivered_since, latest_event_id, recent_people
from terminal_app.ledger.recording import record
from tests.ledger.clockings import clocking, opened

DAY = date(2026, 1, 15)


def of(person: int | None, day: date) -> Clocking:
    return dataclasses.replace(clocking(), person_id=person, wall_time=WallTime(day, 480))


def test_recent_people_are_those_known_since_a_day(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        assert recent_people(ledger, DAY) == []
        for person, ago in ((3, 40), (2, 31), (1, 2), (None, 1), (1, 0)):
            record(ledger, of(person, DAY - timedelta(days=ago)))
        assert recent_people(ledger, DAY - timedelta(days=31)) == [1, 2]
        assert recent_people(ledger, date.min) == [1, 2, 3]


def test_delivered_are_those_confirmed_since_and_not_later(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        sequences = [record(ledger, of(person, DAY)) for person in (1, 2, 3)]
        start = latest_event_id(ledger)
        outcomes: tuple[Outcome, ...] = (Confirmed(7), Refused("no"), Confirmed(8))
        for sequence, outcome in zip(sequences, outcomes, strict=True):
            assert start_sending(ledger, sequence)
            settle(ledger, sequence, outcome)
        now = datetime.now(UTC)
        assert delivered_since(ledger, start, now - timedelta(minutes=1), clocked_since=DAY).people == []
        assert delivered_since(ledger, start, now - timedelta(minutes=1), clocked_since=DAY).event_id == start
        found = delivered_since(ledger, start, now, clocked_since=DAY)
        assert found.people == [1, 3]
        assert delivered_since(ledger, start, now, clocked_since=DAY + timedelta(days=1)).people == []
        assert delivered_since(ledger, found.event_id, now, clocked_since=DAY).people == []
