"""The kiosk in a browser, by textual-serve on the loopback address; or a film of a visit."""

import asyncio
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import cast

from aiohttp import web
from textual.pilot import Pilot
from textual_serve.server import Server

from terminal_app.demo.preview_app import BADGES, PreviewApp
from terminal_app.demo.stage import PEOPLE, Stage, stage
from terminal_app.demo.svg import film_of, svg_of
from terminal_app.kiosk.of_settings import first_picture_of
from terminal_app.kiosk.widgets.board import Board, Tone
from terminal_app.kiosk.wiring import kiosk_of, run_kiosk
from terminal_app.roster.look_up import Roster
from terminal_app.settings import Settings
from terminal_app.settings_choices import ThemeName
from terminal_app.settings_file import load_settings

HOST = "127.0.0.1"
_TEMPLATES = Path(__file__).parent / "preview_page"
_HOLD_BACK_SECONDS = 4
_SAME_BOOKING_SECONDS = 20
_DEADLINE_SECONDS = 30.0
_STEP_SECONDS = 0.02
_KEYS = 0


@dataclass(frozen=True, slots=True)
class Looks:
    """How it begins."""

    theme: ThemeName
    language: str


def serve(looks: Looks, port: int) -> None:
    """Serve until Ctrl-C; each browser window has a kiosk of its own."""
    arguments = ["preview", "--screen", "--theme", looks.theme, "--language", looks.language]
    command = shlex.join([sys.executable, "-m", "terminal_app", *arguments])
    _LocalServer(command, host=HOST, port=port, title="clocking-terminal", templates_path=str(_TEMPLATES)).serve()


class _LocalServer(Server):
    """Serves nothing to pages of others."""

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        if request.headers.get("Origin", self.public_url) != self.public_url:
            raise web.HTTPForbidden
        return await super().handle_websocket(request)

    async def on_startup(self, app: web.Application) -> None:
        del app
        keys = ", ".join(f"{key} {badge.name}" for key, badge in BADGES.items())
        self.console.print(f"The kiosk is at {self.public_url}. Capital letters hold a badge ({keys}),")
        self.console.print("change the theme (T) and the language (L). Ctrl+C ends it.")


def show(looks: Looks) -> int:
    """Be the kiosk of one browser window; gives the exit code."""
    with _set_up(looks) as (set_up, settings):
        return run_kiosk(
            first_picture_of(settings),
            lambda: settings,
            keys=_KEYS,
            make_app=partial(PreviewApp, stage=set_up, theme=looks.theme),
        )


@contextmanager
def _set_up(looks: Looks) -> Iterator[tuple[Stage, Settings]]:
    with stage(hold_back_seconds=_HOLD_BACK_SECONDS, same_booking_seconds=_SAME_BOOKING_SECONDS) as set_up:
        others = [one for one in ("en", "nl", "fr", "de") if one != looks.language]
        text = set_up.settings_file.read_text(encoding="utf-8")
        spoken = ", ".join(f'"{one}"' for one in (looks.language, *others))
        text = text.replace('languages = ["en", "nl", "fr", "de"]', f"languages = [{spoken}]")
        set_up.settings_file.write_text(f'{text}\n[screen]\ntheme = "{looks.theme}"\n', encoding="utf-8")
        yield set_up, load_settings(set_up.settings_file)


def film(path: Path, looks: Looks, size: tuple[int, int]) -> None:
    """Write an SVG film of a visit. Raises TimeoutError when the kiosk does not get so far."""
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")  # it is drawn, whatever this terminal can show
    with _set_up(looks) as (set_up, settings), ThreadPoolExecutor(1) as storage:
        frames = asyncio.run(_filmed(set_up, settings, storage, looks, size))
    path.write_text(film_of(frames), encoding="utf-8")


async def _filmed(
    set_up: Stage, settings: Settings, storage: Executor, looks: Looks, size: tuple[int, int]
) -> list[tuple[str, float]]:
    app = cast(
        "PreviewApp",
        kiosk_of(
            first_picture_of(settings), lambda: settings, storage, partial(PreviewApp, stage=set_up, theme=looks.theme)
        ),
    )
    frames: list[tuple[str, float]] = []
    async with app.run_test(size=size) as pilot:
        await _until(pilot, partial(_is_filled, settings.storage.folder))
        for keys, arrived, seconds in _visit():
            await pilot.press(*[key for key in keys if key not in BADGES])
            for key in keys:
                app.play(key)
            await _until(pilot, partial(arrived, app))
            frames.append((svg_of(app.screen._compositor.render_strips(app.size)), seconds))  # noqa: SLF001 # as Textual's own screenshots do
    if app.reception is not None:
        storage.submit(app.reception.close).result()
    return frames


def _is_filled(folder: Path) -> bool:
    """Whether the courier has read people, reasons and activities."""
    with closing(Roster(folder)) as roster:
        return bool(roster.people_of_badge(PEOPLE[-1].number) and roster.reasons() and roster.activities())


Arrived = Callable[[PreviewApp], bool]


def _visit() -> Iterator[tuple[tuple[str, ...], Arrived, float]]:
    """Keys, what shows that they did what they do, and for how many seconds that is shown."""
    yield (), lambda app: app.reception is not None and len(app.reception.reader_states) == 1, 2.0
    yield ("A",), partial(_has_tone, Tone.IN), 2.5
    yield ("escape",), partial(_has_tone, Tone.IDLE), 1.0
    yield ("B",), partial(_has_tone, Tone.IN), 2.5
    yield ("escape", "f4"), partial(_has_tone, Tone.AWAITING), 1.5
    yield ("C",), lambda app: not app.query_one(Board).display, 2.5
    yield ("1",), partial(_has_tone, Tone.OTHER), 2.5
    yield ("U",), partial(_has_tone, Tone.UNKNOWN), 2.5
    yield ("escape",), partial(_has_tone, Tone.IDLE), 1.0


def _has_tone(tone: Tone, app: PreviewApp) -> bool:
    board = app.query_one(Board)
    return bool(board.display) and board.tone is tone


async def _until(pilot: Pilot[None], arrived: Callable[[], bool]) -> None:
    deadline = monotonic() + _DEADLINE_SECONDS
    while not arrived():
        if monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(_STEP_SECONDS)
    await pilot.pause()
