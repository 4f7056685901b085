"""Text of people, badges, the server and the settings is shown as it is, and never obeyed."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.widgets.plain import Lines, fitted, wrapped
from tests.kiosk.scenes import screen_text, until
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, Roll, activity, reason, write_roster

MARK = "\N{REPLACEMENT CHARACTER}"
SHOWN = {
    "[red]X[/]": "[red]X[/]",
    "[@click=app.quit]x[/]": "[@click=app.quit]x[/]",
    "[/oops] $x {y} %s": "[/oops] $x {y} %s",
    "a\x1b[31mred\x1b[2J": f"a{MARK}[31mred{MARK}[2J",
    "a\x1b]0;title\x07b": f"a{MARK}]0;title{MARK}b",
    "a\x9b31mb\x85c": f"a{MARK}31mb c",
    "Jan\u202eecila\u2066x": f"Jan{MARK}ecila{MARK}x",
    "zero\u200bwidth\u200d\ufeff": f"zero{MARK}width{MARK}{MARK}",
    "two\nlines": "two lines",
    "two\u2028lines\u2029more\xa0words": "two lines more words",
    "山田太郎": "山田太郎",
    "Zoë Ångström": "Zoë Ångström",
    "\ue000\U000e0041x": f"{MARK}{MARK}x",
}
"""Each text, and how it stands on the screen."""
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
# All that the app itself may send: a colour, a place, a mode.
OWN_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def sent(app: KioskApp) -> str:
    """All that a terminal would get for the whole screen."""
    update = app.screen._compositor.render_full_update()
    return update.render_segments(app.console)


def assert_harmless(app: KioskApp) -> None:
    text = OWN_SEQUENCE.sub("", sent(app)).replace("\n", "")
    assert {unicodedata.category(one) for one in text}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    lines = screen_text(app).split("\n")
    assert [cell_len(line) for line in lines] == [app.size.width] * app.size.height


@pytest.mark.parametrize("text", SHOWN, ids=lambda text: ascii(text)[:20])
async def test_a_name_is_shown_literally_wherever_it_stands(tmp_path: Path, text: str) -> None:
    roll = Roll(
        people=[(1, text, "", ANNA, "nl", None, None)],
        reasons=[reason(1, text)],
        activities=[activity("a", 1, text), activity("b", 2, text, "a")],
    )
    write_roster(tmp_path, roll)
    async with session(tmp_path, site=text) as at:
        await at.sees(SHOWN[text])
        assert_harmless(at.app)
        at.reader.hold(ANNA)
        await at.sees(SHOWN[text], "geregistreerd om")
        assert_harmless(at.app)
        await at.pilot.press("f2")
        await at.sees(SHOWN[text], "Kies een activiteit")
        assert_harmless(at.app)
        await at.pilot.press("1")
        await until(at.pilot, lambda app: "Kies" not in screen_text(app))
        await at.sees(SHOWN[text])
        assert_harmless(at.app)
        await at.pilot.press("1")
        await at.sees(SHOWN[text], "08:02")
        assert_harmless(at.app)
        assert at.app.is_running


@pytest.mark.parametrize("size", [(50, 15), (100, 30)])
@pytest.mark.parametrize("text", ["x" * 5000, "山" * 500, "e\u0301\u0323" * 400, "word " * 500, "😀👩‍🚀" * 200])
async def test_an_endless_name_breaks_no_screen(tmp_path: Path, text: str, size: tuple[int, int]) -> None:
    people = [(1, text, text, ANNA, "nl", None, None)]
    write_roster(tmp_path, Roll(people=people, reasons=[reason(1, text)]))  # type: ignore[arg-type]
    async with session(tmp_path, site=text, size=size) as at:
        assert_harmless(at.app)
        at.reader.hold(ANNA)
        await at.sees("geregistreerd om 08:02", "F8")
        assert_harmless(at.app)
        await at.pilot.press("f4")
        await at.sees("terug")
        assert_harmless(at.app)


@given(TEXTS, st.integers(0, 60))
@example("山山山", 4)
@example("山", 1)
def test_a_cut_text_fits_and_says_that_it_is_cut(text: str, cells: int) -> None:
    cut = fitted(text, cells)
    assert cut.rstrip() == text.rstrip() or cut.endswith("..")
    assert cell_len(cut.rstrip()) <= max(cells, 2)


@given(TEXTS, st.integers(1, 60), st.integers(1, 4))
def test_wrapping_loses_no_word(text: str, cells: int, lines: int) -> None:
    broken = wrapped(text, cells, lines)
    assert len(broken) <= lines
    assert " ".join(broken).split() == text.split()


@given(st.text(max_size=60))
@example("[red]X[/]")
@example("\x1b[31m\x9b\u202e\n")
def test_whatever_is_shown_is_text(text: str) -> None:
    lines = Lines(id="any")
    lines.show(text)
    (shown,) = lines._lines
    assert {unicodedata.category(one) for one in shown}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
