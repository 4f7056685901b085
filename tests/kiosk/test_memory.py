"""What the terminal remembers of people: never more than it needs, and nothing breaks without it."""

from pathlib import Path

from terminal_app.kiosk.memory import FILE_NAME, Memory, erase_person, rows_of_person
from tests.kiosk.scenes import screen_text
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, LUC, UNKNOWN


def test_what_was_remembered_is_there_after_a_start(tmp_path: Path) -> None:
    first = Memory(tmp_path)
    first.remember_language(1, "fr")
    first.remember_language(1, "de")
    first.note_seen("mark", 1)
    first.close()
    second = Memory(tmp_path)
    assert second.language_of(1) == "de"
    assert second.language_of(2) is None
    assert second.has_seen("mark", 1)
    second.forget_messages(["other"])
    second.close()
    third = Memory(tmp_path)
    assert not third.has_seen("mark", 1)
    third.close()


def test_a_file_that_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    for bytes_ in (b"no database at all" * 100, b""):
        (tmp_path / FILE_NAME).write_bytes(bytes_)
        memory = Memory(tmp_path)
        memory.remember_language(1, "fr")
        memory.close()
        again = Memory(tmp_path)
        assert again.language_of(1) == "fr"
        again.close()


def test_without_a_folder_it_remembers_while_it_runs(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "none")
    memory.remember_language(1, "fr")
    assert memory.language_of(1) == "fr"
    memory.close()


def test_a_person_is_told_and_erased_to_the_bytes(tmp_path: Path) -> None:
    assert rows_of_person(tmp_path, 1) == {}
    erase_person(tmp_path, 1)
    memory = Memory(tmp_path)
    memory.remember_language(1, "xq")
    memory.note_seen("mark-of-one", 1)
    memory.remember_language(2, "fr")
    memory.close()
    assert rows_of_person(tmp_path, 1) == {
        "language": [{"person_id": 1, "language": "xq"}],
        "seen": [{"mark": "mark-of-one", "person_id": 1}],
    }
    erase_person(tmp_path, 1)
    assert rows_of_person(tmp_path, 1) == {"language": [], "seen": []}
    assert b"mark-of-one" not in (tmp_path / FILE_NAME).read_bytes()
    assert rows_of_person(tmp_path, 2)["language"]


async def test_a_person_chooses_a_language_and_is_spoken_to_in_it_ever_after(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA)
        await at.sees("geregistreerd om 08:02", "F10 Français")
        await at.pilot.press("f10")
        await at.sees("enregistré à 08:02", "Anna Peeters", "F10 Deutsch")
        await at.pilot.press("0")
        await at.sees("gebucht um 08:02")
        await at.pilot.press("f4")
        await at.sees("Grund wählen")
        await at.pilot.press("escape", "escape")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "enregistré à")
    async with session(folder, courier=False) as at:
        at.reader.hold(ANNA)
        await at.sees("gebucht um 08:02")


async def test_nobody_chooses_where_there_is_nothing_to_choose(folder: Path) -> None:
    async with session(folder, languages=("nl",)) as at:
        at.reader.hold(ANNA)
        await at.sees("geregistreerd om 08:02")
        await at.pilot.press("f10")
        at.reader.hold(UNKNOWN)
        await at.sees("Badge onbekend")
        await at.pilot.press("f10")
        assert "F10" not in screen_text(at.app)
        await at.pilot.press("escape", "f10")
        await at.sees("Houd uw badge")
