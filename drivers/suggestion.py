"""Which rule makes the number that is printed on a card, or stored by HR, of what the reader sent; pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from drivers.badge_number import BadgeNumberError, BadgeNumberForm
from drivers.badge_rule import rule_of
from drivers.check_digit import CheckDigit
from drivers.frames.decoder import CardFormat

Card = tuple[bytes, CardFormat]

SHORTEST_CUT = 5
"""Digits: fewer would be found in nearly any number."""

_PARTS = ("", "last:4", "first:4", "last:3", "first:3", "last:7", "first:7", "last:5")
_TURNS = ("", "reversed", "bits-reversed", "reversed bits-reversed")


def suggested_rules(cards: Sequence[tuple[Card, str]], *, most: int = 5) -> list[str]:
    """The rules that make of each card the number beside it, the plainest first; each was tried on all of them.

    With one card only, a rule may fit by chance: another card tells.
    """
    fitting = dict.fromkeys(
        rule for rule in _candidates(*cards[0]) if all(_makes(rule, card, number) for card, number in cards)
    )
    return sorted(fitting, key=lambda rule: (len(rule.split()), _oddness(rule)))[:most]


def _makes(rule: str, card: Card, number: str) -> bool:
    try:
        return rule_of(rule).number_of(*card) == number
    except BadgeNumberError:
        return False


def _candidates(card: Card, number: str) -> Iterator[str]:
    for base in _bases(*card):
        try:
            plain = rule_of(base or "hex").number_of(*card)
        except BadgeNumberError:
            continue
        for ending in _endings(plain, number):
            yield f"{base} {ending}".strip() or "hex"


def _bases(card: bytes, format: CardFormat) -> Iterable[str]:  # noqa: A002 # as in CardRead
    starts: Iterable[str] = ("",)
    parts = [part for part in _PARTS if not part or int(part[-1]) < len(card)]  # a part that is all of it says nothing
    if format is CardFormat.TEXT:
        yield ""
        starts = ("from-hex", *(f"from-decimal:{count}" for count in (4, 3, 5, 7)))
    for start, part, turn, form in product(starts, parts, _TURNS, BadgeNumberForm):
        yield " ".join(word for word in (start, part, turn, form.value) if word)


def _endings(plain: str, number: str) -> Iterator[str]:
    """What would make `number` of this text."""
    if plain == number:
        yield ""
    if plain.lower() == number and plain != number:
        yield "lower"
    if plain != number and (stripped := plain.lstrip("0") or "0") == (number.lstrip("0") or "0"):
        if number == stripped:
            yield "unpadded"
        else:
            yield f"digits:{len(number)}" if len(number) > len(plain) else f"unpadded digits:{len(number)}"
    if len(number) >= SHORTEST_CUT and len(plain) > len(number) and (at := plain.find(number)) >= 0:
        yield f"cut:{at + 1}-{at + len(number)}"
    if len(plain) >= SHORTEST_CUT and " " not in number:
        if len(number) > len(plain) and number.endswith(plain) and number[: -len(plain)].strip("0"):
            yield f"prefix:{number[: -len(plain)]}"
        if len(number) == len(plain) + 1 and number.startswith(plain):
            yield from (f"add:{kind.value}" for kind in CheckDigit)


def _oddness(rule: str) -> int:
    """Ways that readers and printers seldom take come last."""
    odd = {"bits-reversed": 8, "cut": 4, "prefix": 3, "first": 2, "add": 2, "last": 1, "reversed": 1, "unpadded": 1}
    rank = [form.value for form in BadgeNumberForm]
    words = [word.partition(":")[0] for word in rule.split()]
    return sum(odd.get(word, 0) for word in words) * len(rank) + sum(rank.index(word) for word in words if word in rank)
