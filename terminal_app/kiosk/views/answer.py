"""What became of the badge."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from textual.geometry import Size

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.proposal import Direction
from terminal_app.kiosk.guest import AlreadyClocked, Answer, NotRecorded, Recorded, TakenBack
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.sizes import HIGH
from terminal_app.kiosk.widgets.board import GAP, Block, BlockName, Tone
from terminal_app.kiosk.widgets.large_text import large
from terminal_app.kiosk.widgets.plain import wrapped
from terminal_app.kiosk.wording import Wording

_BELOW = 4
"""Rows of the smallest screen that are not the board's."""
_TONES = {Direction.IN: Tone.IN, Direction.OUT: Tone.OUT}


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The answer in words."""

    word: str
    name: str
    details: tuple[str, ...]
    tone: Tone


def answer_blocks(text: AnswerText, size: Size, *, message: str = "", language: str = "") -> list[Block]:
    """What the board says: the word as large as it can be, the name, and what explains it.

    Below it `message`, for the guest alone, and where there is room the key to another `language`.
    """
    width, is_high = size.width - 2, size.height >= HIGH
    word = large(text.word, width, size.height // 2) or (text.word,)
    blocks = [
        Block(BlockName.WORD, tuple(word)),
        *([GAP] * (2 if is_high else 0 if message else 1)),
        Block(BlockName.NAME, (text.name,)),
        *([GAP] if is_high else []),
        Block(BlockName.DETAIL, tuple(_broken(text.details, width))),
    ]
    if message:
        blocks += [*([GAP] if is_high else []), Block(BlockName.MESSAGE, tuple(wrapped(message, width, 2)))]
    if language and sum(len(block.lines) for block in blocks) + 2 < size.height - _BELOW:
        blocks += [GAP, Block(BlockName.LANGUAGE, (language,))]
    return blocks


def answer_text(answer: Answer, wording: Wording, zone: ZoneInfo) -> AnswerText:
    """What the screen says to an answer."""
    name = answer.guest.name if answer.guest else ""
    match answer:
        case Recorded(guest, kind, _, label, proposal):
            minute = guest.wall_time.minute
            at = wording.recorded_at.format(time=wording.time(minute))
            at = f"{at} ? ({wording.clock_unverified})" if guest.is_time_doubtful else at
            word = wording.tiles[kind] if proposal is None else wording.directions[proposal.direction]
            if guest.person is None:
                details = (wording.unknown_recorded, label, at) if label else (wording.unknown_recorded, at)
                return AnswerText(word, name, details, Tone.UNKNOWN)
            if proposal is None:
                return AnswerText(word, name, (label, at) if label else (at,), Tone.OTHER)
            because = wording.first_today
            if proposal.because_of is not None:
                text = wording.because_in if proposal.direction is Direction.OUT else wording.because_out
                because = text.format(time=_clock(wording, proposal.because_of, zone))
            return AnswerText(word, name, (at, because), _TONES[proposal.direction])
        case AlreadyClocked(_, _, minute):
            at = wording.already_at.format(time=wording.time(minute))
            return AnswerText(wording.already, name, (at,), Tone.OTHER)
        case TakenBack(_, kind, label):
            # A reason had taken the in/out's place; an activity comes on top of one, which stands.
            what = wording.refusals[Refusal.CANCELLED]
            if kind in (ClockingKind.ACTIVITY, ClockingKind.ACTIVITY_END):
                what = wording.taken_back.format(what=label or wording.tiles[kind])
            return AnswerText(wording.undone, name, (what,), Tone.OTHER)
        case NotRecorded(refusal):
            return AnswerText("X", name, (wording.refusals[refusal],), Tone.REFUSED)


def _clock(wording: Wording, instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return wording.time(60 * local.hour + local.minute)


def _broken(details: tuple[str, ...], width: int) -> list[str]:
    """On one line where there is room, else each on its own, the first one broken once if it must be."""
    together = " · ".join(details)
    if cell_len(together) <= width:
        return [together]
    return [line for detail, lines in zip(details, (2, 1, 1), strict=False) for line in wrapped(detail, width, lines)]
