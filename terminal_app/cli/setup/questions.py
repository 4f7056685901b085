"""What `setup` has to know, and what an answer must be like: the same for the wizard, the prompts and a file."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from zoneinfo import available_timezones

from terminal_app.settings import ReaderSettings


class Step(StrEnum):
    """A part of the way; each can be gone alone, and again."""

    SETTINGS = "settings"
    SECRET = "secret"  # noqa: S105 # its name
    READER = "reader"
    CONSOLE = "console"
    SERVICES = "services"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All of them; None where a step is not gone, or what there was stays."""

    tenant: str | None = None
    environment: str | None = None
    client_id: str | None = None
    company: str | None = None
    terminal_name: str | None = None
    terminal_code: str | None = None
    timezone: str | None = None
    languages: tuple[str, ...] | None = None
    secret: str | None = field(default=None, repr=False)
    encrypt_secret: bool | None = None
    reader: ReaderSettings | None = None
    large_font: bool | None = None
    start_services: bool | None = None
    wait_for_badge_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One of them. `check` gives what is wrong with an answer, or None."""

    key: str
    step: Step
    title: str
    help: str
    check: Callable[[str], str | None]
    default: str = ""
    choices: tuple[str, ...] = ()
    is_secret: bool = False
    may_be_empty: bool = False
    several: bool = False
    """The answer is words with commas."""

    def fault(self, answer: str) -> str | None:
        """What is wrong with it; None: nothing."""
        if not answer.strip():
            return None if self.may_be_empty else "This is needed."
        if self.choices and not self.several and answer not in self.choices:
            return f"One of {', '.join(self.choices)}."
        return self.check(answer.strip())

    def value(self, answer: str) -> object:
        """What the answer stands for."""
        text = answer.strip()
        if self.several:
            return tuple(word.strip() for word in text.split(",") if word.strip())
        if self.choices == _YES_NO:
            return text == "yes"
        return text or None


_YES_NO = ("yes", "no")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)


def _any(_answer: str) -> str | None:
    return None


def _tenant(answer: str) -> str | None:
    return None if _LABEL.fullmatch(answer) else "Only the first word of the address: of acme.myprotime.eu it is acme."


def _zone(answer: str) -> str | None:
    return None if answer in available_timezones() else "No such time zone. It is like Europe/Brussels."


def _short(answer: str) -> str | None:
    return None if len(answer) <= 100 and answer.isprintable() else "At most 100 characters, on one line."  # noqa: PLR2004 # settings.ShortText


def _secret(answer: str) -> str | None:
    return None if answer.isascii() and answer.isprintable() else "One line of plain characters, as Protime gave it."


def _languages(answer: str) -> str | None:
    words = [word.strip() for word in answer.split(",")]
    if len(set(words)) < len(words):
        return "Each language once."
    wrong = [word for word in words if not re.fullmatch(r"[a-z]{2,3}", word)]
    return f"{', '.join(wrong)}: languages are like nl, fr, de, en." if wrong else None


QUESTIONS = (
    Question(
        "tenant",
        Step.SETTINGS,
        "Your company at Protime",
        "The first word of the address that you use: acme, of acme.myprotime.eu.",
        _tenant,
    ),
    Question(
        "environment",
        Step.SETTINGS,
        "Which Protime",
        "production, or sandbox for a trial.",
        _any,
        default="production",
        choices=("production", "sandbox"),
    ),
    Question(
        "client_id",
        Step.SETTINGS,
        "Client id",
        "From Protime, with the secret. Best a client for each terminal: then one that was stolen can be shut out.",
        _short,
    ),
    Question(
        "company",
        Step.SETTINGS,
        "Name of the company",
        "Protime asks every program to say who uses it. May be left empty.",
        _short,
        may_be_empty=True,
    ),
    Question(
        "terminal_name",
        Step.SETTINGS,
        "Name of this terminal",
        "People see it on the screen: Main entrance.",
        _short,
        default="Main entrance",
    ),
    Question(
        "terminal_code",
        Step.SETTINGS,
        "Code of this terminal",
        "Its external code in Protime. Empty, if it has none there.",
        _short,
        may_be_empty=True,
    ),
    Question(
        "timezone",
        Step.SETTINGS,
        "Time zone",
        "In which people clock here.",
        _zone,
        default="Europe/Brussels",
    ),
    Question(
        "languages",
        Step.SETTINGS,
        "Languages",
        "With commas; the first is for people without a language of their own.",
        _languages,
        default="nl, fr, de, en",
        several=True,
    ),
    Question(
        "secret",
        Step.SECRET,
        "Client secret",
        "It is not shown, and goes into a file that only root can read.",
        _secret,
        is_secret=True,
    ),
    Question(
        "encrypt_secret",
        Step.SECRET,
        "Encrypt the secret for this machine?",
        "yes keeps it out of backups of /etc. Who takes the card has it all the same.",
        _any,
        default="no",
        choices=_YES_NO,
    ),
    Question(
        "large_font",
        Step.CONSOLE,
        "Large letters on the console?",
        "yes for a screen of its own; no where the console has a font that you chose.",
        _any,
        default="yes",
        choices=_YES_NO,
    ),
    Question(
        "start_services",
        Step.SERVICES,
        "Start the terminal now, and at every boot?",
        "The login on the screen gives way to the terminal.",
        _any,
        default="yes",
        choices=_YES_NO,
    ),
)


def questions_of(steps: tuple[Step, ...]) -> tuple[Question, ...]:
    """Those that these steps ask."""
    return tuple(one for one in QUESTIONS if one.step in steps)


def answers_of(said: Mapping[str, str], reader: ReaderSettings | None = None) -> Answers:
    """The answers from what was said, by the questions' keys; all of it without fault."""
    values = {one.key: one.value(said[one.key]) for one in QUESTIONS if one.key in said}
    return Answers(**values, reader=reader)  # type: ignore[arg-type]


def known_keys() -> Iterator[str]:
    """What a file of answers may hold."""
    yield from (one.name for one in fields(Answers))
