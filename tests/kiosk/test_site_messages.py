"""What a site tells on the screen: when, to whom, in which language; what is wrong with it is told and breaks nothing."""

import logging
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.kiosk.site_messages import LONGEST, MessageFile, SiteMessages, messages_of
from tests.kiosk.scenes import screen_text, until
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, LUC, MORNING, SetClock

NOON = datetime(2026, 7, 1, 12)  # noqa: DTZ001 # local, as in the file
FILE = """
[[message]]
text = "Fire drill at 11"
nl = "Brandoefening om 11 uur"
from = 2026-07-01
until = 2026-07-02

[[message]]
text = "Canteen closed"
from = 2026-07-01T11:30:00
until = 2026-07-01T12:00:00
groups = [1, 2]

[[message]]
text = "Please come to HR"
nl = "Kom langs bij HR"
badges = ["0600D507D0"]
"""


def told(text: str, groups: frozenset[int] = frozenset()) -> SiteMessages:
    messages, faults = messages_of(text)
    assert faults == []
    return SiteMessages(tuple(one for one in messages if not one.groups or one.groups & groups))


def test_a_message_has_its_period_language_and_terminals() -> None:
    messages = told(FILE)
    assert messages.for_everybody(NOON, "nl") == "Brandoefening om 11 uur"
    assert messages.for_everybody(NOON, "fr") == "Fire drill at 11"
    assert messages.for_everybody(NOON - timedelta(hours=12, seconds=1), "fr") == ""
    assert messages.for_everybody(NOON + timedelta(hours=35, minutes=59), "fr") == "Fire drill at 11"
    assert messages.for_everybody(NOON + timedelta(hours=36), "fr") == ""
    there = told(FILE, frozenset({2, 7}))
    both = {there.for_everybody(NOON - timedelta(minutes=10, seconds=seconds), "fr") for seconds in range(0, 60, 15)}
    assert both == {"Fire drill at 11", "Canteen closed"}
    assert [one.in_language("nl") for one in messages.for_badge(ANNA, NOON)] == ["Kom langs bij HR"]
    assert messages.for_badge(LUC, NOON) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[message]]", "message 1: has no text"),
        ('[[message]]\ntext = ""', "message 1: text must be a text"),
        (f'[[message]]\ntext = "{"x" * (LONGEST + 1)}"', f"message 1: text is longer than {LONGEST} characters"),
        ('[[message]]\ntext = "a"\nuntl = 1', "message 1: untl is unknown; known are text, a language such as nl"),
        ('[[message]]\ntext = "a"\nuntil = "soon"', "message 1: until must be a date or a local time"),
        ('[[message]]\ntext = "a"\nfrom = 2026-07-01T08:00:00Z', "message 1: from must be a date or a local time"),
        ('[[message]]\ntext = "a"\ngroups = ["1"]', "message 1: groups must be a list of whole numbers"),
        ('[[message]]\ntext = "a"\nbadges = [1]', "message 1: badges must be a list of badge numbers between"),
        ('message = "a"', "messages must be tables"),
        ("message = [1]", "message 1: must be a table"),
        ("[[message", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told(text: str, fault: str) -> None:
    messages, faults = messages_of(text)
    assert messages == []
    assert len(faults) == 1
    assert faults[0].startswith(fault)


@given(st.text() | st.text().map(lambda text: f"[[message]]\n{text}"))
def test_any_text_is_messages_or_told(text: str) -> None:
    messages_of(text)


def test_one_wrong_message_leaves_the_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "messages.toml"
    path.write_text(f"[[message]]\n{FILE}")
    file = MessageFile(path)
    with caplog.at_level(logging.WARNING):
        assert file.look().for_everybody(NOON, "fr") == "Fire drill at 11"
    assert "message 1: has no text" in caplog.text
    assert file.look() is file.look()


def test_the_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "messages.toml"
    file = MessageFile(path, always="Welcome")
    assert file.look().for_everybody(NOON, "fr") == "Welcome"
    was_there = file.is_there
    path.write_text('[[message]]\ntext = "a"\nbadges = ["1"]')
    assert len(file.look().messages) == 2
    assert (was_there, file.is_there) == (False, True)
    path.write_bytes(b"\xff")
    os.utime(path, ns=(1, 1))
    assert len(file.look().messages) == 1


@pytest.mark.parametrize("size", [(50, 15), (80, 24), (100, 30)])
async def test_the_idle_screen_tells_it(tmp_path: Path, folder: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "messages.toml"
    longest = "We wish you all a very good day and remind you of the fire drill at eleven hours"
    assert len(longest) == LONGEST
    path.write_text(f'[[message]]\ntext = "{longest}"')
    async with session(folder, messages=MessageFile(path), size=size, look_seconds=0.05) as at:
        await until(at.pilot, lambda app: "eleven" in screen_text(app))
        text = screen_text(at.app)
        assert ".." not in text
        assert " ".join(longest.split()[:5]) in text
        assert "08:02" in text or "█" in text
        path.unlink()
        await until(at.pilot, lambda app: "eleven" not in screen_text(app))


@pytest.mark.parametrize("size", [(50, 15), (80, 24)])
async def test_a_personal_message_is_told_once(tmp_path: Path, folder: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "messages.toml"
    path.write_text(FILE)
    clock = SetClock()
    async with session(folder, messages=MessageFile(path), size=size, clock=clock) as at:
        await at.sees("Fire drill at 11")  # it is the turn of French
        await until(at.pilot, lambda _: at.reception._display.messages is not None)
        at.reader.hold(LUC)
        await at.sees("Luc Dubois")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "Kom langs bij HR")
        assert ".." not in screen_text(at.app)
        await at.pilot.press("f10")
        await at.sees("Please come to HR")
    async with session(folder, messages=MessageFile(path), size=size, clock=clock, courier=False) as at:
        await until(at.pilot, lambda _: at.reception._display.messages is not None)
        at.reader.hold(ANNA, MORNING + timedelta(minutes=1))
        await at.sees("Anna Peeters")
        await until(at.pilot, lambda _: not at.reception._tasks)
        at.reader.hold(ANNA, MORNING + timedelta(minutes=2))
        await at.sees("08:04")
        assert "HR" not in screen_text(at.app)
