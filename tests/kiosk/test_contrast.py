"""Every text stands out from its ground, 7:1 at least, and nothing is told by colour only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet

from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.contrast import contrast as contrast_of
from terminal_app.kiosk.palettes import LEAST_OF_SITE, SiteColours, palette_of
from terminal_app.settings_choices import ThemeName
from tests.kiosk.scenes import OPTIONS, SCENES, screen_text
from tests.kiosk.session import session
from tests.kiosk.terminal import write_roster

LEAST = 7.0
THEMES = (ThemeName.DARK, ThemeName.LIGHT, ThemeName.HIGH_CONTRAST)
BLACK = ColorTriplet(0, 0, 0)
CONSOLE = [
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
    (255, 255, 255),
]  # fmt: skip
"""The colours of the Linux console (drivers/tty/vt/vt.c, default_red and so on)."""


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: ColorTriplet) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pairs(app: KioskApp) -> Iterator[tuple[str, ColorTriplet, ColorTriplet]]:
    """Each text that stands on the screen, its colour and its ground's; separators are no text."""
    for strip in app.screen._compositor.render_strips(app.size):
        for segment in strip:
            if segment.text.strip(" │"):
                assert segment.style is not None
                front, back = segment.style.color, segment.style.bgcolor
                assert front is not None
                assert back is not None
                assert not segment.style.dim
                yield segment.text, front.get_truecolor(), back.get_truecolor()


def on_the_console(colour: ColorTriplet, *, ground: bool) -> ColorTriplet:
    """What the Linux console makes of it: sixteen colours for text, the first eight for its ground."""
    number = number_of(colour)
    return ColorTriplet(*CONSOLE[number % 8 if ground else number])


def triplet(colour: str) -> ColorTriplet:
    return Color.parse(colour).get_truecolor()


def number_of(colour: ColorTriplet) -> int:
    number = Color.from_triplet(colour).downgrade(ColorSystem.STANDARD).number
    assert number is not None
    return number


def test_the_formula() -> None:
    white = ColorTriplet(255, 255, 255)
    assert contrast(white, BLACK) == pytest.approx(21)
    assert contrast(BLACK, white) == pytest.approx(21)
    assert contrast(ColorTriplet(119, 119, 119), white) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_ink_stands_out_from_its_ground(theme: ThemeName) -> None:
    for role, (ink, ground) in palette_of(theme).items():
        assert contrast(triplet(ink), triplet(ground)) >= LEAST, role
        assert contrast_of(ink, ground) == pytest.approx(contrast(triplet(ink), triplet(ground)))
    for role, (ink, ground) in palette_of(theme, few_colours=True).items():
        shown = on_the_console(triplet(ink), ground=False), on_the_console(triplet(ground), ground=True)
        assert contrast(*shown) >= LEAST, role


@pytest.mark.parametrize("scene", SCENES)
async def test_every_text_stands_out_in_every_theme(folder: Path, scene: str) -> None:
    async with session(folder, **OPTIONS.get(scene, {})) as at:
        await SCENES[scene](at.pilot, at.reader)
        for theme in THEMES:
            at.app.wear(palette_of(theme))
            await at.pilot.pause()
            found = list(pairs(at.app))
            assert len(found) > 5
            for text, front, back in found:
                assert contrast(front, back) >= LEAST, (theme, text, front, back)
            at.app.wear(palette_of(theme, few_colours=True))
            await at.pilot.pause()
            for text, front, back in pairs(at.app):
                shown = on_the_console(front, ground=False), on_the_console(back, ground=True)
                assert contrast(*shown) >= LEAST, (theme, text, front, back)


COLOURS = st.builds("#{:06x}".format, st.integers(0, 0xFFFFFF))


@given(st.builds(SiteColours, COLOURS, COLOURS, COLOURS, COLOURS))
def test_what_a_site_may_choose_can_be_read(site: SiteColours) -> None:
    inks = {
        role: contrast(triplet(ink), triplet(ground))
        for role, (ink, ground) in palette_of(ThemeName.SITE, site).items()
    }
    is_well = all(ratio >= LEAST_OF_SITE for ratio in inks.values())
    assert is_well is not bool(list(site.too_close())), inks


async def test_a_site_has_its_own_colours(folder: Path) -> None:
    site = SiteColours("#10241c", "#eef5f0", "#ffd166", "#1f3a2e")
    async with session(folder, theme=ThemeName.SITE, site_colours=site) as at:
        await SCENES["awaiting"](at.pilot, at.reader)
        shown = {(front.hex, back.hex) for _, front, back in pairs(at.app)}
        assert shown == {
            (site.text, site.ground), (site.text, site.tile), (site.ground, site.accent), (site.text, site.tile)
        }  # fmt: skip


async def test_no_two_screens_differ_by_colour_only(tmp_path: Path) -> None:
    screens = {}
    for number, (name, scene) in enumerate(SCENES.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        write_roster(folder)
        async with session(folder, **OPTIONS.get(name, {})) as at:
            await scene(at.pilot, at.reader)
            screens[name] = screen_text(at.app)
    assert len(set(screens.values())) == len(screens)
