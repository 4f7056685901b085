"""The courier's metrics: what is read of ledger, roster and machine when somebody asks, in Prometheus' text form.

docs/monitoring.md lists them; none has a badge number, a name or a secret.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from terminal_app import __version__
from terminal_app.courier.storage import Files
from terminal_app.doorbell import runtime_folder
from terminal_app.journal import event_of
from terminal_app.ledger.alone import is_at_work
from terminal_app.ledger.aside import reports_of_damage
from terminal_app.ledger.reading import last_delivery, waiting
from terminal_app.ledger.reserve import fullness
from terminal_app.machine import has_low_voltage, temperature_celsius
from terminal_app.reader_states import read_reader_states
from terminal_app.roster.link import LinkState
from terminal_app.roster.state import RosterState, RosterUnreadable, roster_state
from terminal_app.settings import StorageSettings
from terminal_app.timekeeping.told_clock import kernel_clock_reader

_PREFIX = "clocking_terminal_"
_READY = "ready"
_STATES = ("recorded", "held", "sending", "unknown", "refused", "ambiguous")


class EventCounter(logging.Handler):
    """Counts the events that this process logs, by name (docs/events.md)."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count it."""
        if (event := event_of(record.getMessage())) is not None:
            self.counts[event] += 1


@dataclass(frozen=True, slots=True)
class Queue:
    """What the ledger says."""

    by_state: dict[str, int]
    oldest: datetime | None
    last_delivery: datetime | None


def read_queue(files: Files) -> Queue:
    """On the thread of the files."""
    connection = files.ledger.connection
    counted = dict(
        connection.execute(
            "SELECT state, count(*) FROM clocking WHERE state IN ('recorded', 'sending', 'unknown', 'held')"
            " GROUP BY state UNION ALL"
            " SELECT state, count(*) FROM clocking WHERE state IN ('refused', 'ambiguous') GROUP BY state"
        ).fetchall()
    )
    by_state = {state: counted.get(state, 0) for state in _STATES}
    return Queue(by_state, waiting(connection).oldest, last_delivery(connection))


class Metrics(Collector):
    """One answer; reads files of the machine, so not in the event loop."""

    def __init__(self, queue: Queue, storage: StorageSettings, events: Counter[str], now: datetime) -> None:
        self._queue = queue
        self._storage = storage
        self._events = events
        self._now = now

    def text(self) -> bytes:
        """In Prometheus' text form."""
        return generate_latest(self)

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        info = _gauge("info", "The program; always 1.", ["version"])
        info.add_metric([__version__], 1)
        yield info
        yield from self._of_queue()
        yield from self._of_processes()
        yield from self._of_roster()
        yield from self._of_machine()
        events = CounterMetricFamily(
            f"{_PREFIX}events", "Events that the courier has logged since its start.", labels=["event"]
        )
        for name, count in sorted(self._events.items()):
            events.add_metric([name], count)
        yield events

    def _of_queue(self) -> Iterator[Metric]:
        clockings = _gauge("queue_clockings", "Clockings that Protime does not have, by delivery state.", ["state"])
        for state, count in self._queue.by_state.items():
            clockings.add_metric([state], count)
        yield clockings
        oldest, delivered = self._queue.oldest, self._queue.last_delivery
        age = 0.0 if oldest is None else max((self._now - oldest).total_seconds(), 0.0)
        yield _one("queue_oldest_age_seconds", "Age of the oldest that waits; 0: none does.", age)
        if delivered is not None:
            when = delivered.timestamp()
            yield _one("last_delivery_timestamp_seconds", "When Protime last confirmed a clocking.", when)

    def _of_processes(self) -> Iterator[Metric]:
        folder = self._storage.folder
        yield _one("kiosk_up", "Whether the kiosk runs.", is_at_work(folder, "kiosk"))
        readers = _gauge("reader_ready", "Whether a reader can read, as the kiosk last saw it.", ["reader"])
        for name, state in read_reader_states(runtime_folder(self._storage.runtime_folder, folder)).items():
            readers.add_metric([name], state == _READY)
        yield readers
        yield _one("ledger_damage_reports", "Reports of salvages that are still there.", len(reports_of_damage(folder)))

    def _of_roster(self) -> Iterator[Metric]:
        try:
            state = roster_state(self._storage.folder)
        except RosterUnreadable:
            state = None
        yield _one("roster_readable", "Whether there is a roster.", state is not None)
        if state is not None:
            yield from _of_state(state)

    def _of_machine(self) -> Iterator[Metric]:
        kernel = kernel_clock_reader()()
        if kernel is not None:
            yield _one("clock_synchronised", "Whether a time server disciplines the clock.", kernel.is_synchronised)
            yield _one("clock_error_seconds", "The kernel's bound.", kernel.largest_error.total_seconds())
        yield _one("disk_used_ratio", "How full the disk of the ledger is.", fullness(self._storage.folder) / 100)
        if (celsius := temperature_celsius()) is not None:
            yield _one("temperature_celsius", "Of the hottest part.", celsius)
        if (is_low := has_low_voltage()) is not None:
            yield _one("voltage_low", "Whether the supply gives too little.", is_low)


def _of_state(state: RosterState) -> Iterator[Metric]:
    link = _gauge("link", "How Protime can be reached: 1 for the present state.", ["state"])
    for one in LinkState:
        link.add_metric([one.value], state.link is not None and state.link.state is one)
    yield link
    records = _gauge("roster_records", "Records of a collection.", ["collection"])
    read_at = _gauge("roster_read_timestamp_seconds", "When a collection was last read whole.", ["collection"])
    for collection in state.collections:
        records.add_metric([collection.collection.value], collection.records)
        if collection.read_at is not None:
            read_at.add_metric([collection.collection.value], collection.read_at.timestamp())
    yield records
    yield read_at
    yield _one("roster_problems", "Collections that could not be read the last time.", len(state.problems))


def _gauge(name: str, text: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(_PREFIX + name, text, labels=labels)


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(_PREFIX + name, text, value=float(value))


def metrics_text(queue: Queue, storage: StorageSettings, events: Counter[str], now: datetime) -> bytes:
    """All metrics; on any thread but the event loop's."""
    return Metrics(queue, storage, events, now).text()


def token_in(file: Path | None) -> str | None:
    """The token that must be shown, from its file; None: nobody must. Raises OSError and ValueError."""
    if file is None:
        return None
    token = file.read_text(encoding="ascii").strip()
    if not token:
        raise ValueError(f"{file} is empty")
    return token
