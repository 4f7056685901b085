"""What to do about a clocking whose minute may be wrong: correct it, wait, send it as it is, or ask somebody. Pure.

Only what was not sent is corrected: Protime's clockings can be neither changed nor deleted by us (reference, 9.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from terminal_app.clocking.anchors import FLOOR, Anchor, AnchorSource, Estimate, true_time
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.time_quality import TimeQuality, TimeState


class TimeSettled(StrEnum):
    """How the doubt about a time ended; the values are the ledger's."""

    CORRECTED = "corrected"
    """Set right before it was sent; the raw time is kept beside."""
    BOUNDED = "bounded"
    """Known to be near enough: Protime's clock agrees, or it lies between two known times."""
    ACCEPTED = "accepted"
    """Sent as it was, by setting."""
    ASKED = "asked"
    """Put before an operator; whatever they do with it is their decision."""
    TOO_LATE = "too-late"
    """Accepted and sent, and then it turned out to be another minute: an operator corrects it in Protime."""


class TimeRules(NamedTuple):
    """The settings, as far as they decide about a doubtful time."""

    wait: timedelta
    """How long it may become known."""
    sends_doubtful: bool
    """After that: sent as it is; else an operator decides."""
    largest_error: timedelta
    """What is known to be within this is not doubtful."""


class Evidence(NamedTuple):
    """What the ledger knows about the time of one clocking."""

    moment: Moment
    """As read."""
    quality: TimeQuality
    """At the recording."""
    anchors: Sequence[Anchor]
    """Of its boot."""
    before: Anchor | None = None
    """The latest anchor that was set before it in another boot, in the order of the ledger."""
    after: Anchor | None = None
    """The first one that was set after it in another boot."""


class Correct(NamedTuple):
    """It is known better."""

    estimate: Estimate


class Settle(NamedTuple):
    """It stays as it is."""

    how: TimeSettled
    because: str


@dataclass(frozen=True, slots=True)
class Wait:
    """It may still become known."""


Verdict = Correct | Settle | Wait


def waits_for_time(quality: TimeQuality | None, settled: TimeSettled | None) -> bool:
    """Whether a clocking must not be sent before its time is settled. None: nothing was noted of its time."""
    return quality is not None and quality.is_doubtful and settled is None


def judge(evidence: Evidence, now: Moment, *, waited: timedelta, rules: TimeRules) -> Verdict:
    """What becomes of a clocking that is not sent yet and whose time is not settled.

    `waited`: since it was recorded; or, of a former boot, since whoever asks began to look.
    """
    moment = evidence.moment
    has_waited = waited >= rules.wait
    estimate = true_time(moment.boottime_ns, evidence.anchors)
    if not evidence.quality.is_doubtful:
        # The guest was shown this minute as a good one: it stays unless it is surely wrong.
        is_wrong = estimate is not None and abs(estimate.instant - moment.instant) > estimate.error
        return Correct(estimate) if is_wrong and estimate is not None else Wait()
    error = _near_enough(evidence, estimate, now)
    if error is not None and error <= rules.largest_error:
        return Settle(TimeSettled.BOUNDED, f"its time is right to {in_seconds(error)}")
    if estimate is not None and (has_waited or estimate.error <= rules.largest_error):
        return Correct(estimate)
    return _given_up(evidence, rules) if has_waited else Wait()


def _near_enough(evidence: Evidence, estimate: Estimate | None, now: Moment) -> timedelta | None:
    """How far off the time as read can be, where that is known without a correction; else None."""
    instant = evidence.moment.instant
    if estimate is not None:
        # A server's seconds are cut off: it cannot set a clock right that it agrees with.
        distance = abs(estimate.instant - instant)
        agrees = estimate.source is AnchorSource.SERVER and distance <= estimate.error
        return distance + estimate.error if agrees else None
    before, after = evidence.before, evidence.after
    if evidence.moment.boot_id == now.boot_id or before is None or after is None:
        return None
    is_between = before.instant <= instant <= after.instant
    return max(instant - before.instant, after.instant - instant) if is_between else None


def _given_up(evidence: Evidence, rules: TimeRules) -> Settle:
    if wrong := _surely_wrong(evidence):
        return Settle(TimeSettled.ASKED, f"its time is wrong: {wrong}. Enter it in Protime by hand")
    if rules.sends_doubtful:
        return Settle(TimeSettled.ACCEPTED, "its time could not be verified")
    return Settle(TimeSettled.ASKED, "its time could not be verified. Compare it, and enter it in Protime by hand")


def _surely_wrong(evidence: Evidence) -> str | None:
    instant, before, after = evidence.moment.instant, evidence.before, evidence.after
    if instant < FLOOR:
        return "it lies before this program"
    if before is not None and instant < before.instant - before.error:
        return "it lies before a time that had passed"
    if after is not None and instant > after.instant + after.error:
        return "it lies after a time that had not come"
    return "the clock had been set while it ran" if evidence.quality.state is TimeState.JUMPED else None


def is_another_minute(sent: datetime, true: Estimate) -> bool:
    """Whether the true time lies surely in another minute than `sent`.

    Minutes are the same in all zones: none is off by seconds since 1972.
    """
    minute = sent.replace(second=0, microsecond=0)
    return not minute - true.error <= true.instant < minute + timedelta(minutes=1) + true.error


def in_seconds(error: timedelta) -> str:
    """An error in words, rounded up to a tenth of a second."""
    return f"{-(-error // timedelta(milliseconds=100)) / 10:g} s"
