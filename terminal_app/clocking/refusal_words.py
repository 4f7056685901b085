"""What a refusal by Protime means, in plain words; by the status, as Protime's codes are not documented."""

import re
from enum import StrEnum

_STATUS = re.compile(r"\banswered (\d{3})\b")


class RefusalCause(StrEnum):
    """Why Protime will not take a clocking."""

    NAMES = "names"
    PERSON_GONE = "person gone"
    GONE = "gone"
    TOO_LONG = "too long"
    RULES = "rules"
    OTHER = "other"


_CAUSES = {
    "400": RefusalCause.NAMES,
    "404": RefusalCause.PERSON_GONE,
    "410": RefusalCause.GONE,
    "413": RefusalCause.TOO_LONG,
    "422": RefusalCause.RULES,
}
_WORDS = {
    RefusalCause.NAMES: "Protime did not accept what the clocking names or when it was: the badge, the terminal's code,"
    " the reason or the activity is not known there, or the period is closed",
    RefusalCause.PERSON_GONE: "something that the clocking names, the person most likely, is not there in Protime",
    RefusalCause.GONE: "what the clocking names is gone in Protime",
    RefusalCause.TOO_LONG: "Protime found the clocking too long",
    RefusalCause.RULES: "Protime understood the clocking and its rules forbid it",
    RefusalCause.OTHER: "Protime says that it will not take it, however often it is sent",
}


def cause_of(explanation: str | None) -> RefusalCause:
    """What the outcome in the ledger says."""
    found = _STATUS.search(explanation or "")
    return _CAUSES.get(found[1], RefusalCause.OTHER) if found else RefusalCause.OTHER


def in_plain_words(explanation: str | None) -> str | None:
    """What a refusal means for an operator; None: Protime said nothing, the explanation is the terminal's own."""
    return _WORDS[cause_of(explanation)] if _STATUS.search(explanation or "") else None
