"""A real ext4 of its own, on a loop device, that can lose its power or be full."""

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.report import CannotRun

_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN of the kernel's ext4.h."""
_NOTHING_IS_FLUSHED = 2


@dataclass(frozen=True, slots=True)
class LoopDisk:
    """An image, and where it is mounted while it is."""

    image: Path
    mounted_at: Path

    def mount(self) -> None:
        """Make its files visible; after a cut the kernel replays its journal. Raises CannotRun."""
        _run("mount", "-o", "loop", str(self.image), str(self.mounted_at))

    def unmount(self) -> None:
        """Take its files away, also where a program still has some open."""
        _run("umount", str(self.mounted_at))

    def cut_power(self) -> None:
        """At once no write reaches the disk any more, and what is not there yet is gone."""
        descriptor = os.open(self.mounted_at, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("i", _NOTHING_IS_FLUSHED))
        finally:
            os.close(descriptor)


@contextmanager
def loop_disk(scratch: Path, mebibytes: int) -> Iterator[LoopDisk]:
    """A new disk, mounted; gone afterwards. Raises CannotRun."""
    if os.geteuid() != 0:
        raise CannotRun("mounting a loop device needs root")
    disk = LoopDisk(scratch / "disk.img", scratch / "disk")
    disk.mounted_at.mkdir()
    with disk.image.open("wb") as image:
        image.truncate(mebibytes * 1024 * 1024)
    _run("mkfs.ext4", "-q", "-F", "-m", "0", str(disk.image))
    disk.mount()
    try:
        yield disk
    finally:
        if disk.mounted_at.is_mount():
            disk.unmount()
        disk.image.unlink()
        disk.mounted_at.rmdir()


def _run(name: str, *arguments: str) -> None:
    command = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if command is None:
        raise CannotRun(f"{name} is not installed")
    done = subprocess.run([command, *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise CannotRun(f"{name} says: {done.stderr.strip().replace(arguments[-1], '...')}")
