"""The wizard under Pilot, the prompts on a terminal, and the reader that is heard."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drivers.badge_number import BadgeNumberForm
from drivers.rehearsal import VirtualReader
from terminal_app.cli.setup.finding_reader import candidates, hear
from terminal_app.cli.setup.plain import KEEP, ask_for_reader, reader_of
from terminal_app.cli.setup.questions import QUESTIONS, Step, answers_of, questions_of
from terminal_app.cli.setup.wizard import Wizard

CARD = bytes.fromhex("0600D507D0")
SOME = questions_of((Step.SETTINGS, Step.SECRET))


def wizard(known: dict[str, str] | None = None, *, asks_reader: bool = False) -> Wizard:
    return Wizard(SOME, known or {}, asks_reader=asks_reader)


async def test_a_wrong_answer_stays_on_its_page_and_a_right_one_goes_on() -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"acme.eu", "enter")
        assert "first word" in str(app.query_one("#fault").render())
        await pilot.press("ctrl+u", *"acme", "enter")
        assert "2 of 10" in str(app.query_one("#progress").render())
        await pilot.press("down", "enter", "escape", "escape")
        assert "1 of 10" in str(app.query_one("#progress").render())
        assert app.said == {"tenant": "acme", "environment": "sandbox"}


async def test_all_answers_are_given_at_the_end() -> None:
    app = wizard({"secret": KEEP, "terminal_name": "Gate"})
    async with app.run_test(size=(80, 24)) as pilot:
        for answer in ("acme", "", "client", "", "", "CODE", "", "", "", ""):
            await pilot.press(*answer, "enter")
    assert app.return_value is True
    given = answers_of(app.said)
    assert (given.tenant, given.environment, given.terminal_name, given.terminal_code) == (
        "acme",
        "production",
        "Gate",
        "CODE",
    )
    assert given.languages == ("nl", "fr", "de", "en")
    assert given.secret is None  # as it is
    assert given.company is None


async def test_who_leaves_changes_nothing() -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
    assert app.return_value is False


async def test_a_secret_is_not_shown() -> None:
    app = Wizard(questions_of((Step.SECRET,)), {}, asks_reader=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"hush")
        assert "hush" not in app.export_screenshot()
        await pilot.press("enter", "enter")
    assert app.said["secret"] == "hush"


async def test_the_reader_is_the_one_that_hears_the_badge(tmp_path: Path) -> None:
    with VirtualReader("rdm6300", link=tmp_path / "door") as reader, VirtualReader("line", link=tmp_path / "other"):
        listening = asyncio.create_task(hear([str(tmp_path / "other"), str(tmp_path / "door")], 30))
        heard = None
        while heard is None:
            reader.hold(CARD)
            done, _ = await asyncio.wait({listening}, timeout=0.1)
            heard = listening.result() if done else None
        assert (heard.port, heard.driver) == (str(tmp_path / "door"), "rdm6300")
        forms = dict(heard.numbers)
        assert forms["decimal"] == "0013961168"
        chosen = reader_of(heard, "decimal")
        assert (chosen.driver, chosen.badge_number, chosen.baud) == ("rdm6300", "decimal", None)


async def test_the_wizard_offers_what_the_badge_could_mean(tmp_path: Path) -> None:
    with VirtualReader("rdm6300", link=tmp_path / "door") as reader:
        app = Wizard((), {}, asks_reader=True, ports=lambda: [reader.port])
        async with app.run_test(size=(80, 24)) as pilot:
            while "Heard on" not in str(app.query_one("#help").render()):
                reader.hold(CARD)
                await pilot.pause(0.1)
            await pilot.press("down", "enter")
    assert app.return_value is True
    assert app.reader is not None
    forms = [number.value for number in BadgeNumberForm]
    assert (app.reader.port, app.reader.badge_number) == (reader.port, forms[1])


async def test_the_wizard_goes_on_without_a_reader() -> None:
    app = Wizard((), {}, asks_reader=True, ports=list)
    async with app.run_test(size=(80, 24)) as pilot:
        while "Nothing is plugged in" not in str(app.query_one("#fault").render()):
            await pilot.pause(0.1)
        await pilot.press("enter")
    assert (app.return_value, app.reader) == (True, None)


def test_the_prompts_find_the_reader_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter(["1"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(said))
    with VirtualReader("line", link=tmp_path / "scanner") as reader:
        is_found = threading.Event()

        def hold() -> None:
            while not is_found.wait(0.3):
                reader.write(b"PERS-0042\r\n")

        holding = threading.Thread(target=hold)
        holding.start()
        found = ask_for_reader(lambda: [reader.port])
        is_found.set()
        holding.join()
    assert found is not None
    assert (found.driver, found.port) == ("line", reader.port)


def test_who_wants_to_listen_no_more_keeps_the_readers_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _prompt: "no")
    assert ask_for_reader(list) is None


async def test_a_port_that_cannot_be_opened_is_told_and_nothing_heard(tmp_path: Path) -> None:
    told: list[str] = []
    assert await hear([str(tmp_path / "none")], 5, told.append) is None
    assert len(told) == 1
    assert await hear([], 5) is None


def test_ports_have_the_name_that_stays(tmp_path: Path) -> None:
    (tmp_path / "serial/by-id").mkdir(parents=True)
    for name in ("ttyUSB0", "ttyACM3", "ttyS0"):
        (tmp_path / name).touch()
    (tmp_path / "serial/by-id/usb-x").symlink_to(tmp_path / "ttyUSB0")
    assert candidates(tmp_path) == [str(tmp_path / "ttyACM3"), str(tmp_path / "serial/by-id/usb-x")]


def test_the_prompts_ask_again_until_an_answer_is_right(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    root = tmp_path / "root"
    with subprocess.Popen(
        [sys.executable, "-m", "terminal_app", "setup", "--plain", "--root", str(root), "--only", "settings"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        os.close(theirs)
        os.write(ours, b"a.b\nacme\n\nclient\n\n\n\n\nnl, en\n")
        assert program.stdout is not None
        said = program.stdout.read()
        assert program.wait(60) == 0
    os.close(ours)
    assert "Only the first word" in said
    text = (root / "etc/clocking-terminal/terminal.toml").read_text(encoding="utf-8")
    assert 'tenant = "acme"' in text
    assert 'languages = ["nl", "en"]' in text


def test_what_is_offered_is_a_right_answer() -> None:
    for one in QUESTIONS:
        offered = [*one.choices, *([one.default] if one.default else [])]
        assert [one.fault(answer) for answer in offered] == [None] * len(offered)
