"""What `setup` does, a step each. Each may be done again: what is there already stays."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import terminal_app
from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.setup.console import (
    CONSOLE_FONT,
    FILES,
    MASKED,
    NO_LOGIN,
    command_line,
    with_font,
    with_kernel_words,
)
from terminal_app.cli.setup.machine import Machine
from terminal_app.cli.setup.questions import Answers, Step
from terminal_app.client_secret import CREDENTIAL
from terminal_app.settings_errors import SettingsError

Told = Iterator[str]
"""What was done, a line each."""

USER = "clocking-terminal"
TARGET = "clocking-terminal.target"
ENCRYPTED = f"etc/credstore.encrypted/{CREDENTIAL}"
DROP_IN = "etc/systemd/system/clocking-terminal-courier.service.d/encrypted-secret.conf"
_UNITS = "etc/systemd/system"
_PROGRAM_OF_UNITS = "/opt/clocking-terminal/bin/clocking-terminal"
_OPTIONAL = ("clocking-terminal-webhooks", "clocking-terminal-touch")
_LOOK_SECONDS = 1.0


def write_settings(machine: Machine, config: Path, answers: Answers) -> Told:
    """The settings file, checked before it takes the place of the one there is. Raises Failure."""
    from terminal_app.cli.setup.settings_text import NEW, NotToml, with_answers  # noqa: PLC0415 # tomlkit
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    path = machine.path(config)
    try:
        text = with_answers(machine.text(config) or NEW, answers)
    except NotToml as error:
        raise Failure(ExitCode.CONFIGURATION, f"{path}: {error}. Mend it or move it away.") from error
    tried = path.with_name(f"{path.name}.tried")
    machine.write(tried.relative_to(machine.root), text, mode=0o600)
    try:
        load_settings(tried)
    except SettingsError as error:
        raise Failure(
            ExitCode.CONFIGURATION, "\n".join(one.replace(str(tried), str(path)) for one in error.faults)
        ) from error
    finally:
        tried.unlink(missing_ok=True)
    is_new = machine.write(config, text, mode=0o640, group=USER)
    yield f"settings: {path}" + ("" if is_new else " (as it was)")


def write_secret(machine: Machine, config: Path, answers: Answers) -> Told:
    """The secret, plain for root only or encrypted; one form only, so that none is forgotten. Raises Failure."""
    plain = f"{config.parent}/{CREDENTIAL}"
    if answers.secret is None:
        return
    if not answers.encrypt_secret:
        machine.write(plain, f"{answers.secret}\n", mode=0o600)
        for former in (ENCRYPTED, DROP_IN):
            machine.path(former).unlink(missing_ok=True)
        yield f"client secret: {machine.path(plain)}, for root only"
        return
    if not machine.has("systemd-creds"):
        raise Failure(
            ExitCode.UNAVAILABLE, "systemd-creds is not here (systemd 250 or newer). Answer no to encrypting."
        )
    # Through its input: an argument could be seen by everybody.
    encrypted = machine.run("systemd-creds", "encrypt", f"--name={CREDENTIAL}", "-", "-", given=answers.secret)
    machine.write(ENCRYPTED, encrypted, mode=0o600)
    machine.write(DROP_IN, (unit_folder() / "encrypted-secret.conf").read_text(encoding="utf-8"))
    machine.path(plain).unlink(missing_ok=True)
    yield f"client secret: {machine.path(ENCRYPTED)}, encrypted for this machine"


def set_up_console(machine: Machine, _config: Path, answers: Answers) -> Told:
    """Files of the console, the kernel's words, the font. Raises Failure."""
    is_new = [machine.write(one.path, one.text) for one in FILES]
    yield "console: " + ("; ".join(one.what for one in FILES) if any(is_new) else "as it was")
    for unit in MASKED:
        path = machine.path(f"{_UNITS}/{unit}")
        if not path.is_symlink():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to("/dev/null")
            yield f"console: {unit} masked"
    line = command_line(machine.root)
    if line is None:
        yield "console: the kernel's command line is not in a file of a Raspberry Pi's kind; docs/kiosk-console.md"
    else:
        name = line.relative_to(machine.root)
        words = with_kernel_words(machine.text(name))
        if words != machine.text(name).strip():
            machine.write(f"{name}.before-setup", machine.text(name))
            machine.write(name, f"{words}\n")
            yield f"console: {line} (as it was: {line}.before-setup)"
    has_font = answers.large_font and machine.path(CONSOLE_FONT).exists()
    if has_font and machine.write(CONSOLE_FONT, with_font(machine.text(CONSOLE_FONT))):
        yield "console: large letters"
        if machine.has("setupcon"):
            with suppress(Failure):  # without a console, as over SSH, from the next start on
                machine.run("setupcon", "--save")
    yield "console: counts wholly from the next start of the machine on"


