"""What the exit codes mean; those above 2 are from sysexits.h."""

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """An exit code with its text."""

    text: str

    def __new__(cls, code: int, text: str) -> Self:
        """A number that carries its text."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.text = text
        return member

    OK = 0, "done"
    FAILED = 1, "a check failed, or something unexpected happened"
    USAGE = 2, "the command line is wrong"
    UNAVAILABLE = 69, "a port, a server or an optional package is not there"
    STORAGE = 73, "the storage folder or the ledger cannot be used"
    CONFIGURATION = 78, "the settings or the secret are wrong; starting again does not help"


def listed() -> str:
    """All exit codes, a line each."""
    return "\n".join(["Exit codes:", *(f"{code.value:4}  {code.text}" for code in ExitCode)])
