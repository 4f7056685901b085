"""The talking protocols by driver name: a new decoder joins by one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.badge_number import BadgeNumberForm, badge_number
from drivers.frames import line, rdm6300
from drivers.frames.decoder import Decoder


@dataclass(frozen=True, slots=True)
class TalkingProtocol:
    """A protocol whose readers send by themselves.

    `decoder` makes a fresh one; `encode` gives the bytes that such a reader sends for a card.
    """

    decoder: Callable[[], Decoder]
    encode: Callable[[bytes], bytes]


def _hex_line(card: bytes) -> bytes:
    return line.encode(badge_number(card, BadgeNumberForm.HEX))


TALKING_PROTOCOLS: Mapping[str, TalkingProtocol] = {
    "rdm6300": TalkingProtocol(rdm6300.Rdm6300Decoder, rdm6300.encode),
    "line": TalkingProtocol(line.LineDecoder, _hex_line),
}
