"""The doorbell: heard, and never a reason to wait or to fail."""

import os
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from terminal_app.doorbell import BEAT_SECONDS, Doorbell, ask_to_end, ring, runtime_folder


async def test_a_ring_is_heard_once(tmp_path: Path) -> None:
    with Doorbell(tmp_path, "courier") as bell:
        assert bell.problem is None
        assert ring(tmp_path, "courier")
        assert ring(tmp_path, "courier")
        start = time.monotonic()
        await bell.wait(60)
        assert time.monotonic() - start < 30
        await bell.wait(0.01)  # both rings were one


async def test_to_be_asked_to_end_is_another_word(tmp_path: Path) -> None:
    assert not ask_to_end(tmp_path, "courier")
    with Doorbell(tmp_path, "courier") as bell:
        assert ring(tmp_path, "courier")
        await bell.wait(60)
        assert not bell.is_to_end
        assert ask_to_end(tmp_path, "courier")
        assert ring(tmp_path, "courier")
        await bell.wait(60)
        assert bell.is_to_end


async def test_who_hears_no_more_is_not_asked_to_end(tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as deaf:
        deaf.bind(str(tmp_path / "courier.doorbell"))
        while ask_to_end(tmp_path, "courier"):
            pass
        assert ring(tmp_path, "courier")


async def test_nobody_at_home(tmp_path: Path) -> None:
    assert not ring(tmp_path, "courier")
    assert not ring(tmp_path / "no folder", "courier")
    with Doorbell(tmp_path, "courier"):
        assert not ring(tmp_path, "kiosk")
    assert not ring(tmp_path, "courier")
    assert list(tmp_path.iterdir()) == []


async def test_what_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as left:
        left.bind(str(tmp_path / "courier.doorbell"))
    assert not ring(tmp_path, "courier")
    with Doorbell(tmp_path, "courier") as bell:
        assert bell.problem is None
        assert ring(tmp_path, "courier")


async def test_a_full_bell_does_not_hold_up_who_rings(tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as deaf:
        deaf.bind(str(tmp_path / "courier.doorbell"))
        assert all(ring(tmp_path, "courier") for _ in range(5000))


@pytest.mark.parametrize("place", ["no folder", "file/below"])
async def test_without_a_usable_folder_it_is_silent(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with Doorbell(tmp_path / place, "kiosk") as bell:
        assert bell.problem is not None
        await bell.wait(0.01)


async def test_a_folder_with_a_long_name(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    with Doorbell(folder, "kiosk") as bell:
        assert bell.problem is None
        assert ring(folder, "kiosk")


def test_where_it_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    assert runtime_folder(None, tmp_path) == tmp_path
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/a:/run/b")
    assert runtime_folder(None, tmp_path) == Path("/run/a")
    assert runtime_folder(tmp_path / "set", tmp_path) == tmp_path / "set"


async def test_a_process_that_hangs_is_not_at_home(tmp_path: Path) -> None:
    with Doorbell(tmp_path, "courier") as bell:
        long_ago = time.time() - 1000
        os.utime(tmp_path / "courier.doorbell", (long_ago, long_ago))
        assert not ring(tmp_path, "courier")
        bell._beaten_at -= BEAT_SECONDS
        await bell.wait(0.01)
        assert ring(tmp_path, "courier")
