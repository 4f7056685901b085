"""What a refusal by Protime means, in plain words."""

import re

_STATUS = re.compile(r"\banswered (\d{3})\b")
_WORDS = {
    "400": "Protime did not accept what the clocking names or when it was: the badge, the terminal's code, the reason"
    " or the activity is not known there, or the period is closed",
    "404": "something that the clocking names, the person most likely, is not there in Protime",
    "410": "what the clocking names is gone in Protime",
    "413": "Protime found the clocking too long",
    "422": "Protime understood the clocking and its rules forbid it",
}
_OTHERS = "Protime says that it will not take it, however often it is sent"


def in_plain_words(explanation: str | None) -> str:
    """What the outcome in the ledger means for an operator; by the status, as Protime's codes are not documented."""
    found = _STATUS.search(explanation or "")
    return _WORDS.get(found[1], _OTHERS) if found else _OTHERS
