"""A terminal's folder on a real disk: settings, and a roster of 100,000 people."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from terminal_app.roster.schema import APPLICATION_ID, FILE_NAME, SCHEMA, VERSION

PEOPLE = 100_000
SITE_NAME = "Main entrance"
IDLE_HINT = b"Hold your badge"
_RUNS = Path(__file__).parents[1] / "demo-run"


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One row of the roster, as far as a benchmark cares."""

    id: int
    first_name: str
    last_name: str
    badge_number: str

    @property
    def card(self) -> bytes:
        """What the reader sends for the badge, in the form `decimal`."""
        return int(self.badge_number).to_bytes(5, "big")

    @property
    def painted(self) -> bytes:
        """How the screen greets them."""
        return f"{self.first_name} {self.last_name}".encode()


def person(number: int) -> RosterPerson:
    """The benchmark's own person of that number; no two have one name."""
    return RosterPerson(number, "Anna", f"Peeters {number:06d}", f"{number:010d}")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder beside the checkout's files, not in a memory file system; gone afterwards."""
    _RUNS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=_RUNS) as name:
        yield Path(name)


def write_settings(folder: Path, *, url: str = "http://127.0.0.1:9") -> Path:
    """The settings file of a terminal that lives in `folder`."""
    secret = folder / "client-secret"
    secret.touch(0o600)
    secret.write_text("demo-secret", encoding="utf-8")
    path = folder / "terminal.toml"
    path.write_text(
        f"""\
[terminal]
name = "{SITE_NAME}"
languages = ["en"]
answer_seconds = 0.5
same_booking_seconds = 0
[protime]
tenant = "acme"
base_url = "{url}"
authentication_url = "{url}"
client_id = "demo-terminal"
client_secret_file = "{secret}"
activity_structure = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01"
activity_levels = 2
[storage]
folder = "{folder}"
keep_days = 3650
[delivery]
hold_back_seconds = 0.5
settle_seconds = 1
proxy_seconds = 0
longest_pause_seconds = 1
[[reader]]
driver = "rdm6300"
port = "{folder}/reader"
""",
        encoding="utf-8",
    )
    return path


def write_roster(folder: Path, people: Iterable[RosterPerson] | None = None) -> None:
    """The roster as a synchronisation leaves it; without `people` those of `person`."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(
            f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;"
        )
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO person (id, first_name, last_name, badge_number, language, version)"
            " VALUES (?, ?, ?, ?, 'en', '')",
            (
                (one.id, one.first_name, one.last_name, one.badge_number)
                for one in (people if people is not None else map(person, range(1, PEOPLE + 1)))
            ),
        )
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        connection.execute("INSERT INTO link VALUES (1, 'up', ?, NULL)", (now,))
        connection.execute("COMMIT")
