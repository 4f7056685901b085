import logging
from datetime import timedelta

import pytest

from terminal_app.courier.link_report import LinkReport
from terminal_app.protime.errors import Reach
from terminal_app.roster.link import LinkState


class Hands:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def report(hands: Hands) -> LinkReport:
    return LinkReport(60, lambda: 1.0, hands)


def state(report: LinkReport) -> LinkState | None:
    return report.link.state if report.link else None


def test_before_the_first_call_nothing_is_known_and_nothing_waits(report: LinkReport) -> None:
    assert (report.link, report.is_up, report.pause_seconds(), report.changed) == (None, True, 0.0, False)


@pytest.mark.parametrize(
    ("reach", "shown"),
    [
        (Reach.UNREACHABLE, LinkState.DOWN),
        (Reach.LIMITED, LinkState.LIMITED),
        (Reach.TOKEN_REFUSED, LinkState.REFUSED),
        (Reach.NOT_ALLOWED, LinkState.REFUSED),
    ],
)
def test_a_failure_shows_and_pauses_everybody_until_a_success(
    report: LinkReport, reach: Reach, shown: LinkState
) -> None:
    report.delivered(reach, "why")
    assert (state(report), report.is_up, report.pause_seconds()) == (shown, False, 1.0)
    report.delivered(reach, "why")
    assert report.pause_seconds() == 2.0
    report.delivered(Reach.REACHED, "")
    assert (state(report), report.is_up, report.pause_seconds()) == (LinkState.UP, True, 0.0)


def test_only_a_change_is_one(report: LinkReport) -> None:
    for reach, changed in (
        (Reach.REACHED, True),
        (Reach.REACHED, False),
        (Reach.UNREACHABLE, True),
        (Reach.UNREACHABLE, False),
        (Reach.REACHED, True),
    ):
        report.changed = False
        report.delivered(reach, "why")
        assert report.changed is changed


def test_the_wait_that_the_server_asks_for_counts(report: LinkReport, hands: Hands) -> None:
    report.delivered(Reach.LIMITED, "why", timedelta(seconds=30))
    assert report.pause_seconds() == 30.0
    hands.seconds += 29
    assert report.pause_seconds() == 1.0
    hands.seconds += 2
    assert report.pause_seconds() == 0.0


def test_a_call_that_was_under_way_does_not_undo_the_servers_wish(report: LinkReport, hands: Hands) -> None:
    report.delivered(Reach.LIMITED, "why", timedelta(seconds=30))
    report.delivered(Reach.REACHED, "")
    report.read(Reach.REACHED, "")
    assert (state(report), report.pause_seconds()) == (LinkState.LIMITED, 30.0)
    hands.seconds += 30
    report.read(Reach.REACHED, "")
    assert (state(report), report.pause_seconds()) == (LinkState.UP, 0.0)


def test_a_wish_that_came_to_any_call_shows_and_pauses_everybody(
    report: LinkReport, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    report.delivered(Reach.REACHED, "")
    report.asked_to_wait(timedelta(seconds=30))
    report.delivered(Reach.LIMITED, "the same answer, as its caller tells it", timedelta(seconds=30))
    report.read(Reach.REACHED, "")
    assert (state(report), report.pause_seconds(), report.changed) == (LinkState.LIMITED, 30.0, True)
    hands.seconds += 30
    report.read(Reach.REACHED, "")
    assert (state(report), report.pause_seconds()) == (LinkState.UP, 0.0)
    assert [message.split()[0] for message in caplog.messages] == ["link-limited", "link-up"]


def test_a_list_that_can_be_read_does_not_hide_that_clockings_may_not_be_sent(report: LinkReport) -> None:
    report.delivered(Reach.NOT_ALLOWED, "no clockings.write")
    report.read(Reach.REACHED, "")
    assert state(report) is LinkState.REFUSED
    report.delivered(Reach.REACHED, "")
    report.read(Reach.NOT_ALLOWED, "no people.read")
    assert state(report) is LinkState.UP


def test_the_first_failure_is_a_warning_and_the_end_one_line(
    report: LinkReport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(3):
        report.delivered(Reach.UNREACHABLE, "why")
    report.delivered(Reach.REACHED, "")
    report.delivered(Reach.REACHED, "")
    assert [record.levelname for record in caplog.records] == ["WARNING", "DEBUG", "DEBUG", "INFO"]
    assert "failures=3" in caplog.messages[-1]
