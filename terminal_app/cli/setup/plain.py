"""The questions one after another, for a terminal without colours, a screen reader or a slow line."""

import asyncio
import getpass
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import say
from terminal_app.cli.setup.questions import Question
from terminal_app.settings import ReaderSettings

if TYPE_CHECKING:
    from terminal_app.cli.setup.finding_reader import Heard

_LISTEN_SECONDS = 120.0
KEEP = "(as it is)"


def ask_all(questions: Sequence[Question], known: Mapping[str, str]) -> dict[str, str]:
    """What was said to each; `known` are answers of before, which an empty line keeps. Raises Failure at the end."""
    said = {}
    for question in questions:
        answer = _ask(question, known.get(question.key, question.default))
        if answer is not None:
            said[question.key] = answer
    return said


def _ask(question: Question, former: str) -> str | None:
    say()
    say(question.title)
    say(f"  {question.help}")
    keeps = question.is_secret and former == KEEP
    while True:
        answer = _line(former, is_secret=question.is_secret)
        if not answer and keeps:
            return None
        answer = answer or ("" if question.is_secret else former)
        fault = question.fault(answer)
        if fault is None:
            return answer
        say(f"  {fault}")


def _line(former: str, *, is_secret: bool = False) -> str:
    try:
        if is_secret:
            return getpass.getpass(f"  {former or ''}> ").strip()
        return input(f"  [{former}] > " if former else "  > ").strip()
    except (EOFError, KeyboardInterrupt):
        raise Failure(ExitCode.FAILED, "setup was ended; nothing has been changed.") from None


def ask_for_reader(find_ports: Callable[[], list[str]] | None = None) -> ReaderSettings | None:
    """Listen for a badge, and ask which of its numbers Protime has; None: leave the readers as they are."""
    from terminal_app.cli.setup.finding_reader import candidates, hear  # noqa: PLC0415 # pyserial

    while True:
        ports = (find_ports or candidates)()
        say()
        say("The badge reader")
        say(f"  Plugged in now: {', '.join(ports) or 'nothing that looks like a reader'}.")
        if ports:
            say("  Hold a badge to it whose number you know, again and again until it is found: each speed is tried.")
            heard = asyncio.run(hear(ports, _LISTEN_SECONDS, lambda trouble: say(f"  {trouble}")))
            if heard is not None:
                return _chosen(heard)
        say("  No badge was heard.")
        say("  Listen again? (yes, no)")
        if (_line("yes") or "yes") != "yes":
            return None


def _chosen(heard: "Heard") -> ReaderSettings:
    say(f"  Heard on {heard.port} ({heard.driver}). Which of these is the badge number in Protime, to the last zero?")
    for place, (form, number) in enumerate(heard.numbers, start=1):
        say(f"    {place}  {number}  ({form})")
    places = tuple(str(place) for place in range(1, len(heard.numbers) + 1))
    while True:
        answer = "1" if len(heard.numbers) == 1 else _line("")
        if answer in places:
            return reader_of(heard, heard.numbers[int(answer) - 1][0])
        say(f"  One of {', '.join(places)}.")


def reader_of(heard: "Heard", form: str) -> ReaderSettings:
    """The settings of a reader that was heard; what sends text needs no rule."""
    reader = ReaderSettings(driver=heard.driver, port=heard.port, baud=heard.baud)
    return reader if form == "text" else replace(reader, badge_number=form)
