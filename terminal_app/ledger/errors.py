"""What can be wrong with the ledger, in words for the operator.

LedgerError
├── LedgerUnusable      the start must stop: wrong, newer or unreachable file
│   └── LedgerDamaged   it is ours and damaged: the next start keeps it aside and salvages its clockings
└── NotRecorded         one clocking or transition could not be written; nothing of it is on disk
    └── DiskFull        as there is no room for it
"""

ASIDE = "Move it aside, with its -wal and -shm"
"""What an operator does with a file that is no ledger; clockings may be in all three."""


class LedgerError(Exception):
    """Something is wrong with the ledger; the text says what happened and what to do."""


class LedgerUnusable(LedgerError):
    """The ledger cannot be opened safely."""


class LedgerDamaged(LedgerUnusable):
    """The file is this terminal's ledger, and it is damaged."""


class NotRecorded(LedgerError):
    """A write did not reach the disk; nothing of it is kept."""


class DiskFull(NotRecorded):
    """There is no room for it."""

    def __init__(self, text: str, *, has_made_room: bool) -> None:
        super().__init__(text)
        self.has_made_room = has_made_room
        """Some of what is reserved was given up: once more may succeed."""
