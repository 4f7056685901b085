"""A second net for what leaves the machine: whatever this terminal knows as a badge, a name or a secret is hidden.

The logs have none of it in the first place; this finds what an error of ours would let slip.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from terminal_app.ledger.files import FILE_NAME as LEDGER
from terminal_app.roster.schema import FILE_NAME as ROSTER

HIDDEN = "(hidden)"
_WORD = re.compile(r"[^\W_]+")
_LEAST_NAME = 2
_LEAST_NUMBER = 4
"""A shorter one is among the numbers of every line."""


class NotKnown(Exception):
    """What has to be hidden cannot be read; so nothing may leave that might hold it."""


class Scrubber:
    """Hides words and secrets."""

    def __init__(self, personal: Iterable[str], secrets: Iterable[str]) -> None:
        """`personal` are badge numbers and names, of which each word counts; `secrets` are hidden wherever they are."""
        self._words = {word.casefold() for text in personal for word in _words_of(text)}
        self._secrets = sorted({one for one in secrets if one}, key=len, reverse=True)

    def scrub(self, text: str) -> str:
        """The text with all of it hidden."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _WORD.sub(lambda found: HIDDEN if found.group().casefold() in self._words else found.group(), text)


def personal_of(folder: Path) -> set[str]:
    """Every badge number, name and longer reference that ledger and roster hold. Raises NotKnown."""
    return {
        *_texts(folder / LEDGER, "SELECT DISTINCT badge_number FROM clocking"),
        *_texts(folder / ROSTER, "SELECT first_name, last_name, badge_number, reference FROM person"),
    }


def _words_of(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if len(word) >= (_LEAST_NUMBER if any(one.isdigit() for one in word) else _LEAST_NAME):
            yield word


def _texts(path: Path, question: str) -> Iterator[str]:
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)) as connection:
            for row in connection.execute(question):
                yield from (str(one) for one in row if one)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise NotKnown(f"{path.name} cannot be read ({type(error).__name__})") from error
