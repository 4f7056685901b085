"""A machine with real systemd, in namespaces of this one: its own processes, mounts, network and files in memory.

The kernel is this machine's. For the units as they are shipped: sandbox, credentials, watchdog, restarts.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from faults.report import CannotRun

_ROOT = Path(__file__).parents[1]
_SYSTEMD = Path("/lib/systemd/systemd")
_NAMESPACES = ("--pid", "--fork", "--mount", "--uts", "--ipc", "--net")
_PATIENCE_SECONDS = 60.0
_BOOT = """
set -e
T=$1
mount -t tmpfs tmpfs $T
mkdir $T/up $T/work $T/root
mount -t overlay overlay -o lowerdir=/,upperdir=$T/up,workdir=$T/work $T/root
R=$T/root
mount -t proc proc $R/proc
mount --rbind /sys $R/sys
for d in run tmp dev; do mount -t tmpfs tmpfs $R/$d; done
for d in null zero full random urandom tty; do touch $R/dev/$d; mount --bind /dev/$d $R/dev/$d; done
mkdir $R/dev/pts $R/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts $R/dev/pts
ln -s pts/ptmx $R/dev/ptmx
touch $R/dev/console
cd $R; mkdir -p former; pivot_root . former; umount -l /former
mount --make-rshared /
exec env -i container=namespace PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system \
    --log-target=null systemd.unit=basic.target
"""


class NamespaceMachine:
    """Booted while its context lasts. Raises CannotRun when it is entered where it cannot be."""

    def __init__(self, folder: Path) -> None:
        self._mount = folder / "machine"
        self._unshare: subprocess.Popen[bytes] | None = None
        self._first = 0

    def __enter__(self) -> Self:
        if os.geteuid() != 0 or not _SYSTEMD.exists() or shutil.which("unshare") is None:
            raise CannotRun("root, systemd and unshare are needed")
        self._mount.mkdir()
        self._unshare = subprocess.Popen(
            ["unshare", *_NAMESPACES, "sh", "-c", _BOOT, "boot", self._mount],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            self.until(self._has_booted, "systemd has booted")
        except AssertionError as error:
            self.__exit__(None, None, None)
            raise CannotRun("systemd does not boot in namespaces here") from error
        self.run("ip", "link", "set", "lo", "up")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._first:
            with suppress(ProcessLookupError):
                os.kill(self._first, 9)  # the first process: the kernel ends all the others with it
        if self._unshare is not None:
            self._unshare.kill()
            self._unshare.wait()

    def _has_booted(self) -> bool:
        assert self._unshare is not None
        if self._unshare.poll() is not None:
            raise AssertionError("it ended")
        children = Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children").read_text(encoding="ascii")
        self._first = int(children.split()[0]) if children.split() else 0
        return bool(self._first) and self.say("systemctl", "is-system-running") in {"running", "degraded"}

    def say(self, *words: str) -> str:
        """What a command in it says, whether it fails or not."""
        done = subprocess.run(
            ["nsenter", "-t", str(self._first), "-a", *words], capture_output=True, text=True, check=False, timeout=120
        )
        return done.stdout.strip()

    def run(self, *words: str, given: bytes = b"") -> None:
        """Run a command in it; raises when it fails."""
        subprocess.run(
            ["nsenter", "-t", str(self._first), "-a", *words], input=given, check=True, capture_output=True, timeout=120
        )

    def write(self, path: str, text: str, *, mode: str = "0644") -> None:
        """A file in it."""
        self.run("sh", "-c", f"mkdir -p $(dirname {path}); cat >{path}; chmod {mode} {path}", given=text.encode())

    def install(self) -> None:
        """The program below /opt, as the units want it, with an interpreter that is not in somebody's home."""
        version = f"python3.{sys.version_info.minor}"
        interpreter = Path("/usr/bin") / version
        if not interpreter.exists():
            raise CannotRun(f"{interpreter} is needed: the units hide the homes of people")
        packages = Path(sys.prefix) / "lib" / version / "site-packages"
        place = f"/opt/clocking-terminal/lib/{version}/site-packages"
        self.run("mkdir", "-p", "/opt/clocking-terminal/bin", place)
        left_out = ("mypy", "mypyc", "ruff*", "uv*", "hypothesis", "schemathesis*", "jsonschema_rs", "pip", "*__mypyc*")
        self._copy(packages, place, *(f"--exclude=./{one}" for one in left_out if one != "uv*"))
        self._copy(_ROOT, place, "./terminal_app", "./drivers", "./systemd")
        self.write("/opt/clocking-terminal/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = false\n")
        self.run("ln", "-sf", str(interpreter), "/opt/clocking-terminal/bin/python")
        self.write(
            "/opt/clocking-terminal/bin/clocking-terminal",
            "#!/opt/clocking-terminal/bin/python\nfrom terminal_app.cli.main import main\nmain()\n",
            mode="0755",
        )

    def _copy(self, folder: Path, place: str, *what: str) -> None:
        names = [one for one in what if not one.startswith("--")] or ["."]
        options = [one for one in what if one.startswith("--")]
        packed = subprocess.run(
            ["tar", "c", "-C", str(folder), *options, "--exclude=__pycache__", *names], capture_output=True, check=True
        )
        self.run("tar", "x", "-C", place, given=packed.stdout)

    def until(self, condition: Callable[[], bool], what: str) -> float:
        """Wait for it; gives how many seconds that took. Raises AssertionError."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > _PATIENCE_SECONDS:
                raise AssertionError(f"not within {_PATIENCE_SECONDS:.0f} s: {what}")
            time.sleep(0.2)
        return time.monotonic() - began
