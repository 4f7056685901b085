"""What can be wrong with the ledger, in words for the operator.

LedgerError
├── LedgerUnusable      the start must stop: wrong, damaged, newer or unreachable file
└── NotRecorded         one clocking or transition could not be written; nothing of it is on disk
"""

ASIDE = "Move it aside, with its -wal and -shm"
"""What an operator does with a file that is no ledger; clockings may be in all three."""


class LedgerError(Exception):
    """Something is wrong with the ledger; the text says what happened and what to do."""


class LedgerUnusable(LedgerError):
    """The ledger cannot be opened safely."""


class NotRecorded(LedgerError):
    """A write did not reach the disk; nothing of it is kept."""
