"""The machine that is set up: its files below a root, and its commands."""

import grp
import os
import shutil
import subprocess
from pathlib import Path

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure

_SECONDS = 120.0


class Machine:
    """Writes files whole or not at all; what is already as wanted is left alone."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root

    def path(self, name: str | Path) -> Path:
        """A path of the machine; `name` may begin with a slash."""
        return self.root / str(name).lstrip("/")

    def text(self, name: str | Path) -> str:
        """A file's text; empty where there is none."""
        try:
            return self.path(name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def write(self, name: str | Path, text: str, *, mode: int = 0o644, group: str | None = None) -> bool:
        """Write a file; gives whether anything had to be written. Raises Failure."""
        path = self.path(name)
        try:
            if path.exists() and self.text(name) == text and path.stat().st_mode & 0o777 == mode:
                return False
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f"{path.name}.new")
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                os.fchmod(file.fileno(), mode)
                if group is not None:
                    os.fchown(file.fileno(), -1, _group_id(group))
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as error:
            raise Failure(ExitCode.FAILED, f"{path} cannot be written: {error.strerror}. Run this as root.") from error
        return True

    def has(self, program: str) -> bool:
        """Whether a program is installed."""
        return shutil.which(program) is not None

    def run(self, *words: str, given: str | None = None) -> str:
        """Run a command with `given` on its input; gives what it says. Raises Failure when it fails."""
        try:
            done = subprocess.run(  # noqa: S603 # no shell, and words of our own
                words, input=given, capture_output=True, text=True, check=False, timeout=_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failure(ExitCode.FAILED, f"{words[0]} could not be run ({type(error).__name__}).") from error
        if done.returncode != 0:
            said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
            raise Failure(ExitCode.FAILED, f"`{' '.join(words)}`: {said}")
        return done.stdout


def _group_id(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return -1  # made later by the step for the services, which sets it
