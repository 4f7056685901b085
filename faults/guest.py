"""A whole virtual machine in software: its power, its network, its badge reader, its screen."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.frames import rdm6300
from faults.guest_image import ADDRESS, PORT, Image

IDLE = "Hold your badge"
READY = ("reader ready", "clock not verified", "clock unsure")
_CONNECT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Screen:
    """What tty1 showed, and when (seconds since the machine began to start)."""

    uptime: float
    lines: Sequence[str]

    def has(self, *words: str) -> bool:
        """Whether all of these are on it."""
        return all(any(word in line for line in self.lines) for word in words)


@dataclass(slots=True)
class Guest:
    """One life of the machine, from power to the end of it: `with Guest(image, folder, port) as guest`."""

    image: Image
    folder: Path
    simulator_port: int
    network: bool = True
    clock: str = "utc"
    """When its clock says that it starts: "utc" for now, or a date."""
    screens: list[Screen] = field(default_factory=list)
    _qemu: "subprocess.Popen[bytes] | None" = None
    _ports: dict[str, socket.socket] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> Self:
        relay = f"{sys.executable} {Path(__file__).with_name('relay.py')} {self.simulator_port}"
        names = ("reader", "screen", "command", "monitor")
        for name in names:
            self._path(name).unlink(missing_ok=True)
        chardevs = [
            part
            for name in names
            for part in ("-chardev", f"socket,id={name},path={self._path(name)},server=on,wait=off")
        ]
        self._qemu = subprocess.Popen(
            [
                *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64"),  # it ends with whoever started it
                *("-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024", "-display", "none"),
                *("-nodefaults", "-vga", "std", "-no-reboot", "-rtc", f"base={self.clock}", *chardevs),
                *("-kernel", str(self.image.kernel), "-initrd", str(self.image.initrd)),
                *("-append", "root=/dev/vda rw quiet loglevel=3 consoleblank=0 console=ttyS0 console=tty0"),
                *("-drive", f"file={self.image.disk},format=raw,if=virtio,cache=writeback"),
                # Nothing outside is reached, but one address that is the simulator of this machine.
                *("-netdev", f"user,id=net,restrict=on,guestfwd=tcp:{ADDRESS}:{PORT}-cmd:{relay}"),
                *("-device", "virtio-net-pci,netdev=net,id=card"),
                *("-serial", f"file:{self._path('console')}", "-serial", "chardev:reader"),
                *("-device", "virtio-serial-pci"),
                *("-device", "virtserialport,chardev=screen,name=screen"),
                *("-device", "virtserialport,chardev=command,name=command"),
                *("-mon", "chardev=monitor,mode=control"),
            ],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # the relays are in its group
        )
        for name in names:
            self._ports[name] = self._connected(name)
        self._ports["monitor"].makefile("rb").readline()  # its greeting
        self._monitor("qmp_capabilities")
        if not self.network:
            self.plug(network=False)
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()

    def cut(self) -> None:
        """The power fails: the machine, and what it had not given to its disk, is gone."""
        if self._qemu is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._qemu.pid, signal.SIGKILL)
        self._qemu.wait()
        for port in self._ports.values():
            port.close()

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._qemu is not None and self._qemu.poll() is None

    def plug(self, *, network: bool) -> None:
        """Put the network's plug in, or pull it."""
        self._monitor("set_link", name="card", up=network)

    def hold(self, card: bytes) -> None:
        """Hold a badge to the reader."""
        with suppress(OSError):
            self._ports["reader"].sendall(rdm6300.encode(card))

    def shows(self, *words: str, within_seconds: float, since: int = 0) -> Screen | None:
        """The first screen, of those after `since`, with all words; None when the time or the power is over."""
        end = time.monotonic() + within_seconds
        looked = since
        with self._changed:
            while True:
                while looked < len(self.screens):
                    if self.screens[looked].has(*words):
                        return self.screens[looked]
                    looked += 1
                left = end - time.monotonic()
                if left <= 0 or not self.is_on:
                    return None
                self._changed.wait(min(left, 0.5))

    def do(self, command: str, *, within_seconds: float = 600.0) -> str:
        """Have root run a command in it; what it said. Raises RuntimeError when it failed."""
        port = self._ports["command"]
        port.settimeout(within_seconds)
        port.sendall(json.dumps(command).encode() + b"\n")
        line = b""
        while not line.endswith(b"\n"):
            got = port.recv(65536)
            if not got:
                raise RuntimeError(f"the guest ended during: {command}")
            line += got
        answer = json.loads(line)
        if answer["code"]:
            raise RuntimeError(f"{command} ended with {answer['code']}: {answer['said']}")
        return str(answer["said"])

    def power_off(self) -> None:
        """Shut it down as one should."""
        with suppress(RuntimeError, OSError):
            self.do("systemctl poweroff --no-block")
        if self._qemu is not None:
            with suppress(subprocess.TimeoutExpired):
                self._qemu.wait(180)
        self.cut()

    def _watch(self) -> None:
        with suppress(OSError, ValueError), self._ports["screen"].makefile("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                held = json.loads(line)
                with self._changed:
                    self.screens.append(Screen(held["uptime"], held["lines"]))
                    self._changed.notify_all()

    def _monitor(self, command: str, **arguments: object) -> None:
        port = self._ports["monitor"]
        port.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        answers = port.makefile("rb")
        while b'"return"' not in (line := answers.readline()):
            if b'"error"' in line or not line:
                raise RuntimeError(f"qemu's monitor: {line!r}")

    def _connected(self, name: str) -> socket.socket:
        end = time.monotonic() + _CONNECT_SECONDS
        while True:
            port = socket.socket(socket.AF_UNIX)
            try:
                port.connect(str(self._path(name)))
            except OSError:
                port.close()
                if time.monotonic() > end or not self.is_on:
                    raise
                time.sleep(0.05)
            else:
                return port

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.socket"
