"""What makes a Linux console a kiosk's: written by `setup`, looked at by `doctor` (docs/kiosk-console.md says why)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terminal_app.cli.fact import Fact

_DO = "`clocking-terminal setup --only console` does it, as root"
_HEAD = "# Written by `clocking-terminal setup` (docs/kiosk-console.md).\n"


@dataclass(frozen=True, slots=True)
class ConsoleFile:
    """A file of configuration that is wholly ours."""

    path: str
    """Below the root."""
    text: str
    what: str


FILES = (
    ConsoleFile(
        "etc/systemd/logind.conf.d/clocking-terminal.conf",
        f"{_HEAD}[Login]\nNAutoVTs=0\nReserveVT=0\nHandlePowerKey=ignore\nHandleRebootKey=ignore\n"
        "HandleSuspendKey=ignore\nHandleHibernateKey=ignore\n",
        "no login on another console, no keys for power",
    ),
    ConsoleFile(
        "etc/systemd/system.conf.d/clocking-terminal.conf",
        # 15 s is the most that the Pi's watchdog takes; more leaves none at all on some kernels.
        f"{_HEAD}[Manager]\nCtrlAltDelBurstAction=none\nRuntimeWatchdogSec=14s\nRebootWatchdogSec=5min\n",
        "Ctrl+Alt+Del seven times does nothing, the machine's own watchdog is on",
    ),
    ConsoleFile(
        "etc/sysctl.d/90-clocking-terminal.conf",
        f"{_HEAD}kernel.sysrq = 0\nkernel.printk = 3 3 3 3\n",
        "no SysRq keys, no kernel messages over the screen",
    ),
    ConsoleFile(
        "etc/systemd/journald.conf.d/clocking-terminal.conf",
        f"{_HEAD}[Journal]\nSystemMaxUse=50M\nRuntimeMaxUse=50M\n",
        "logs of at most 50 MB",
    ),
)
MASKED = ("ctrl-alt-del.target",)
NO_LOGIN = "getty@tty1.service"
KERNEL_WORDS = ("quiet", "loglevel=3", "consoleblank=0", "vt.global_cursor_default=0", "logo.nologo")
COMMAND_LINES = ("boot/firmware/cmdline.txt", "boot/cmdline.txt")
"""Of a Raspberry Pi, newer and older; other machines have theirs in the boot loader."""
CONSOLE_FONT = "etc/default/console-setup"
FONT_LINES = {"FONTFACE": "Terminus", "FONTSIZE": "16x32"}


def console_facts(root: Path = Path("/")) -> Iterator[Fact]:
    """A line for each part, as it is written on the disk."""
    for one in FILES:
        is_there = _text(root / one.path) == one.text
        yield Fact(f"console: {one.what}", "done" if is_there else "not done", remedy=None if is_there else _DO)
    for unit in MASKED:
        is_masked = (root / "etc/systemd/system" / unit).is_symlink()
        yield Fact("console: no Ctrl+Alt+Del", "done" if is_masked else "not done", remedy=None if is_masked else _DO)
    words = kernel_words_missing(root)
    if words is not None:
        state = "done" if not words else f"without {' '.join(words)}"
        yield Fact("console: quiet kernel, no blanking, no cursor", state, remedy=_DO if words else None)


def kernel_words_missing(root: Path) -> list[str] | None:
    """What the kernel's command line lacks; None where it is not in a file of the Pi's kind."""
    path = command_line(root)
    if path is None:
        return None
    there = _text(path).split()
    return [word for word in KERNEL_WORDS if word not in there]


def command_line(root: Path) -> Path | None:
    """The file with the kernel's command line."""
    return next((root / one for one in COMMAND_LINES if (root / one).is_file()), None)


def with_kernel_words(line: str) -> str:
    """The command line with our words, which take the place of others for the same thing; one line, as it must be."""
    ours = {word.partition("=")[0]: word for word in KERNEL_WORDS}
    kept = [word for word in line.split() if word.partition("=")[0] not in ours]
    return " ".join([*kept, *ours.values()])


def with_font(text: str) -> str:
    """/etc/default/console-setup with a font that can be read from a step away."""
    kept = [line for line in text.splitlines() if line.partition("=")[0].strip() not in FONT_LINES]
    return "\n".join([*kept, *(f'{name}="{value}"' for name, value in FONT_LINES.items())]) + "\n"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
