"""The serial port on real pseudo terminals: openers, causes by name, unplugging, floods."""

import asyncio
import errno
import os
import random
import signal
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.port_holder import holder_of
from drivers.reader import (
    PortBusyError,
    PortError,
    PortForbiddenError,
    PortLostError,
    PortMissingError,
    PortUnusableError,
    ReaderState,
)
from drivers.rehearsal import VirtualReader
from drivers.serial_port import LARGEST_READ, MOST_WAITING, PyserialPort, SerialPort, open_serial_port, set_exclusive
from tests.drivers.cards import EM_A, open_descriptors

OPEN_AND_WAIT = """
import asyncio, sys
from drivers.serial_port import open_serial_port
async def main():
    open_serial_port(sys.argv[1])
    print("open", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
TAKE_AND_WAIT = """
import fcntl, os, pathlib, sys, time
pathlib.Path("/proc/self/comm").write_bytes(b"evil\\x1b[2J")
fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY), fcntl.LOCK_EX)
print("open", flush=True)
time.sleep(600)
"""


@contextmanager
def program(source: str, port: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the port open."""
    with subprocess.Popen([sys.executable, "-c", source, port], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


@contextmanager
def without_root_rights() -> Iterator[None]:
    """Rights are checked as for any user; changes nothing where the tests run as one."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


async def read_all(port: SerialPort, count: int) -> bytes:
    data = b""
    async with asyncio.timeout(30):
        while len(data) < count:
            data += (await port.read()).data
    return data


async def test_bytes_come_with_the_time_of_their_reading() -> None:
    with VirtualReader("rdm6300") as virtual, closing(open_serial_port(virtual.port)) as port:
        before, before_ns = datetime.now(UTC), time.monotonic_ns()
        virtual.write(b"\x02\x00\x03\r\n\xff\x1b")
        received = await port.read()
        assert received.data == b"\x02\x00\x03\r\n\xff\x1b"
        assert before <= received.instant <= datetime.now(UTC)
        assert received.instant.tzinfo is UTC
        assert before_ns <= received.monotonic_ns <= time.monotonic_ns()
        assert "x1b" not in repr(received)


async def test_a_cooked_terminal_is_made_raw_and_set_to_the_speed() -> None:
    ours, theirs = os.openpty()
    try:
        with closing(open_serial_port(os.ttyname(theirs), 19200)) as port:
            os.write(ours, b"\x02AB\x03\r\n\x04")
            assert await read_all(port, 7) == b"\x02AB\x03\r\n\x04"
            assert termios.tcgetattr(theirs)[4:6] == [termios.B19200, termios.B19200]
    finally:
        os.close(ours)
        os.close(theirs)


async def test_what_was_sent_before_the_opening_is_thrown_away() -> None:
    with VirtualReader("rdm6300") as virtual:
        virtual.hold(EM_A)
        with closing(open_serial_port(virtual.port)) as port:
            virtual.write(b"new")
            assert await read_all(port, 3) == b"new"


async def test_a_second_opener_is_refused_until_the_first_closes() -> None:
    with VirtualReader("rdm6300") as virtual:
        first = open_serial_port(virtual.port)
        with pytest.raises(PortBusyError, match=r"taken by .+ \(process \d+\)"):
            open_serial_port(virtual.port)
        first.close()
        first.close()
        with closing(open_serial_port(virtual.port)) as second:
            virtual.write(b"for the second")
            assert await read_all(second, 14) == b"for the second"


async def test_another_program_that_has_the_port_is_named_as_plain_text() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    port = os.ttyname(theirs)
    with program(TAKE_AND_WAIT, port) as other:
        os.close(theirs)
        with pytest.raises(PortBusyError, match=rf"taken by evil\?\[2J \(process {other.pid}\)") as refusal:
            open_serial_port(port)
        assert str(refusal.value).isprintable()
        assert refusal.value.state is ReaderState.BUSY
    os.close(ours)


async def test_a_port_kept_from_all_others_is_busy() -> None:
    with VirtualReader("rdm6300") as virtual:
        Path(virtual.port).chmod(0o666)
        descriptor = os.open(virtual.port, os.O_RDWR | os.O_NOCTTY)
        set_exclusive(descriptor)
        with without_root_rights(), pytest.raises(PortBusyError) as refusal:
            open_serial_port(virtual.port)
        assert isinstance(refusal.value.__cause__, OSError)
        assert refusal.value.__cause__.errno == errno.EBUSY
        PyserialPort(virtual.port, descriptor, release=lambda: os.close(descriptor)).close()
        with without_root_rights():
            open_serial_port(virtual.port).close()


async def test_a_pseudo_terminal_opens_again_after_its_program_was_killed() -> None:
    with VirtualReader("rdm6300") as virtual:
        Path(virtual.port).chmod(0o666)
        with program(OPEN_AND_WAIT, virtual.port) as killed:
            with without_root_rights(), pytest.raises(PortBusyError):
                open_serial_port(virtual.port)
            killed.send_signal(signal.SIGKILL)
            killed.wait()
        with without_root_rights():
            open_serial_port(virtual.port).close()


async def test_a_port_without_the_right_to_it_says_what_to_do() -> None:
    with VirtualReader("rdm6300") as virtual:
        Path(virtual.port).chmod(0)
        with without_root_rights(), pytest.raises(PortForbiddenError, match="group dialout"):
            open_serial_port(virtual.port)


def unusable_paths(folder: Path) -> dict[str, tuple[Path, type[PortError]]]:
    file, pipe, loop, dangling = folder / "file", folder / "pipe", folder / "loop", folder / "dangling"
    file.write_bytes(b"")
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    dangling.symlink_to(folder / "unplugged")
    return {
        "missing": (folder / "missing", PortMissingError),
        "missing folder": (folder / "missing" / "port", PortMissingError),
        "below a file": (file / "port", PortMissingError),
        "dangling link": (dangling, PortMissingError),
        "link to itself": (loop, PortUnusableError),
        "file": (file, PortUnusableError),
        "folder": (folder, PortUnusableError),
        "pipe": (pipe, PortUnusableError),
        "null device": (Path("/dev/null"), PortUnusableError),
        "long name": (folder / ("x" * 300), PortUnusableError),
    }


async def test_what_is_no_port_is_told_by_its_cause_and_leaves_nothing_open(tmp_path: Path) -> None:
    for case, (path, expected) in unusable_paths(tmp_path).items():
        open_before = open_descriptors()
        with pytest.raises(PortError) as refusal:
            open_serial_port(str(path))
        assert type(refusal.value) is expected, case
        told = "not a serial port" if expected is PortUnusableError else "no reader is there"
        assert str(refusal.value).startswith(f"{path}: {told}")
        assert refusal.value.port == str(path)
        assert open_descriptors() == open_before, case


async def test_a_speed_that_is_none_is_refused() -> None:
    with VirtualReader("rdm6300") as virtual, pytest.raises(PortUnusableError, match="settings"):
        open_serial_port(virtual.port, -1)


async def test_unplugging_is_told_after_the_bytes_that_came_before_and_stays_told() -> None:
    virtual = VirtualReader("rdm6300")
    with virtual, closing(open_serial_port(virtual.port)) as port:
        virtual.write(b"last")
        assert (await port.read()).data == b"last"
        waiting = asyncio.ensure_future(port.read())
        await asyncio.sleep(0)
        virtual.unplug()
        for read in waiting, port.read():
            with pytest.raises(PortLostError) as loss:
                await read
            assert loss.value.state is ReaderState.MISSING


async def test_readable_and_yet_empty_is_waited_out_and_an_input_error_is_a_loss() -> None:
    # The other end of a pseudo terminal fails as an adapter does that was pulled out: EIO.
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    with closing(PyserialPort("port", ours, release=lambda: os.close(ours))) as port:
        port._on_readable()
        os.write(theirs, b"last")
        assert (await port.read()).data == b"last"
        os.close(theirs)
        with pytest.raises(PortLostError):
            await port.read()


async def test_a_flood_that_nobody_reads_is_left_in_the_kernel_and_not_a_byte_is_lost() -> None:
    flood = random.Random(1).randbytes(1_000_000)
    with VirtualReader("rdm6300") as virtual:
        port = open_serial_port(virtual.port)
        assert isinstance(port, PyserialPort)
        with closing(port):
            sent = 0
            for _ in range(1000):
                sent += virtual.write(flood[sent:])
                await asyncio.sleep(0)
            assert port._waiting.qsize() <= MOST_WAITING
            assert sent < len(flood), "the sender was held up"
            received = await read_all(port, 1)
            while len(received) < len(flood):
                sent += virtual.write(flood[sent:])
                data = (await port.read()).data
                assert len(data) <= LARGEST_READ
                received += data
        assert received == flood


async def test_closing_leaves_nothing_open() -> None:
    with VirtualReader("rdm6300") as virtual:
        open_before = open_descriptors()
        open_serial_port(virtual.port).close()
        assert open_descriptors() == open_before


def test_nobody_holds_what_nobody_opened(tmp_path: Path) -> None:
    assert holder_of(str(tmp_path / "port")) is None
