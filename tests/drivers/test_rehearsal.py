"""The virtual reader: true frames on a real pseudo terminal, unplugged and plugged in again."""

import os
from pathlib import Path

import pytest

from drivers.catalogue import UnknownDriverError
from drivers.frames import rdm6300
from drivers.rehearsal import VirtualReader
from tests.drivers.cards import EM_A, open_descriptors


def read_from(port: str) -> bytes:
    descriptor = os.open(port, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(("driver", "frame"), [("rdm6300", rdm6300.encode(EM_A)), ("line", b"0600D507D0\r\n")])
def test_a_held_card_sends_its_frame_again_and_again(driver: str, frame: bytes) -> None:
    with VirtualReader(driver) as virtual:
        virtual.hold(EM_A)
        assert read_from(virtual.port) == frame
        virtual.hold(EM_A, repeats=3)
        assert read_from(virtual.port) == frame * 3


def test_a_link_outlives_unplugging(tmp_path: Path) -> None:
    link = tmp_path / "by-id"
    link.symlink_to(tmp_path / "left by a killed run")
    with VirtualReader("rdm6300", link=link) as virtual:
        assert virtual.port == str(link)
        virtual.write(b"first")
        assert read_from(virtual.port) == b"first"
        virtual.unplug()
        virtual.unplug()
        assert virtual.port == str(link)
        assert not link.is_symlink()
        with pytest.raises(RuntimeError, match="unplugged"):
            virtual.write(b"lost")
        virtual.replug()
        virtual.replug()
        virtual.write(b"second")
        assert read_from(virtual.port) == b"second"
    assert not link.is_symlink()


def test_what_nobody_reads_is_lost_and_never_blocks() -> None:
    with VirtualReader("rdm6300") as virtual:
        offers = [virtual.write(b"x" * 4096) for _ in range(1000)]
    assert offers[0] == 4096
    assert sum(offers) < 1000 * 4096


def test_it_leaves_nothing_open() -> None:
    open_before = open_descriptors()
    with VirtualReader("rdm6300") as virtual:
        virtual.replug()
    assert open_descriptors() == open_before


def test_an_unknown_driver_is_refused() -> None:
    with pytest.raises(UnknownDriverError):
        VirtualReader("rdm")
