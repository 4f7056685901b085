"""What became of the badge."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.containers import Vertical

from terminal_app.clocking.proposal import Direction
from terminal_app.kiosk.guest import Answer, NotRecorded, Recorded, TakenBack
from terminal_app.kiosk.widgets.large_text import large
from terminal_app.kiosk.widgets.plain import Lines
from terminal_app.kiosk.widgets.tile import Tile
from terminal_app.kiosk.wording import Wording


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The answer in words; `tone` picks the colour, and never stands alone."""

    word: str
    name: str
    detail: str
    tone: str


def answer_text(answer: Answer, wording: Wording, zone: ZoneInfo) -> AnswerText:
    """What the screen says to an answer."""
    match answer:
        case Recorded(guest, kind, _, label, proposal):
            minute = guest.wall_time.minute
            at = wording.recorded_at.format(time=f"{minute // 60:02d}:{minute % 60:02d}")
            if proposal is None:
                return AnswerText(wording.tiles[kind], _name(answer), f"{label} {at}".strip(), "other")
            word = wording.directions[proposal.direction]
            if guest.person is None:
                return AnswerText(wording.tiles[kind], _name(answer), f"{wording.unknown_recorded} · {at}", "unknown")
            because = wording.first_today
            if proposal.because_of is not None:
                text = wording.because_in if proposal.direction is Direction.OUT else wording.because_out
                because = text.format(time=_clock(proposal.because_of, zone))
            return AnswerText(word, _name(answer), f"{at} · {because}", proposal.direction.value)
        case TakenBack():
            return AnswerText(wording.undone, _name(answer), "", "other")
        case NotRecorded(refusal):
            return AnswerText("X", _name(answer), wording.refusals[refusal], "refused")


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"


def _name(answer: Answer) -> str:
    if answer.guest is None:
        return ""
    return answer.guest.person.name if answer.guest.person else f"...{answer.guest.badge.number[-4:]}"


class AnswerView(Vertical):
    """The answer in large letters, the name, the minute, and the way to take it back."""

    DEFAULT_CSS = """
    AnswerView Lines { width: 100%; text-align: center; }
    AnswerView #word { height: 2fr; min-height: 6; content-align: center middle; }
    AnswerView #name { height: 1; text-style: bold; }
    AnswerView #detail { height: 1; }
    AnswerView #undo { height: 3; }
    AnswerView.-final #undo { display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="answer", classes="view")
        self._tone = ""

    def compose(self) -> ComposeResult:
        """The lines and the undo tile."""
        yield Lines(id="word")
        yield Lines(id="name")
        yield Lines(id="detail")
        yield Tile("undo", id="undo")

    def show(self, text: AnswerText, wording: Wording, *, can_undo: bool) -> None:
        """Show an answer."""
        letters = large(text.word)
        fits = letters is not None and len(letters[0]) <= self.app.size.width
        self.query_one("#word", Lines).show(*(letters if letters is not None and fits else (text.word,)))
        self.query_one("#name", Lines).show(text.name)
        self.query_one("#detail", Lines).show(text.detail)
        self.query_one("#undo", Tile).label("F8", wording.undo)
        self.set_class(not can_undo, "-final")
        if text.tone != self._tone:
            self.remove_class(f"-{self._tone}").add_class(f"-{text.tone}")
            self._tone = text.tone
