"""A Debian with nothing in it but its essential packages, to install ours in."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SUITES = {"12": "bookworm", "13": "trixie"}
_ALONE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
_IN_ROOT = 'mount -t proc proc /proc && exec "$@"'
_SECONDS = 300.0


class CannotMakeRoot(Exception):
    """What this machine lacks."""


def make_root_archive(path: Path, debian: str, packages: list[str], architecture: str = "amd64") -> None:
    """A tar of a clean root with the given packages, from where this machine's apt gets its own.

    Another machine's programs are run by qemu-user-static, which the kernel calls (binfmt_misc).
    """
    if shutil.which("mmdebstrap") is None:
        raise CannotMakeRoot("mmdebstrap is needed: apt install mmdebstrap")
    suite, included = SUITES[debian], f"--include={','.join(packages)}"
    done = subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", f"--architectures={architecture}", included, suite, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotMakeRoot(f"mmdebstrap (as root, with access to Debian's packages) said: {done.stderr[-2000:]}")


@dataclass(frozen=True, slots=True)
class CleanRoot:
    """An unpacked root. Nothing runs in it but what is called."""

    folder: Path

    def call(self, *command: str, given: str | None = None, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run a command in it, with processes and mounts of its own, which end with it."""
        done = subprocess.run(
            [*_ALONE, "chroot", str(self.folder), "/bin/sh", "-c", _IN_ROOT, "sh", *command],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
        )
        if check and done.returncode:
            raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def install(self, package: Path) -> str:
        """`dpkg --install`; what it said."""
        shutil.copy(package, self.folder / "root" / package.name)
        done = self.call("dpkg", "--install", f"/root/{package.name}")
        return done.stdout + done.stderr

    def python(self, script: str, *arguments: str) -> str:
        """Run a script with the terminal's Python, as the terminal's user; what it printed."""
        program = "/opt/clocking-terminal/current/bin/python"
        return self.call(
            "runuser", "-u", "clocking-terminal", "--", program, "-I", "-", *arguments, given=script
        ).stdout

    def path(self, name: str) -> Path:
        """A file of it, as this machine sees it."""
        return self.folder / name.lstrip("/")

    def files(self) -> set[str]:
        """Every path in it but those of running systems."""
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*"))
        return {f"/{path}" for path in found if path.parts[0] not in {"proc", "sys", "dev", "run", "tmp", "root"}}
