"""The questions as pages of a full screen: one a page, with what is wrong beside it, back and next."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from terminal_app.cli.setup.finding_reader import Heard, candidates, hear
from terminal_app.cli.setup.plain import KEEP, reader_of
from terminal_app.cli.setup.questions import Question
from terminal_app.settings import ReaderSettings

_LISTEN_SECONDS = 3600.0
_AGAIN_SECONDS = 2.0


class Wizard(App[bool]):
    """Collects the answers; `said` and `reader` are theirs when it gives True."""

    CSS_PATH = "wizard.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "previous", "Back"), ("ctrl+q", "leave", "Leave")]

    def __init__(
        self,
        questions: Sequence[Question],
        known: Mapping[str, str],
        *,
        asks_reader: bool,
        ports: Callable[[], list[str]] = candidates,
    ) -> None:
        """`known` are answers of before; `ports` are those to listen to."""
        super().__init__()
        self._ports = ports
        self._questions = questions
        self._known = known
        self._pages = len(questions) + asks_reader
        self._page = 0
        self._heard: Heard | None = None
        self.said: dict[str, str] = {}
        self.reader: ReaderSettings | None = None

    def compose(self) -> ComposeResult:
        """One page, whose texts change."""
        with Vertical(id="page"):
            yield Static(id="progress", markup=False)
            yield Static(id="title", markup=False)
            yield Static(id="help", markup=False)
            yield Input(id="answer")
            yield OptionList(id="choices")
            yield Static(id="fault", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Back", id="back")
                yield Button("Next", id="next", variant="primary")
        yield Static("Enter: next   Esc: back   Ctrl+Q: leave, nothing is changed", id="keys", markup=False)

    def on_mount(self) -> None:
        """Show the first page."""
        self._show()

    @property
    def _question(self) -> Question | None:
        """Of this page; None on that of the reader."""
        return self._questions[self._page] if self._page < len(self._questions) else None

    def _show(self) -> None:
        question = self._question
        self.query_one("#progress", Static).update(f"{self._page + 1} of {self._pages}")
        self.query_one("#fault", Static).update("")
        self.query_one("#back", Button).disabled = self._page == 0
        self.query_one("#next", Button).label = "Finish" if self._page == self._pages - 1 else "Next"
        answer, choices = self.query_one(Input), self.query_one(OptionList)
        has_choices = question is None or bool(question.choices)
        answer.display, choices.display = not has_choices, has_choices
        choices.clear_options()
        if question is None:
            self._show_reader()
            return
        self.query_one("#title", Static).update(question.title)
        self.query_one("#help", Static).update(question.help)
        former = self.said.get(question.key, self._known.get(question.key, question.default))
        if question.choices:
            choices.add_options([Option(Content(one), id=one) for one in question.choices])
            choices.highlighted = question.choices.index(former) if former in question.choices else 0
            choices.focus()
            return
        is_kept = question.is_secret and former == KEEP
        answer.password = question.is_secret
        answer.placeholder = "empty: as it is" if is_kept else ""
        answer.value = "" if is_kept else former
        answer.focus()

    def _show_reader(self) -> None:
        self.query_one("#title", Static).update("The badge reader")
        if self._heard is None:
            self.query_one("#help", Static).update(
                "Plug it in, and hold a badge to it whose number you know, again and again until it is found."
                " Finish without a badge leaves the readers as they are."
            )
            self.query_one("#next", Button).focus()
            self._listen()
            return
        self.query_one("#help", Static).update(
            f"Heard on {self._heard.port} ({self._heard.driver}). Which of these is the badge number in Protime, to the"
            " last zero?"
        )
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options([Option(Content(f"{number}   {form}"), id=form) for form, number in self._heard.numbers])
        choices.highlighted = 0
        choices.focus()

    @work(exclusive=True)
    async def _listen(self) -> None:
        fault = self.query_one("#fault", Static)
        while self._question is None and self._heard is None:
            ports = self._ports()
            fault.update(
                f"Listening to {', '.join(ports)} ..." if ports else "Nothing is plugged in that looks like one."
            )
            heard = await hear(ports, _LISTEN_SECONDS if ports else 0, fault.update)
            if heard is not None:
                self._heard = heard
                fault.update("")
                self._show_reader()
                return
            await asyncio.sleep(_AGAIN_SECONDS)

    @on(Button.Pressed, "#next")
    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _next(self) -> None:
        question = self._question
        if question is None:
            if self._heard is not None:
                at = self.query_one(OptionList).highlighted or 0
                self.reader = reader_of(self._heard, self._heard.numbers[at][0])
        elif not self._take(question):
            return
        if self._page == self._pages - 1:
            self.exit(True)  # what run() gives
            return
        self._page += 1
        self._show()

    def _take(self, question: Question) -> bool:
        """Keep the answer of this page; False, with a word why, when it is none."""
        if question.choices:
            answer = question.choices[self.query_one(OptionList).highlighted or 0]
        else:
            answer = self.query_one(Input).value.strip()
            if not answer and question.is_secret and self._known.get(question.key) == KEEP:
                return True
        fault = question.fault(answer)
        if fault is not None:
            self.query_one("#fault", Static).update(fault)
            return False
        self.said[question.key] = answer
        return True

    @on(Button.Pressed, "#back")
    def action_previous(self) -> None:
        """The page before."""
        if self._page:
            self._page -= 1
            self._show()

    def action_leave(self) -> None:
        """Change nothing."""
        self.exit(False)  # what run() gives
