"""The answers from a file: for an installation without anybody there (docs/setup.md)."""

import tomllib
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.setup.questions import QUESTIONS, Answers, answers_of, known_keys
from terminal_app.client_secret import read_secret_file
from terminal_app.settings import ReaderSettings
from terminal_app.settings_errors import SettingsError

_SECRET_FILE = "secret_file"  # noqa: S105 # the key's name
_OTHER = ("reader", "wait_for_badge_seconds")
_OF_READER = ("driver", "port", "badge_number", "baud")


def read_answers(path: Path) -> Answers:
    """Raises Failure with every fault of the file."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Failure(ExitCode.CONFIGURATION, f"{path}: cannot be read: {error}") from None
    faults = [f"{key}: unknown{_nearest(key)}" for key in given if key not in _known()]
    said = {key: _as_said(value) for key, value in given.items() if key not in _OTHER and key != _SECRET_FILE}
    faults += [
        f"{one.key}: {fault}"
        for one in QUESTIONS
        if one.key in said and (fault := one.fault(said[one.key])) is not None
    ]
    secret = None
    if _SECRET_FILE in given:
        try:
            secret = read_secret_file(Path(str(given[_SECRET_FILE])), f"{path}: {_SECRET_FILE}")
        except SettingsError as error:
            faults.append(str(error))
    reader = given.get("reader")
    if reader is not None and not (isinstance(reader, dict) and {"driver", "port"} <= set(reader) <= set(_OF_READER)):
        faults.append(f"reader: a table with {', '.join(_OF_READER)}")
    seconds = given.get("wait_for_badge_seconds")
    if not (seconds is None or (isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0)):
        faults.append("wait_for_badge_seconds: a number of seconds")
    if faults:
        raise Failure(ExitCode.CONFIGURATION, "\n".join(f"{path}: {fault}" for fault in faults))
    answers = answers_of(said | ({"secret": secret} if secret else {}), ReaderSettings(**reader) if reader else None)
    return replace(answers, wait_for_badge_seconds=None if seconds is None else float(seconds))


def _known() -> set[str]:
    # The secret itself does not belong into a file that is passed around with the rest.
    return {*known_keys(), _SECRET_FILE} - {"secret"}


def _as_said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _nearest(key: str) -> str:
    if key == "secret":
        return "; write the secret to a file of its own, and name that: secret_file"
    near = get_close_matches(key, _known(), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""