def install_services(machine: Machine, config: Path, answers: Answers) -> Told:
    """User, folders and units, unless a package has brought them; starts them. Raises Failure."""
    folder = unit_folder()
    if (
        machine.path(f"usr/lib/systemd/system/{TARGET}").exists()
        or machine.path(f"lib/systemd/system/{TARGET}").exists()
    ):
        yield "services: of the package"
    else:
        yield from _install_units(machine, folder)
    settings = machine.path(config)
    if settings.exists():  # perhaps from before there was this group
        with suppress(LookupError, PermissionError):  # no such group below another root
            shutil.chown(settings, group=USER)
    if not answers.start_services:
        yield f"services: not started; systemctl enable --now {TARGET} starts them"
        return
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "disable", "--now", NO_LOGIN)
    machine.run("systemctl", "enable", TARGET)
    machine.run("systemctl", "restart", TARGET, "clocking-terminal-kiosk", "clocking-terminal-courier")
    yield "services: started, and started at every boot"


def _install_units(machine: Machine, folder: Path) -> Told:
    program = _program()
    machine.write(
        "etc/sysusers.d/clocking-terminal.conf",
        (folder / "clocking-terminal.sysusers").read_text(encoding="utf-8"),
    )
    machine.write(
        "etc/tmpfiles.d/clocking-terminal.conf",
        (folder / "clocking-terminal.tmpfiles").read_text(encoding="utf-8"),
    )
    machine.run("systemd-sysusers", *_below(machine))
    machine.run("systemd-tmpfiles", "--create", *_below(machine), "clocking-terminal.conf")
    changed = [
        machine.write(
            f"{_UNITS}/{unit.name}",
            unit.read_text(encoding="utf-8").replace(_PROGRAM_OF_UNITS, program),
        )
        for unit in sorted(folder.glob("clocking-terminal*"))
        if unit.suffix in {".service", ".target", ".timer"} and unit.stem not in _OPTIONAL
    ]
    yield f"services: user, folders and {len(changed)} units" + ("" if any(changed) else " (as they were)")


def _below(machine: Machine) -> list[str]:
    return [] if machine.root == Path("/") else [f"--root={machine.root}"]


def _program() -> str:
    """The command as it was installed; the units hide the homes of people, so it must not be there."""
    program = Path(sys.argv[0])
    if not program.is_file() or program.suffix == ".py":
        return _PROGRAM_OF_UNITS
    program = program.absolute()
    if any(program.is_relative_to(home) for home in ("/home", "/root", "/run/user")):
        raise Failure(
            ExitCode.USAGE,
            f"{program} is in somebody's home, which the services cannot see. Install it for all, below /opt for"
            " example (systemd/README.md).",
        )
    return str(program)


def unit_folder() -> Path:
    """Where the units and the example of the settings are: in the package, or beside it in a checkout."""
    package = Path(terminal_app.__file__).parent
    return next(one for one in (package / "systemd", package.parent / "systemd") if one.is_dir())


def try_it(_machine: Machine, config: Path, answers: Answers) -> Told:
    """Token and people of Protime; then the first badge, all its way. Raises Failure."""
    import asyncio  # noqa: PLC0415

    from terminal_app.cli.check import protime_finding  # noqa: PLC0415
    from terminal_app.cli.doctor import secret_of_the_service  # noqa: PLC0415
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    try:
        settings = load_settings(config)
        secret = answers.secret or secret_of_the_service(settings.protime)
    except SettingsError as error:
        raise Failure(ExitCode.CONFIGURATION, str(error)) from error
    finding = asyncio.run(protime_finding(settings, secret))
    if finding.fault is not None:
        raise Failure(ExitCode.UNAVAILABLE, f"{finding.what} -> {finding.fault}")
    yield f"test: {finding.what}"
    if answers.wait_for_badge_seconds:
        yield from _first_badge(settings.storage.folder, answers.wait_for_badge_seconds)


def _first_badge(folder: Path, seconds: float) -> Told:
    from terminal_app.ledger.errors import LedgerError  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import last_delivery, ledger_to_read  # noqa: PLC0415

    def delivered() -> object:
        try:
            with ledger_to_read(folder) as connection:
                return last_delivery(connection)
        except LedgerError:  # the kiosk is about to make it
            return None

    yield f"test: badge at the terminal now; {seconds:.0f} s are waited for Protime to confirm it"
    before, until = delivered(), time.monotonic() + seconds
    while time.monotonic() < until:
        if delivered() != before:
            yield "test: Protime has confirmed the clocking. All the way works"
            return
        time.sleep(_LOOK_SECONDS)
    raise Failure(
        ExitCode.UNAVAILABLE,
        "no clocking was confirmed in that time. `clocking-terminal queue --all` shows what became of a badge, and"
        " `clocking-terminal doctor` looks at everything.",
    )


Does = Callable[[Machine, Path, Answers], Told]
STEPS: dict[Step, Does] = {
    Step.SETTINGS: write_settings,
    Step.SECRET: write_secret,
    Step.READER: write_settings,
    Step.CONSOLE: set_up_console,
    Step.SERVICES: install_services,
    Step.TEST: try_it,
}
"""In their order."""


def must_be_root() -> None:
    """Raises Failure for anybody else."""
    if os.geteuid() != 0:
        raise Failure(ExitCode.USAGE, "this sets up the machine: run it as root, with sudo.")
