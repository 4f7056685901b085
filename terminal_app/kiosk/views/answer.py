"""What became of the badge."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.direction import Direction
from terminal_app.clocking.proposal import Proposal
from terminal_app.kiosk.guest import AlreadyClocked, Answer, NotRecorded, Recorded, TakenBack
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.widgets.board import GAP, Block, BlockName, Tone
from terminal_app.kiosk.widgets.large_text import ROWS, large
from terminal_app.kiosk.widgets.plain import wrapped
from terminal_app.kiosk.wording import Wording

_TONES = {Direction.IN: Tone.IN, Direction.OUT: Tone.OUT}
_AIR = 2
"""Rows that stay free where there is room, so that nothing touches an edge."""
_MOST_ROWS = 6 * ROWS
"""Of the word, on the largest screens."""


class AnswerText(NamedTuple):
    """The answer in words."""

    word: str
    name: str
    details: tuple[str, ...]
    tone: Tone


def answer_blocks(text: AnswerText, width: int, height: int, *, last: str = "", message: str = "") -> list[Block]:
    """What a board of this size says: the word as large as it can be, the name, and what explains it.

    Below it `message`, for the guest alone, and where there is room the `last` line.
    """
    inner = width - 2
    told = wrapped(message, inner, 2) if message else []
    rows = max(ROWS, min(height - ROWS - len(told), _MOST_ROWS))
    word = tuple(large(text.word, inner, rows) or (text.word,))
    details = _broken(text.details, inner)
    name = text.name
    left = height - len(word) - 1 - len(details) - len(told)
    if left < 0 and text.details and name and cell_len(f"{name} · {text.details[0]}") <= inner:
        # On the smallest screen the first of what explains it stands beside the name.
        name, details = f"{name} · {text.details[0]}", _broken(text.details[1:], inner)
        left = height - len(word) - 1 - len(details) - len(told)
    if left > _AIR + 1:
        left -= _AIR
    gaps = max(0, min(2, left - bool(last)))
    blocks = [Block(BlockName.WORD, word), *([GAP] * gaps), Block(BlockName.NAME, (name,))]
    left -= gaps
    if left > bool(last):
        blocks.append(GAP)
        left -= 1
    blocks.append(Block(BlockName.DETAIL, tuple(details)))
    if told:
        blocks += [*([GAP] if left > 1 else []), Block(BlockName.MESSAGE, tuple(told))]
        left -= left > 1
    if last and left > 0:
        blocks += [*([GAP] if left > 1 else []), Block(BlockName.RECEIPT, (last,))]
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
            return AnswerText(word, name, (at, _because(proposal, wording, zone)), _TONES[proposal.direction])
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


def wait_text(wording: Wording, *, is_recorded_later: bool) -> AnswerText:
    """What the screen says while there is no answer yet."""
    details = (wording.not_recorded_yet,) if is_recorded_later else ()
    return AnswerText("...", wording.one_moment, details, Tone.UNKNOWN)


def _because(proposal: Proposal, wording: Wording, zone: ZoneInfo) -> str:
    """On what a proposal rests; weak evidence is shown as such."""
    if proposal.because_of is None:
        return wording.first_today
    local = proposal.because_of.astimezone(zone)
    time = wording.time(60 * local.hour + local.minute)
    if proposal.doubts:
        return wording.because_weak[proposal.direction].format(time=time, doubt=wording.doubts[proposal.doubts[0]])
    text = wording.because_in if proposal.direction is Direction.OUT else wording.because_out
    return text.format(time=time)


def _broken(details: tuple[str, ...], width: int) -> list[str]:
    """On one line where there is room, else each on its own, the first one broken once if it must be."""
    together = " · ".join(details)
    if cell_len(together) <= width:
        return [together]
    return [line for detail, lines in zip(details, (2, 1, 1), strict=False) for line in wrapped(detail, width, lines)]
