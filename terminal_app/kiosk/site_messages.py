"""What a site tells on the screen: everybody for a time, or some people once each; from a file that may change."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar

from terminal_app.clocking.clean_text import clean_text

log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST = 80
"""Characters of a text: two lines of the smallest screen."""
_LANGUAGE_LENGTHS = (2, 3)
_SECONDS_EACH = 15
_OTHER_KEYS = ("from", "until", "groups", "badges")


class Message(NamedTuple):
    """One of them. Times are local, without a zone."""

    texts: Mapping[str, str]
    """By language; the one of "" is for all others."""
    first: datetime | None = None
    until: datetime | None = None
    """Not shown any more from then on."""
    groups: frozenset[int] = frozenset()
    """Terminal groups at whose terminals it is shown; none: at all."""
    badges: frozenset[str] = frozenset()
    """Whom it is for, once each; none: everybody, on the idle screen."""

    def in_language(self, language: str) -> str:
        """The text for a language, or the one that is there."""
        return self.texts.get(language) or self.texts.get("") or next(iter(self.texts.values()))

    @property
    def mark(self) -> str:
        """Tells it from others without saying what it says."""
        said = repr((sorted(self.texts.items()), self.first, self.until))
        return sha256(said.encode()).hexdigest()[:16]


class SiteMessages(NamedTuple):
    """Those that concern this terminal."""

    messages: tuple[Message, ...] = ()

    def for_everybody(self, now: datetime, language: str) -> str:
        """What the idle screen says at local time `now`, several in turn; empty: nothing."""
        shown = [one for one in self.messages if not one.badges and _is_on(one, now)]
        if not shown:
            return ""
        seconds = 3600 * now.hour + 60 * now.minute + now.second
        return shown[seconds // _SECONDS_EACH % len(shown)].in_language(language)

    def for_badge(self, badge_number: str, now: datetime) -> tuple[Message, ...]:
        """What whoever holds this badge is to be told."""
        return tuple(one for one in self.messages if badge_number in one.badges and _is_on(one, now))


def _is_on(one: Message, now: datetime) -> bool:
    local = now.replace(tzinfo=None)
    return (one.first is None or one.first <= local) and (one.until is None or local < one.until)


@dataclass(slots=True)
class MessageFile:
    """A file of messages; `look` reads it again when it has changed. Not for the event loop."""

    path: Path | None
    groups: frozenset[int] = frozenset()
    """This terminal's groups."""
    always: str = ""
    """A message of the settings, besides those of the file."""
    _state: tuple[int, int] | None = None
    _found: SiteMessages = field(default_factory=SiteMessages)

    def look(self) -> SiteMessages:
        """What there is now; what is wrong with a message is logged, and the others count all the same."""
        state = self._state_of_file()
        if state != self._state or not self._found.messages:
            self._state = state
            own = [Message({"": clean_text(self.always)})] if self.always else []
            read = self._read() if state is not None else []
            self._found = SiteMessages(
                tuple(one for one in (*own, *read) if not one.groups or one.groups & self.groups)
            )
        return self._found

    @property
    def is_there(self) -> bool:
        """Whether there was a file when it was looked for last."""
        return self._state is not None

    def _state_of_file(self) -> tuple[int, int] | None:
        if self.path is None:
            return None
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _read(self) -> list[Message]:
        assert self.path is not None  # noqa: S101 # it has a state
        try:
            messages, faults = messages_of(self.path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            log.warning("messages-unreadable file=%s error=%s", self.path, type(error).__name__)
            return []
        for fault in faults:
            log.warning("message-not-shown file=%s: %s", self.path, fault)
        return messages


def messages_of(text: str) -> tuple[list[Message], list[str]]:
    """The messages of a file's text (TOML), and what is wrong with the others, a line each."""
    from tomllib import TOMLDecodeError, loads  # noqa: PLC0415 # few terminals have such a file

    try:
        entries = loads(text).get("message", [])
    except (TOMLDecodeError, RecursionError) as error:
        return [], [f"not valid TOML: {error}"]
    if not isinstance(entries, list):
        return [], ["messages must be tables [[message]]"]
    messages, faults = [], []
    for number, entry in enumerate(entries, start=1):
        try:
            messages.append(_message(entry))
        except _NoMessage as error:
            faults.append(f"message {number}: {error}")
    return messages, faults


class _NoMessage(Exception):
    """Says what is wrong with it."""


def _message(entry: object) -> Message:
    if not isinstance(entry, dict):
        raise _NoMessage("must be a table [[message]]")
    texts = {}
    for key, value in entry.items():
        if key in _OTHER_KEYS:
            continue
        if key != "text" and not (len(key) in _LANGUAGE_LENGTHS and key.islower()):
            raise _NoMessage(
                f"{clean_text(key)} is unknown; known are text, a language such as nl, {', '.join(_OTHER_KEYS)}"
            )
        text = clean_text(value).strip() if isinstance(value, str) else ""
        if not text:
            raise _NoMessage(f"{key} must be a text")
        if len(text) > LONGEST:
            raise _NoMessage(f"{key} is longer than {LONGEST} characters")
        texts["" if key == "text" else key] = text
    if not texts:
        raise _NoMessage("has no text")
    return Message(
        texts,
        _moment(entry.get("from"), "from"),
        _moment(entry.get("until"), "until", is_end=True),
        frozenset(_items(entry, "groups", int, "whole numbers")),
        frozenset(_items(entry, "badges", str, "badge numbers between quotation marks")),
    )


def _moment(value: object, key: str, *, is_end: bool = False) -> datetime | None:
    match value:
        case None:
            return None
        case datetime(tzinfo=None):
            return value
        case date() if not isinstance(value, datetime):
            return datetime.combine(value, time()) + timedelta(days=is_end)
        case _:
            raise _NoMessage(f"{key} must be a date or a local time, such as 2026-07-01 or 2026-07-01T08:00:00")


def _items(entry: Mapping[str, object], key: str, kind: type[T], wanted: str) -> Iterator[T]:
    value = entry.get(key, [])
    for one in value if isinstance(value, list) else [None]:
        if not isinstance(one, kind) or isinstance(one, bool):
            raise _NoMessage(f"{key} must be a list of {wanted}")
        yield one
