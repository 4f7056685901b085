"""A driver's own options in one line of text, such as `start:02 end:0D length:10`: words with what they are set to."""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import TypeVar

from drivers.errors import ReaderError

Options = Mapping[str, str]
"""What each word is set to; a word without a colon is set to nothing."""

E = TypeVar("E", bound=Enum)


class OptionError(ReaderError, ValueError):
    """A word that the driver does not know, or that is set to what it cannot be."""


def words_of(text: str) -> Iterator[tuple[str, str]]:
    """The words in order, each with what follows its first colon."""
    for word in text.split():
        name, _, value = word.partition(":")
        yield name.lower(), value


def options_of(text: str, known: Collection[str]) -> Options:
    """The options of this text.

    Raises:
        OptionError: a word that is not known, or is there twice.
    """
    options: dict[str, str] = {}
    for name, value in words_of(text):
        if name not in known:
            raise OptionError(f"no such option: {name!r}{nearest(name, known)}")
        if name in options:
            raise OptionError(f"the option {name!r} is there twice")
        options[name] = value
    return options


def nearest(name: str, known: Collection[str]) -> str:
    """The end of a sentence that refuses `name`: what there is instead."""
    from difflib import get_close_matches  # noqa: PLC0415 # only for what is wrong

    if not known:
        return "; there are none"
    near = get_close_matches(name, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; known: {', '.join(sorted(known))}"


def number_of(options: Options, name: str, default: int, *, least: int, most: int) -> int:
    """A whole number. Raises OptionError for another value."""
    value = options.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdecimal()) or not least <= int(value[:9]) <= most or len(value) > 9:  # noqa: PLR2004
        raise OptionError(f"{name} must be a whole number from {least} to {most}, as {name}:{least}")
    return int(value)


def bytes_of(options: Options, name: str, default: bytes) -> bytes:
    """Bytes written in hex, such as `0D0A`; `none` or nothing is no byte. Raises OptionError for another value."""
    value = options.get(name)
    if value is None:
        return default
    try:
        return b"" if value in {"", "none"} else bytes.fromhex(value)
    except ValueError:
        raise OptionError(f"{name} must be bytes in hex, as {name}:0D0A, or {name}:none") from None


def choice_of(options: Options, name: str, default: E) -> E:
    """One of the values of an enum, the default's. Raises OptionError for another value."""
    value = options.get(name)
    if value is None:
        return default
    for one in type(default):
        if one.value == value:
            return one
    raise OptionError(f"{name} must be one of {', '.join(str(one.value) for one in type(default))}")
