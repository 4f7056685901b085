"""The mutants: one line each of the delivery's rules, spoilt."""

from dataclasses import dataclass

_STATES = "terminal_app/clocking/delivery_state.py"
_MATCHING = "terminal_app/clocking/matching.py"
_SCHEDULE = "terminal_app/clocking/schedule.py"
_SETTLING = "terminal_app/clocking/settling.py"
_BACKOFF = "terminal_app/clocking/backoff.py"
_OUTCOMES = "terminal_app/protime/outcomes.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One text replaced by another; it is in the file once."""

    name: str
    path: str
    before: str
    after: str
    explained: str = ""
    """Why it may live: it changes nothing that counts."""


MUTANTS: tuple[Mutant, ...] = (
    # what may follow what
    Mutant(
        "sent straight from unknown",
        _STATES,
        "S.UNKNOWN: frozenset({S.CONFIRMED",
        "S.UNKNOWN: frozenset({S.SENDING, S.CONFIRMED",
    ),
    Mutant(
        "undone while sending",
        _STATES,
        "S.SENDING: frozenset({S.CONFIRMED",
        "S.SENDING: frozenset({S.UNDONE, S.CONFIRMED",
    ),
    Mutant(
        "undone while unknown",
        _STATES,
        "S.UNKNOWN: frozenset({S.CONFIRMED",
        "S.UNKNOWN: frozenset({S.UNDONE, S.CONFIRMED",
    ),
    Mutant("confirmed goes out again", _STATES, "S.CONFIRMED: frozenset(),", "S.CONFIRMED: frozenset({S.RECORDED}),"),
    Mutant("undone goes out again", _STATES, "S.UNDONE: frozenset(),", "S.UNDONE: frozenset({S.RECORDED}),"),
    Mutant(
        "held is sent",
        _STATES,
        "S.HELD: frozenset({S.RECORDED, S.UNDONE",
        "S.HELD: frozenset({S.RECORDED, S.SENDING, S.UNDONE",
    ),
    Mutant(
        "recorded is never undone",
        _STATES,
        "S.RECORDED: frozenset({S.SENDING, S.UNDONE, S.REFUSED}),",
        "S.RECORDED: frozenset({S.SENDING, S.REFUSED}),",
    ),
    Mutant("refused is the end", _STATES, "S.REFUSED: frozenset({S.RECORDED", "S.REFUSED: frozenset({S.REFUSED"),
    Mutant(
        "ambiguous is the end",
        _STATES,
        "S.AMBIGUOUS: frozenset({S.CONFIRMED, S.RECORDED}),",
        "S.AMBIGUOUS: frozenset(),",
    ),
    Mutant(
        "unknown is never ambiguous",
        _STATES,
        "frozenset({S.CONFIRMED, S.RECORDED, S.AMBIGUOUS, S.DISCARDED}),",
        "frozenset({S.CONFIRMED, S.RECORDED, S.DISCARDED}),",
    ),
    Mutant("postponed is in doubt", _STATES, "return S.RECORDED\n", "return S.UNKNOWN\n"),
    Mutant("in doubt is sent again", _STATES, "return S.UNKNOWN\n", "return S.RECORDED\n"),
    Mutant("refused is sent again", _STATES, "return S.REFUSED\n", "return S.RECORDED\n"),
    Mutant("ambiguous is sent again", _STATES, "return S.AMBIGUOUS\n", "return S.RECORDED\n"),
    Mutant("ambiguous is confirmed", _STATES, "return S.AMBIGUOUS\n", "return S.CONFIRMED\n"),
    # which record it is
    Mutant("a record stands for two", _MATCHING, "if record.protime_id not in claimed]", "]"),
    Mutant("the newest of equal ones", _MATCHING, "return candidates[0]", "return candidates[-1]"),
    Mutant("by the order of the list", _MATCHING, "found.sort(key=lambda record: record.protime_id)", "pass"),
    Mutant("the worst candidate", _MATCHING, "best = max((grade", "best = min((grade"),
    Mutant(
        "doubtful is certain",
        _MATCHING,
        "if best is _Likeness.SAME or (",
        "if best is _Likeness.DOUBTFUL or best is _Likeness.SAME or (",
    ),
    Mutant(
        "doubtful is nothing",
        _MATCHING,
        "if best is _Likeness.OTHER:",
        "if best in (_Likeness.OTHER, _Likeness.DOUBTFUL):",
    ),
    Mutant(
        "several that differ are one",
        _MATCHING,
        "best is _Likeness.LIKELY and _all_alike(candidates)",
        "best is _Likeness.LIKELY",
    ),
    Mutant("likely is never certain", _MATCHING, "(best is _Likeness.LIKELY and _all_alike(candidates))", "False"),
    Mutant("equal ones differ by id", _MATCHING, "replace(record, protime_id=0)", "record"),
    Mutant(
        "the minute as it is written",
        _MATCHING,
        "is_as_sent = shown.moment_in_minutes == moment",
        "is_as_sent = shown == sent.wall_time",
    ),
    Mutant(
        "a minute more",
        _MATCHING,
        "is_as_sent = shown.moment_in_minutes == moment",
        "is_as_sent = abs(shown.moment_in_minutes - moment) <= 1",
    ),
    Mutant(
        "the original does not count", _MATCHING, "(original is None or original.moment_in_minutes != moment)", "True"
    ),
    Mutant("any edited one", _MATCHING, "original.moment_in_minutes != moment", "False"),
    Mutant("any terminal", _MATCHING, "record.terminal_code not in (None, sent.terminal_code)", "False"),
    Mutant(
        "a hidden code is another's", _MATCHING, "not in (None, sent.terminal_code)", "not in (sent.terminal_code,)"
    ),
    Mutant(
        "one objection is enough",
        _MATCHING,
        "_Likeness.DOUBTFUL if len(objections) == 1 else _Likeness.OTHER",
        "_Likeness.OTHER",
    ),
    Mutant("two objections are not enough", _MATCHING, "if len(objections) == 1 else", "if len(objections) <= 2 else"),
    Mutant("all is shown", _MATCHING, "if is_as_sent and is_whole else", "if is_as_sent else"),
    Mutant("edited is as sent", _MATCHING, "if is_as_sent and is_whole else", "if is_whole else"),
    Mutant(
        "the terminal is not looked at",
        _MATCHING,
        "if record.has_terminal != (sent.terminal_code is not None):",
        "if False:",
    ),
    Mutant("generated is not looked at", _MATCHING, "if record.is_generated:", "if False:"),
    Mutant("the kind is not looked at", _MATCHING, "if record.kind != sent.kind:", "if False:"),
    Mutant("another kind of any terminal", _MATCHING, "if record.terminal_code is None:", "if False:"),
    Mutant("the reason is not looked at", _MATCHING, "if _differ(sent.reason_id, record.reason_id):", "if False:"),
    Mutant(
        "the activities are not looked at",
        _MATCHING,
        "if _differ(sent.activity_ids or None, record.activity_ids or None):",
        "if False:",
    ),
    Mutant(
        "what is not shown differs",
        _MATCHING,
        "sent is not None and shown is not None and sent != shown",
        "sent != shown",
    ),
    # whose turn it is
    Mutant("two of one person at once", _SCHEDULE, "if person_id in self._busy or self", "if self"),
    Mutant("pauses are not kept", _SCHEDULE, "self._not_before.get(person_id, 0.0) > now:", "False:"),
    Mutant(
        "no hold-back",
        _SCHEDULE,
        "return hold_back_left(head.clocking.moment, moment, self._pace.hold_back_seconds)",
        "return 0.0",
    ),
    Mutant("no settling", _SCHEDULE, "+ self.settle_seconds - now", "- now"),
    Mutant(
        "settling since the start", _SCHEDULE, "self._in_doubt_since.get(head.sequence, self._began)", "self._began"
    ),
    Mutant(
        "settled long ago after a restart",
        _SCHEDULE,
        "self._in_doubt_since.get(head.sequence, self._began)",
        "self._in_doubt_since.get(head.sequence, 0.0)",
    ),
    Mutant("the doubt is forgotten", _SCHEDULE, "self._in_doubt_since[head.sequence] = now", "pass"),
    Mutant(
        "unknown is sent", _SCHEDULE, "Deed.LOOK_UP if head.state is DeliveryState.UNKNOWN else Deed.SEND", "Deed.SEND"
    ),
    Mutant(
        "an answered one keeps its place",
        _SCHEDULE,
        "len(self._busy) - len(self._answered) < places",
        "len(self._busy) < places",
    ),
    Mutant("one place more", _SCHEDULE, "len(self._answered) < places", "len(self._answered) <= places"),
    Mutant(
        "nobody waits for a pause of all",
        _SCHEDULE,
        "if pause_seconds > 0:\n            return 0",
        "if pause_seconds > 1e9:\n            return 0",
    ),
    Mutant(
        "all try while Protime is away",
        _SCHEDULE,
        "return self._pace.parallel * WAVES if is_up else 1",
        "return self._pace.parallel * WAVES",
    ),
    Mutant("what was read before counts", _SCHEDULE, "if person_of(head) not in self._busy_at_look)", ")"),
    Mutant(
        "who waits hides others",
        _SCHEDULE,
        "HEADS_AT_A_TIME + len(self._not_before) + len(self._busy)",
        "HEADS_AT_A_TIME",
    ),
    Mutant("postponed does not pause", _SCHEDULE, "                self.failed(head, now)\n", "                pass\n"),
    Mutant("failures are never forgotten", _SCHEDULE, "self._failures.pop(person_id, None)", "pass"),
    Mutant("every failure is the first", _SCHEDULE, "self._failures.get(person_id, 0) + 1", "1"),
    Mutant(
        "the next one is forgotten",
        _SCHEDULE,
        "self._heads.append(following)",
        "pass",
    ),
    Mutant("busy for ever", _SCHEDULE, "self._busy.discard(person_of(head))", "pass"),
    Mutant("answered for ever", _SCHEDULE, "self._answered.discard(person_of(head))", "pass"),
    Mutant("no nap", _SCHEDULE, "max(_SHORTEST_NAP_SECONDS, min(", "max(0.0, min("),
    Mutant(
        "a nap through the pauses",
        _SCHEDULE,
        "times = [at - now for at in self._not_before.values() if at > now]",
        "times = []",
    ),
    Mutant("another boot's clock", _SCHEDULE, "if read_at.boot_id != now.boot_id:", "if False:"),
    Mutant(
        "held back for ever",
        _SCHEDULE,
        "max(hold_back_seconds - age_seconds, 0.0), hold_back_seconds)",
        "hold_back_seconds, hold_back_seconds)",
    ),
    Mutant(
        "longer than the hold-back",
        _SCHEDULE,
        "min(max(hold_back_seconds - age_seconds, 0.0), hold_back_seconds)",
        "max(hold_back_seconds - age_seconds, 0.0)",
    ),
    # how long
    Mutant("no time of a proxy", _SETTLING, "request_seconds + proxy_seconds +", "request_seconds +"),
    Mutant("no time of a request", _SETTLING, "request_seconds + proxy_seconds +", "proxy_seconds +"),
    Mutant("no lag", _SETTLING, "+ LAG_SAFETY * lag_seconds", ""),
    Mutant("no safety", _SETTLING, "LAG_SAFETY = 2.0", "LAG_SAFETY = 0.5"),
    Mutant("the shorter one", _SETTLING, "return max(", "return min("),
    Mutant("no random", _BACKOFF, "return bound * random()", "return bound"),
    Mutant(
        "no bound",
        _BACKOFF,
        "min(longest_seconds, FIRST_BOUND_SECONDS * 2**doublings)",
        "FIRST_BOUND_SECONDS * 2**doublings",
    ),
    # what an answer means
    Mutant(
        "an interruption is surely not stored",
        _OUTCOMES,
        "return Sent(InDoubt(str(error), error.retry_after), error.reach",
        "return Sent(Postponed(str(error), error.retry_after), error.reach",
    ),
    Mutant(
        "5xx is surely not stored",
        _OUTCOMES,
        "        case _:\n            return InDoubt(text, wait)",
        "        case _:\n            return Postponed(text, wait)",
    ),
    Mutant("409 is a refusal", _OUTCOMES, "case 408 | 409:", "case 408:"),
    Mutant(
        "201 without an id is refused",
        _OUTCOMES,
        'else InDoubt("Protime answered 201',
        'else Refused("Protime answered 201',
    ),
    Mutant(
        "429 is a refusal",
        _OUTCOMES,
        "return Postponed(text, wait), Reach.LIMITED",
        "return Refused(text), Reach.LIMITED",
    ),
)
