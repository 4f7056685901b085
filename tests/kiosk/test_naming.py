"""How much of a person an answer tells those who stand around."""

from pathlib import Path

import pytest

from terminal_app.kiosk.guest import Naming
from terminal_app.settings_choices import NameForm
from tests.kiosk.scenes import screen_text, text_of
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, UNKNOWN


@pytest.mark.parametrize(
    ("form", "shown"), [(NameForm.NAME, "Anna Peeters"), (NameForm.INITIALS, "A.P."), (NameForm.NOTHING, "")]
)
async def test_as_much_of_the_name_as_the_setting_says(folder: Path, form: NameForm, shown: str) -> None:
    async with session(folder, naming=Naming(form)) as at:
        at.reader.hold(ANNA)
        await at.sees("geregistreerd om 08:02")
        assert text_of(at.app, "name") == shown
        await at.pilot.press("f4")
        await at.sees("Kies een reden")
        assert ("Anna" in screen_text(at.app)) is (form is NameForm.NAME)


@pytest.mark.parametrize(("digits", "shown"), [(4, "...BEEF"), (0, "..."), (9, "...0DEADBEEF"), (100, UNKNOWN)])
async def test_as_much_of_an_unknown_badge_as_the_setting_says(folder: Path, digits: int, shown: str) -> None:
    async with session(folder, naming=Naming(badge_digits=digits)) as at:
        at.reader.hold(UNKNOWN)
        await at.sees("Badge onbekend", shown)
        assert text_of(at.app, "name") == shown
