"""The languages' catalogues: complete, with the same placeholders, in their dates' own form; one more is one file."""

import subprocess
import sys
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.dates import format_skeleton, get_day_names, get_month_names
from babel.messages import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.kiosk import wording as wordings
from terminal_app.kiosk.catalogue import (
    OURS,
    BadCatalogue,
    Catalogue,
    Counted,
    languages_in,
    load_catalogue,
    read_catalogue,
)
from terminal_app.kiosk.wording import add_catalogues, faults_of, messages, translated, wording_in
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA

FILES = languages_in(OURS)
LOCALES = {"en": "en_GB"}
"""Where a language's own form is not the one of its CLDR root."""
POLISH = """
msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgctxt "hold_badge"
msgid "Hold your badge to the reader"
msgstr "Zbliż identyfikator do czytnika"

msgctxt "recorded_at"
msgid "recorded at {time}"
msgstr "zapisano o {time}"

msgctxt "waiting"
msgid "{count} to send {age}"
msgid_plural "{count} to send {age}"
msgstr[0] "{count} rejestracja {age}"
msgstr[1] "{count} rejestracje {age}"
msgstr[2] "{count} rejestracji {age}"
"""


def as_babel_reads(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def test_the_four_languages_are_there() -> None:
    assert {"nl", "fr", "de", "en"} <= FILES.keys()


@pytest.mark.parametrize("language", FILES)
def test_no_text_is_missing(language: str) -> None:
    catalogue = load_catalogue(FILES[language])
    wanted = {(context, text if isinstance(text, str) else text.forms[0]) for context, text in messages()}
    assert catalogue.texts.keys() == wanted, "run `./run catalogues`, and translate what is empty"
    for forms in catalogue.texts.values():
        assert all(form.strip() == form != "" for form in forms)


@pytest.mark.parametrize("language", FILES)
def test_every_text_has_the_placeholders_of_the_english_one(language: str) -> None:
    assert faults_of(load_catalogue(FILES[language])) == []


@pytest.mark.parametrize(
    "text", ["um {zeit}", "um", "um {time} {time2}", "um {time", "um {}", "um {0}"], ids=lambda text: text
)
def test_a_placeholder_that_the_program_does_not_fill_is_told(text: str) -> None:
    assert faults_of(Catalogue({("recorded_at", "recorded at {time}"): (text,)})) == [
        "recorded_at must have {time}, as in English"
    ]


@pytest.mark.parametrize("language", FILES)
def test_our_reader_reads_what_babel_reads(language: str) -> None:
    ours, theirs = load_catalogue(FILES[language]), as_babel_reads(FILES[language])
    assert ours.texts == {
        (message.context or "", message.id if isinstance(message.id, str) else message.id[0]): (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in theirs
        if message.id
    }


@pytest.mark.parametrize("language", FILES)
def test_dates_have_the_form_of_the_language(language: str) -> None:
    wording, locale = wording_in(language), LOCALES.get(language, language)
    days, months = get_day_names("wide", locale=locale), get_month_names("wide", locale=locale)
    assert wording.weekdays == tuple(days[number] for number in range(7))
    assert wording.months == tuple(months[number] for number in range(1, 13))
    for ahead in range(366):
        day = date(2028, 1, 1) + timedelta(days=ahead)
        expected = format_skeleton("MMMMEEEEd", day, locale=locale)
        if language == "fr" and day.day == 1:
            expected = expected.replace(" 1 ", " 1er ")  # which CLDR has not
        assert wording.day(day) == expected.replace(", ", " ") if language == "en" else expected


def test_there_is_a_form_for_every_count() -> None:
    polish = translated(read_catalogue(POLISH)).waiting
    assert [polish.of(count).split()[1] for count in (1, 2, 5, 12, 22)] == [
        "rejestracja", "rejestracje", "rejestracji", "rejestracji", "rejestracje",
    ]  # fmt: skip
    assert wording_in("fr").waiting.form_of(0) == 0
    assert wording_in("nl").waiting.form_of(0) == 1


@pytest.fixture
def with_polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordings, "_folders", [OURS])
    monkeypatch.setattr(wordings, "_cache", {})
    folder = tmp_path / "locales"
    folder.mkdir()
    (folder / "pl.po").write_text(POLISH, encoding="utf-8")
    (folder / "nl.po").write_text(
        'msgctxt "hold_badge"\nmsgid "Hold your badge to the reader"\nmsgstr "Badge aub"\n', encoding="utf-8"
    )
    add_catalogues(folder)


@pytest.mark.usefixtures("with_polish")
async def test_a_fifth_language_is_one_file(folder: Path) -> None:
    async with session(folder, languages=("pl",)) as at:
        await at.sees("Zbliż identyfikator do czytnika")
        at.reader.hold(ANNA)  # who speaks Dutch
        await at.sees("geregistreerd om 08:02", "1 rejestracja")


@pytest.mark.usefixtures("with_polish")
def test_a_site_says_some_things_its_own_way() -> None:
    assert wording_in("nl").hold_badge == "Badge aub"
    assert wording_in("nl").undo == "Ongedaan maken"
    assert wording_in("pl").undo == "Undo"


def test_another_language_is_spoken_to_in_english() -> None:
    assert wording_in("xx") is wording_in("en")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('msgid "a"\nmsgstr a', "line 2 has no text between quotation marks"),
        ('"a"', "line 1 goes on with a text that has not begun"),
        ('\nmsgtxt "a"', "line 2 begins with none of"),
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=1; plural=rm -rf;"', "Plural-Forms is not a rule of gettext"),
    ],
)
def test_a_file_that_is_none_says_where(text: str, what: str) -> None:
    with pytest.raises(BadCatalogue, match=what):
        read_catalogue(text)


