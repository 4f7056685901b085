"""Finding names by the letters that a person types: the beginnings of words, without accents. Pure."""

import unicodedata
from collections.abc import Sequence


def folded(*texts: str | None) -> str:
    """What is searched of a name, and a code perhaps: made once, as a list may be long."""
    plain = " ".join(text for text in texts if text)
    if not plain.isascii():
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    plain = plain.casefold()
    if not plain.isalnum():
        plain = "".join(one if one.isalnum() else " " for one in plain) if _has_marks(plain) else plain
    return " " + " ".join(plain.split())


def _has_marks(plain: str) -> bool:
    return not plain.replace(" ", "").isalnum()


def matching(keys: Sequence[str], typed: str) -> list[int]:
    """The places of those keys in which each typed word begins one; all of them where nothing was typed."""
    found = list(range(len(keys)))
    for word in folded(typed).split():
        start = f" {word}"
        found = [place for place in found if start in keys[place]]
    return found
