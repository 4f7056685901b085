"""What became of the badge."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical

from terminal_app.clocking.proposal import Direction
from terminal_app.kiosk.guest import Answer, NotRecorded, Recorded, TakenBack
from terminal_app.kiosk.sizes import HIGH
from terminal_app.kiosk.widgets.large_text import ROWS, large
from terminal_app.kiosk.widgets.plain import Lines, wrapped
from terminal_app.kiosk.wording import Wording


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The answer in words; `tone` picks the colour, and never stands alone."""

    word: str
    name: str
    details: tuple[str, ...]
    tone: str


def answer_text(answer: Answer, wording: Wording, zone: ZoneInfo) -> AnswerText:
    """What the screen says to an answer."""
    match answer:
        case Recorded(guest, kind, _, label, proposal):
            minute = guest.wall_time.minute
            at = wording.recorded_at.format(time=f"{minute // 60:02d}:{minute % 60:02d}")
            if proposal is None:
                return AnswerText(wording.tiles[kind], _name(answer), (label, at) if label else (at,), "other")
            word = wording.directions[proposal.direction]
            if guest.person is None:
                return AnswerText(word, _name(answer), (wording.unknown_recorded, at), "unknown")
            because = wording.first_today
            if proposal.because_of is not None:
                text = wording.because_in if proposal.direction is Direction.OUT else wording.because_out
                because = text.format(time=_clock(proposal.because_of, zone))
            return AnswerText(word, _name(answer), (at, because), proposal.direction.value)
        case TakenBack():
            return AnswerText(wording.undone, _name(answer), (), "other")
        case NotRecorded(refusal):
            return AnswerText("X", _name(answer), (wording.refusals[refusal],), "refused")


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"


def _name(answer: Answer) -> str:
    if answer.guest is None:
        return ""
    return answer.guest.person.name if answer.guest.person else f"...{answer.guest.badge.number[-4:]}"


def _broken(details: tuple[str, ...], width: int) -> list[str]:
    """On one line where there is room, else each on its own, the first one broken once if it must be."""
    together = " · ".join(details)
    if cell_len(together) <= width:
        return [together]
    return [line for detail, lines in zip(details, (2, 1), strict=False) for line in wrapped(detail, width, lines)]


class AnswerView(Vertical):
    """The answer in large letters, the name and the minute, all on the answer's colour."""

    DEFAULT_CSS = """
    AnswerView { align: center middle; }
    AnswerView Lines { width: 100%; text-align: center; }
    AnswerView #word { height: 7; content-align: center bottom; padding-bottom: 1; text-style: bold; }
    AnswerView #name { height: 1; text-style: bold; }
    AnswerView #detail { height: 3; }
    """

    def __init__(self) -> None:
        super().__init__(id="answer", classes="view")
        self._tone = ""

    def compose(self) -> ComposeResult:
        """The lines."""
        yield Lines(id="word")
        yield Lines(id="name")
        yield Lines(id="detail")

    def show(self, text: AnswerText) -> None:
        """Show an answer."""
        width, rows = self.app.size.width - 2, 2 * ROWS if self.app.size.height >= HIGH else ROWS
        self.query_one("#word", Lines).show(*(large(text.word, width, rows) or (text.word,)))
        self.query_one("#name", Lines).show(text.name)
        self.query_one("#detail", Lines).show(*_broken(text.details, width))
        if text.tone != self._tone:
            self.remove_class(f"-{self._tone}").add_class(f"-{text.tone}")
            self._tone = text.tone
