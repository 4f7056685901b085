"""Finding names by the letters that a person types: the beginnings of words, without accents. Pure."""

import unicodedata
from collections.abc import Sequence


def folded(*texts: str | None) -> str:
    """What is searched of a name, and a code perhaps: made once, as a list may be long."""
    words = " ".join(text for text in texts if text)
    plain = "".join(one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one))
    return " " + " ".join("".join(one if one.isalnum() else " " for one in plain.casefold()).split())


def matching(keys: Sequence[str], typed: str) -> list[int]:
    """The places of those keys in which each typed word begins one; all of them where nothing was typed."""
    wanted = [f" {word}" for word in folded(typed).split()]
    return [place for place, key in enumerate(keys) if all(word in key for word in wanted)]
