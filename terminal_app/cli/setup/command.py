"""`setup`: from a fresh machine to a terminal at work."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import complain, say
from terminal_app.cli.setup.questions import Answers, Step, answers_of, questions_of
from terminal_app.settings import DEFAULT_FILE

_WAIT_FOR_BADGE_SECONDS = 120.0


def setup(
    only: Annotated[list[Step] | None, typer.Option(help="This step alone; repeatable. Left out: all.")] = None,
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ask nothing: the answers are in this file (docs/setup.md).")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="One question after another, without a full screen.")] = False,
    root: Annotated[Path, typer.Option(metavar="FOLDER", help="Write below this folder.", hidden=True)] = Path("/"),
    config: ConfigFile = DEFAULT_FILE,
) -> int:
    """Ask what is needed, find the reader, write settings and secret, set up console and services, and try it all."""
    from terminal_app.cli.setup.machine import Machine  # noqa: PLC0415 # with all that a step needs
    from terminal_app.cli.setup.steps import STEPS, must_be_root  # noqa: PLC0415

    steps = tuple(one for one in STEPS if only is None or one in only)
    machine = Machine(root)
    if machine.root == Path("/"):
        must_be_root()
    if answers is not None:
        from terminal_app.cli.setup.answers_file import read_answers  # noqa: PLC0415

        given = read_answers(answers)
    else:
        given = _asked(steps, machine.path(config), is_plain=plain)
    for step in steps:
        if step is Step.READER and (given.reader is None or Step.SETTINGS in steps):
            continue  # there is none, or it was written with the rest
        try:
            for line in STEPS[step](machine, config, given):
                say(f"OK   {line}")
        except Failure as failure:
            complain(f"{step.value}: {failure}")
            complain(f"When that is mended: clocking-terminal setup --only {step.value}")
            return failure.code
    say("Done. `clocking-terminal doctor` looks at everything, at any time.")
    return ExitCode.OK


def _asked(steps: tuple[Step, ...], config: Path, *, is_plain: bool) -> Answers:
    from terminal_app.cli.setup.former import former_answers  # noqa: PLC0415

    if not sys.stdin.isatty():
        raise Failure(ExitCode.USAGE, "there is nobody to ask: name a file of answers with --answers (docs/setup.md).")
    questions, known = questions_of(steps), former_answers(config)
    asks_reader = Step.READER in steps
    if is_plain or os.environ.get("TERM", "dumb") == "dumb" or not sys.stdout.isatty():
        from terminal_app.cli.setup.plain import ask_all, ask_for_reader  # noqa: PLC0415

        given = answers_of(ask_all(questions, known), ask_for_reader() if asks_reader else None)
    elif not questions and not asks_reader:
        given = Answers()
    else:
        from terminal_app.cli.setup.wizard import Wizard  # noqa: PLC0415 # Textual

        wizard = Wizard(questions, known, asks_reader=asks_reader)
        if not wizard.run():
            raise Failure(ExitCode.FAILED, "setup was ended; nothing has been changed.")
        given = answers_of(wizard.said, wizard.reader)
    return replace(given, wait_for_badge_seconds=_WAIT_FOR_BADGE_SECONDS)
