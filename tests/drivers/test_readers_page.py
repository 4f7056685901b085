"""docs/readers.md says what the code does, and its settings examples are valid."""

import re
from pathlib import Path

import pytest

from drivers.names import BUILT_IN
from terminal_app.settings_file import load_settings
from tests.drivers.readers_page import CHECKED, PAGE, TABLE, TABLES, page_of
from tests.settings.files import LEAST, written

TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def test_the_tables_are_as_the_code_says() -> None:
    assert page_of(TEXT) == TEXT, "write them anew: python -m tests.drivers.readers_page"
    assert {name for _, name, _ in TABLE.findall(TEXT)} == set(TABLES)
    assert set(CHECKED) == set(BUILT_IN)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_loaded(tmp_path: Path, example: str) -> None:
    settings = load_settings(written(tmp_path, LEAST + example))
    assert settings.reader


def test_the_places_that_are_named_are_there() -> None:
    headings = {
        re.sub(r"[^a-z -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    for target in re.findall(r"\]\(#([a-z-]+)\)", TEXT):
        assert target in headings
    for target in re.findall(r"\]\((\.\./[^)#]+)\)", TEXT):
        assert (PAGE.parent / target).exists()
