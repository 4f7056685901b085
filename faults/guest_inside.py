"""Runs inside of the guest, as root, with Debian's Python: tells what the screen shows, does what it is told.

Two virtio ports: on `screen` a JSON line whenever tty1 shows something else; on `command` a line is a shell command,
and the answer a JSON line.
"""

import json
import subprocess
import threading
import time
from pathlib import Path

_LOOK_SECONDS = 0.05
_COMMAND_SECONDS = 900


def tell_screens() -> None:
    """The characters of tty1, as the kernel has them (UCS-4), without its attributes."""
    rows, columns = 25, 80
    before = b""
    with Path("/dev/virtio-ports/screen").open("wb", buffering=0) as port:
        while True:
            cells = Path("/dev/vcsu1").read_bytes()
            if cells != before:
                before = cells
                text = cells.decode("utf-32-le", errors="replace")
                columns = _columns() or columns
                rows = len(text) // columns
                lines = [text[row * columns : (row + 1) * columns].rstrip() for row in range(rows)]
                port.write(json.dumps({"uptime": time.monotonic(), "lines": lines}).encode() + b"\n")
            time.sleep(_LOOK_SECONDS)


def _columns() -> int:
    """The second byte of the attributed screen."""
    with Path("/dev/vcsa1").open("rb") as screen:
        return screen.read(2)[1]


def obey() -> None:
    """One command after another."""
    with Path("/dev/virtio-ports/command").open("r+b", buffering=0) as port:
        while True:
            line = b""
            while not line.endswith(b"\n"):
                got = port.read(4096)
                if not got:  # nobody is at the other end
                    time.sleep(0.1)
                    continue
                line += got
            done = subprocess.run(
                ["sh", "-c", json.loads(line)], capture_output=True, check=False, timeout=_COMMAND_SECONDS
            )
            answer = {"code": done.returncode, "said": (done.stdout + done.stderr).decode(errors="replace")}
            port.write(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    threading.Thread(target=tell_screens, daemon=True).start()
    obey()