def test_what_a_program_guessed_and_what_is_gone_do_not_count() -> None:
    text = '#, fuzzy\nmsgid ""\nmsgstr ""\n\n#, fuzzy\nmsgid ""\n"a"\nmsgstr "b"\n\n#~ msgid "c"\n#~ msgstr "d"\n'
    assert read_catalogue(text + '\nmsgid "e"\nmsgstr ""\n"f\\"\\\\\\n"').texts == {("", "e"): ('f"\\\n',)}


LINES = ["msgid", "msgctxt", "msgstr", "msgstr[0]", "msgstr[x]", "msgid_plural", "#", "#,", "#~", "fuzzy", '"a', '"', "\\",
         '""', '"a"', '"\\n"', "Plural-Forms: plural=n;", " ", "\n", "\r"]  # fmt: skip


@given(st.text() | st.lists(st.sampled_from(LINES)).map(" ".join) | st.lists(st.sampled_from(LINES)).map("".join))
def test_any_text_is_a_catalogue_or_told(text: str) -> None:
    with suppress(BadCatalogue):
        faults_of(read_catalogue(text))


@pytest.mark.parametrize("rule", ["n / 0", "n % (n - n)", "0 - n"])
def test_a_rule_that_would_fail_later_is_told_at_once(rule: str) -> None:
    text = f'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural={rule};"\n'
    try:
        faults = faults_of(read_catalogue(text))
    except BadCatalogue as error:
        faults = [str(error)]
    assert "Plural-Forms" in faults[0]


def test_making_room_changes_nothing_that_is_complete(tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in FILES.values()}
    subprocess.run([sys.executable, "-m", "tests.kiosk.catalogues"], check=True, timeout=60)
    assert {path: path.read_bytes() for path in FILES.values()} == before


def test_english_is_its_own_translation() -> None:
    catalogue = load_catalogue(FILES["en"])
    for context, text in messages():
        if isinstance(text, Counted):
            assert catalogue.counted(context, text).forms == text.forms
        else:
            assert catalogue.text(context, text) == text
