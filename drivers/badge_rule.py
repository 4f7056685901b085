"""From a card to the number that HR knows: a rule of words, applied in order, so that no driver makes up a number.

    last:4 reversed decimal prefix:B        bytes first, then a form, then text

A rule is one line in the settings. One that is a form alone ("decimal") is the usual case.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from drivers.badge_number import LONGEST_CARD_BYTES, BadgeNumberError, BadgeNumberForm, badge_number
from drivers.check_digit import CheckDigit, check_digit
from drivers.frames.decoder import CardFormat
from drivers.options import nearest, words_of

LONGEST_NUMBER = 64

BytesStep = Callable[[bytes], bytes]
TextStep = Callable[[str], str]
ToBytes = Callable[[str], bytes]
Readable = Callable[[Path], str]

BYTE_WORDS: Mapping[str, str] = {
    "first:N": "only the first N bytes of the card",
    "last:N": "only the last N bytes of the card",
    "reversed": "the bytes in the other order",
    "bits-reversed": "the bits of each byte in the other order",
    "from-decimal:N": "text that a reader sent is a decimal number: take it as N bytes",
    "from-hex": "text that a reader sent is hex: take it as bytes",
}
TEXT_WORDS: Mapping[str, str] = {
    "lower": "hex digits in lower case",
    "unpadded": "without zeros at the front",
    "digits:N": "zeros at the front, up to N characters",
    "cut:A-B": "only the characters A to B, counted from 1",
    "check:KIND": f"refuse a card whose last digit is no check digit ({' or '.join(one.value for one in CheckDigit)})",
    "uncheck:KIND": "as check, and leave the check digit out",
    "add:KIND": "add a check digit",
    "prefix:TEXT": "text before it",
    "suffix:TEXT": "text after it",
    "table:FILE": "the number that a CSV file has in its second column beside this one; one not there stays as it is",
}


@dataclass(frozen=True, slots=True)
class BadgeRule:
    """How a card becomes a badge number; made by `rule_of`."""

    text: str
    form: BadgeNumberForm
    to_bytes: ToBytes | None = field(repr=False)
    on_bytes: tuple[BytesStep, ...] = field(repr=False)
    on_text: tuple[TextStep, ...] = field(repr=False)

    def number_of(self, card: bytes, format: CardFormat = CardFormat.UNKNOWN) -> str:  # noqa: A002 # as in CardRead
        """The badge number of a card.

        What a reader sends as text is one already: only steps on text apply to it, unless the rule begins with
        from-decimal or from-hex.

        Raises:
            BadgeNumberError: this card cannot be written by this rule.
        """
        if format is CardFormat.TEXT:
            number = card.decode("ascii")
            if self.to_bytes is not None:
                number = self._written(self.to_bytes(number))
        else:
            number = self._written(card)
        for step in self.on_text:
            number = step(number)
        if not 1 <= len(number) <= LONGEST_NUMBER:
            raise BadgeNumberError(f"the rule gives a number of {len(number)} characters")
        return number

    def _written(self, card: bytes) -> str:
        for step in self.on_bytes:
            card = step(card)
        return badge_number(card, self.form)


def rule_of(text: str, *, read: Readable = lambda path: path.read_text(encoding="utf-8-sig")) -> BadgeRule:
    """The rule of these words; without a form it is `hex`.

    Raises:
        BadgeNumberError: a word that is not known, set to what it cannot be, or out of order; a table not to be read.
    """
    steps: dict[_Stage, list[Any]] = {stage: [] for stage in _Stage}
    reached = _Stage.TO_BYTES
    for name, value in words_of(text):
        if name not in known_words():
            raise BadgeNumberError(f"no such word: {name!r}{nearest(name, known_words())}")
        stage = _STAGES[name]
        if stage < reached or (steps[stage] and stage in _ONCE):
            raise BadgeNumberError(f"{name} is out of place; the order is {_ORDER}")
        reached = stage
        steps[stage].append(_in_table(value, read) if name == "table" else _STEPS[name](value))
    if not any(steps.values()):
        raise BadgeNumberError("an empty rule; the usual one is decimal")
    return BadgeRule(
        text,
        form=next(iter(steps[_Stage.FORM]), BadgeNumberForm.HEX),
        to_bytes=next(iter(steps[_Stage.TO_BYTES]), None),
        on_bytes=tuple(steps[_Stage.ON_BYTES]),
        on_text=tuple(steps[_Stage.ON_TEXT]),
    )


def known_words() -> tuple[str, ...]:
    """All words of rules, without what they are set to."""
    return tuple(_STAGES)


def _first(value: str) -> BytesStep:
    count = _count("first", value, LONGEST_CARD_BYTES)
    return lambda card: _at_least(card, count)[:count]


def _last(value: str) -> BytesStep:
    count = _count("last", value, LONGEST_CARD_BYTES)
    return lambda card: _at_least(card, count)[-count:]


def _at_least(card: bytes, count: int) -> bytes:
    if len(card) < count:
        raise BadgeNumberError(f"a card of {len(card)} bytes, and the rule takes {count}")
    return card


def _reversed(value: str) -> BytesStep:
    _alone("reversed", value)
    return lambda card: card[::-1]


def _bits_reversed(value: str) -> BytesStep:
    _alone("bits-reversed", value)
    return lambda card: bytes(int(f"{byte:08b}"[::-1], 2) for byte in card)


def _from_decimal(value: str) -> ToBytes:
    count = _count("from-decimal", value, LONGEST_CARD_BYTES)

    def step(number: str) -> bytes:
        if not _DECIMAL.fullmatch(number) or int(number) >= 1 << 8 * count:
            raise BadgeNumberError(f"no decimal number of {count} bytes")
        return int(number).to_bytes(count, "big")

    return step


def _from_hex(value: str) -> ToBytes:
    _alone("from-hex", value)

    def step(number: str) -> bytes:
        if not _HEX.fullmatch(number):
            raise BadgeNumberError("no hex digits in pairs")
        return bytes.fromhex(number)

    return step


def _lower(value: str) -> TextStep:
    _alone("lower", value)
    return str.lower


def _unpadded(value: str) -> TextStep:
    _alone("unpadded", value)
    return lambda number: number.lstrip("0") or "0"


def _digits(value: str) -> TextStep:
    count = _count("digits", value, LONGEST_NUMBER)
    return lambda number: number.rjust(count, "0")


def _cut(value: str) -> TextStep:
    places = _PLACES.fullmatch(value)
    first, last = (int(places[1]), int(places[2])) if places else (0, 0)
    if not 1 <= first <= last <= LONGEST_NUMBER:
        raise BadgeNumberError("cut needs two places, counted from 1, as cut:3-10")

    def step(number: str) -> str:
        if len(number) < last:
            raise BadgeNumberError(f"a number of {len(number)} characters, and the rule cuts up to {last}")
        return number[first - 1 : last]

    return step


def _check(value: str) -> TextStep:
    return _checked("check", value, keeps=True)


def _uncheck(value: str) -> TextStep:
    return _checked("uncheck", value, keeps=False)


def _checked(word: str, value: str, *, keeps: bool) -> TextStep:
    rule = _kind(word, value)

    def step(number: str) -> str:
        if not _DECIMAL.fullmatch(number) or len(number) == 1 or check_digit(number[:-1], rule) != number[-1]:
            raise BadgeNumberError("the check digit is wrong")
        return number if keeps else number[:-1]

    return step


def _add(value: str) -> TextStep:
    rule = _kind("add", value)

    def step(number: str) -> str:
        if not _DECIMAL.fullmatch(number):
            raise BadgeNumberError("only decimal digits have a check digit")
        return number + check_digit(number, rule)

    return step


def _prefix(value: str) -> TextStep:
    shown = _text("prefix", value)
    return lambda number: shown + number


def _suffix(value: str) -> TextStep:
    shown = _text("suffix", value)
    return lambda number: number + shown


def _in_table(value: str, read: Readable) -> TextStep:
    import csv  # noqa: PLC0415 # few sites have a table, and every kiosk loads this module

    path = Path(_text("table", value))
    try:
        numbers = _table(csv.reader(read(path).splitlines()), path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no CSV file in UTF-8"
        raise BadgeNumberError(f"the table {path} cannot be read: {reason}") from error
    # One that is not there stays as it is: an unknown badge is held for an operator, a lost one is nobody's.
    return lambda number: numbers.get(number, number)


def _table(rows: Iterable[list[str]], path: Path) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for line, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != 2 or not all(_PRINTABLE.fullmatch(cell.strip()) for cell in row):  # noqa: PLR2004
            raise BadgeNumberError(f"the table {path}, line {line}: a line is two numbers with a comma between them")
        card, number = row[0].strip(), row[1].strip()
        if card in numbers:
            raise BadgeNumberError(f"the table {path}, line {line}: this number was there before")
        numbers[card] = number
    return numbers


def _count(word: str, value: str, most: int) -> int:
    if not _DECIMAL.fullmatch(value) or len(value) > 3 or not 1 <= int(value) <= most:  # noqa: PLR2004
        raise BadgeNumberError(f"{word} needs a number from 1 to {most}, as {word}:4")
    return int(value)


def _kind(word: str, value: str) -> CheckDigit:
    try:
        return CheckDigit(value)
    except ValueError:
        kinds = " or ".join(f"{word}:{one.value}" for one in CheckDigit)
        raise BadgeNumberError(f"{word} needs a kind: {kinds}") from None


def _text(word: str, value: str) -> str:
    if not _PRINTABLE.fullmatch(value):
        raise BadgeNumberError(f"{word} needs text after its colon")
    return value


def _alone(word: str, value: str) -> None:
    if value:
        raise BadgeNumberError(f"{word} stands alone, without a colon")


def _form(form: BadgeNumberForm) -> Callable[[str], BadgeNumberForm]:
    def step(value: str) -> BadgeNumberForm:
        _alone(form.value, value)
        return form

    return step


class _Stage(IntEnum):
    """The order of the words."""

    TO_BYTES = 0
    ON_BYTES = 1
    FORM = 2
    ON_TEXT = 3


_ORDER = "from-..., what is about bytes, one form, what is about text"
_ONCE = frozenset({_Stage.TO_BYTES, _Stage.FORM})
_FORMS = {form.value: _form(form) for form in BadgeNumberForm}
_TO_BYTES = {"from-decimal": _from_decimal, "from-hex": _from_hex}
_ON_BYTES = {"first": _first, "last": _last, "reversed": _reversed, "bits-reversed": _bits_reversed}
_ON_TEXT = {
    "lower": _lower,
    "unpadded": _unpadded,
    "digits": _digits,
    "cut": _cut,
    "check": _check,
    "uncheck": _uncheck,
    "add": _add,
    "prefix": _prefix,
    "suffix": _suffix,
}
_STEPS: Mapping[str, Callable[[str], object]] = {**_FORMS, **_TO_BYTES, **_ON_BYTES, **_ON_TEXT}
_STAGES = {
    **dict.fromkeys(_FORMS, _Stage.FORM),
    **dict.fromkeys(_TO_BYTES, _Stage.TO_BYTES),
    **dict.fromkeys(_ON_BYTES, _Stage.ON_BYTES),
    **dict.fromkeys([*_ON_TEXT, "table"], _Stage.ON_TEXT),
}
_DECIMAL = re.compile(r"[0-9]+")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_PLACES = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")
_PRINTABLE = re.compile(r"[ -~]+")
