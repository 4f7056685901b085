"""Faults by rule: what befalls every nth request, those between two times, those of one person, or some by chance."""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from enum import StrEnum
from itertools import pairwise
from typing import get_type_hints
from urllib.parse import unquote_plus

from starlette.types import Scope

from terminal_app.simulator.faults import FaultError, FaultTarget, is_touched
from terminal_app.simulator.raw_paths import parts_of


class Effect(StrEnum):
    """What a rule does to a request."""

    DELAY = "delay"
    REFUSE = "refuse"
    CUT_BEFORE = "cut-before"
    CUT_AFTER = "cut-after"
    HALF = "half"
    WRONG_TYPE = "wrong-type"
    HTML = "html"
    STATUS = "status"
    CLOCK_SKEW = "clock-skew"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; a request must meet every condition that is set.

    Attributes:
        effect: `delay`: waits `seconds`, then goes on. `refuse`: cuts, and the port refuses every connection for
            `seconds`. `cut-before`: nothing is done, no answer. `cut-after`: all is done, no answer. `half`: all is
            done, half of the answer. `wrong-type`: the answer says it is `text/html`. `html`: nothing is done, an
            HTML page with `status`. `status`: nothing is done, the API's error with `status` and `retry_after`.
            `clock-skew`: the header `Date` is `seconds` late (less than nothing: early).
        target: Which requests; `token` for a token endpoint that is down.
        path: Only paths that contain this text.
        every: Every nth of the requests that meet the other conditions; 0 = all of them.
        start: From this time of the day (UTC, HH:MM or HH:MM:SS); empty = always.
        end: Until this time; one before `start` is that of the next day.
        person: Only requests whose body, path or filter names this person by id or badge number; 0 = all.
        probability: Chance (0..1) that it happens.
        seed: Start of the draws: the same requests meet the same fate again.
        times: It happens so often, then never more; 0 = without end.
        seconds: See `effect`.
        status: See `effect`.
        retry_after: Seconds in `Retry-After`; 0 = none.
    """

    effect: Effect
    target: FaultTarget = FaultTarget.ALL
    path: str = ""
    every: int = 0
    start: str = ""
    end: str = ""
    person: int = 0
    probability: float = 1.0
    seed: int = 0
    times: int = 0
    seconds: float = 0.0
    status: int = 503
    retry_after: int = 0


_HINTS = get_type_hints(Rule)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)


def rule_of(values: Mapping[str, object]) -> Rule:
    """A rule from plain values.

    Raises:
        FaultError: A name is unknown, a value does not fit, or the effect is missing.
    """
    checked: dict[str, object] = {}
    for name, value in values.items():
        if name not in _HINTS:
            raise FaultError(f"a rule has no {name!r}")
        checked[name] = _converted(name, value)
    if "effect" not in checked:
        raise FaultError(f"a rule has an effect, one of {', '.join(Effect)}")
    rule = Rule(**checked)  # type: ignore[arg-type]  # each was checked against its field
    if bool(rule.start) != bool(rule.end):
        raise FaultError("start and end come together")
    return rule


def _converted(name: str, value: object) -> object:
    hint = _HINTS[name]
    if issubclass(hint, StrEnum):
        if not isinstance(value, str) or value not in set(hint):
            raise FaultError(f"{name} is one of {', '.join(hint)}, not {value!r}")
        return hint(value)
    if hint is float and type(value) is int:
        value = float(value)
    if type(value) is not hint:
        raise FaultError(f"{name} has the wrong type: {value!r}")
    if name in ("start", "end") and value and _TIME.fullmatch(str(value)) is None:
        raise FaultError(f"{name} is HH:MM or HH:MM:SS, not {value!r}")
    if isinstance(value, int | float):
        first, last = _RANGES.get(name, (0, 10**9))
        if not first <= value <= last:
            raise FaultError(f"{name} is {first} to {last}, not {value}")
    return value


_RANGES: Mapping[str, tuple[float, float]] = {
    "status": (400, 599),
    "probability": (0, 1),
    "seconds": (-(10.0**9), 10.0**9),
    "seed": (-(10**9), 10**9),
}


@dataclass(slots=True, eq=False)
class ActiveRule:
    """A rule in force, with what it counts."""

    id: int
    rule: Rule
    draws: random.Random
    matched: int = 0
    happened: int = 0

    def as_json(self) -> dict[str, object]:
        """The rule and its counts as plain values."""
        return {"id": self.id, **asdict(self.rule), "matched": self.matched, "happened": self.happened}


@dataclass(slots=True)
class FaultRules:
    """The rules in force, in the order they were made."""

    active: list[ActiveRule] = field(default_factory=list)
    _last_id: int = 0

    def add(self, values: Mapping[str, object]) -> ActiveRule:
        """Puts a rule in force; `FaultError` when it is none."""
        rule = rule_of(values)
        self._last_id += 1
        made = ActiveRule(self._last_id, rule, random.Random(rule.seed))  # noqa: S311 - repeatable on purpose
        self.active.append(made)
        return made

    def clear(self) -> None:
        """Ends all rules."""
        self.active.clear()

    def remove(self, number: int) -> bool:
        """Ends one rule; whether there was one."""
        left = [rule for rule in self.active if rule.id != number]
        found = len(left) < len(self.active)
        self.active[:] = left
        return found

    def happening(self, scope: Scope, body: bytes, badge: Mapping[int, str], now: datetime) -> list[Rule]:
        """What befalls this request; counts it.

        Args:
            scope: The request.
            body: Its body.
            badge: The badge number of each person that a rule names.
            now: For the times of the day.
        """
        found: list[Rule] = []
        for active in self.active:
            rule = active.rule
            if not _meets(rule, scope, body, badge.get(rule.person, ""), now):
                continue
            active.matched += 1
            if rule.every and active.matched % rule.every:
                continue
            if rule.probability < 1 and active.draws.random() >= rule.probability:
                continue
            if rule.times and active.happened >= rule.times:
                continue
            active.happened += 1
            found.append(rule)
        return found


def _meets(rule: Rule, scope: Scope, body: bytes, badge: str, now: datetime) -> bool:
    if not is_touched(scope, rule.target) or rule.path not in scope["path"]:
        return False
    if rule.start and not _is_between(now.time(), time.fromisoformat(rule.start), time.fromisoformat(rule.end)):
        return False
    return not rule.person or _names(scope, body, rule.person, badge)


def _is_between(moment: time, start: time, end: time) -> bool:
    return start <= moment < end if start <= end else moment >= start or moment < end


def _names(scope: Scope, body: bytes, person: int, badge: str) -> bool:
    """Whether a request is about this person."""
    text = unquote_plus(scope["query_string"].decode("latin-1"))
    named = {after for part, after in pairwise(parts_of(scope)) if part == "people"}
    if named & {str(person), badge} - {""}:
        return True
    for numbers in re.findall(r"person\s+(?:eq\s+|in\s*\()([\d,\s]+)", text):
        if str(person) in re.findall(r"\d+", numbers):
            return True
    try:
        sent = json.loads(body) if body else {}
    except ValueError:
        return False
    given = sent.get("person") if isinstance(sent, dict) else None
    if not isinstance(given, dict):
        return False
    names = given.get("externalReferences")
    return given.get("id") == person or (isinstance(names, dict) and bool(badge) and badge in names.values())
