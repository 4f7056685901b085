"""The questions one after another, for a terminal without colours, a screen reader or a slow line."""

import asyncio
import getpass
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import say
from terminal_app.cli.setup.questions import Question
from terminal_app.settings import ReaderSettings

_LISTEN_SECONDS = 60.0
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
            say(f"  Hold a badge to it, one whose number you know. {_LISTEN_SECONDS:.0f} s are listened.")
            heard = asyncio.run(hear(ports, _LISTEN_SECONDS, lambda trouble: say(f"  {trouble}")))
            if heard is not None:
                return _chosen(heard.port, heard.driver, heard.numbers)
        say("  No badge was heard.")
        say("  Listen again? (yes, no)")
        if (_line("yes") or "yes") != "yes":
            return None


def _chosen(port: str, driver: str, numbers: Sequence[tuple[str, str]]) -> ReaderSettings:
    say(f"  Heard on {port} ({driver}). Which of these is the badge number in Protime, to the last zero?")
    for place, (form, number) in enumerate(numbers, start=1):
        say(f"    {place}  {number}  ({form})")
    places = tuple(str(place) for place in range(1, len(numbers) + 1))
    while True:
        answer = "1" if len(numbers) == 1 else _line("")
        if answer in places:
            form = numbers[int(answer) - 1][0]
            return reader_of(port, driver, form)
        say(f"  One of {', '.join(places)}.")


def reader_of(port: str, driver: str, form: str) -> ReaderSettings:
    """The settings of a reader that was heard; what sends text needs no form."""
    reader = ReaderSettings(driver=driver, port=port)
    return reader if form == "text" else replace(reader, badge_number=type(reader.badge_number)(form))
