"""The .deb around the folder of a version: what goes where, and the control files. Same input, same bytes."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path
from string import Template

from package.release import CHECKOUT, files_beside_units, program_version, run, units_of_checkout
from package.targets import Target

_HERE = Path(__file__).parent
_SCRIPTS = ("preinst", "postinst", "prerm", "postrm")
_TRIAL = "clocking-terminal-trial.service"
_CURRENT = "/opt/clocking-terminal/current"
_CONTROL = Template("""\
Package: clocking-terminal
Version: $version
Architecture: $architecture
Maintainer: The clocking-terminal founders <nobody@localhost>
Installed-Size: $kilobytes
Depends: python$python, systemd
Section: misc
Priority: optional
Description: full-screen clocking terminal for Protime
 A badge is read, its owner greeted, the clocking recorded durably and delivered
 to Protime. Brings its own Python libraries, keeps the version before, and goes
 back to it by itself when a new one is not healthy.
""")


def pack(tree: Path, target: Target, output: Path, epoch: int) -> Path:
    """Make the .deb in `output` of `tree`, where the version's folder is at usr/lib/clocking-terminal/release."""
    version = target.version(program_version())
    _lay_out(tree, version)
    _settle(tree, epoch)
    _write_control(tree, target, version)
    _settle(tree, epoch)
    path = output / f"clocking-terminal_{version}_{target.architecture}.deb"
    path.unlink(missing_ok=True)
    # One thread: how xz divides the work between several would be in the bytes.
    run(
        ["dpkg-deb", "--build", "--root-owner-group", "-Zxz", "-z6", "--threads-max=1", str(tree), str(path)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
    )
    return path


def _lay_out(tree: Path, version: str) -> None:
    library = tree / "usr/lib/clocking-terminal"
    shutil.copyfile(_HERE / "installed/version", library / "version")
    (library / "version").chmod(0o755)
    (library / "release" / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    units = _folder(tree / "usr/lib/systemd/system")
    for unit in units_of_checkout():
        # Units belong to the version that runs: so after a change, either way, program and units fit at every instant.
        (units / unit.name).symlink_to(f"{_CURRENT}/systemd/{unit.name}")
    shutil.copyfile(_HERE / "installed" / _TRIAL, units / _TRIAL)
    (_folder(units / "multi-user.target.wants") / _TRIAL).symlink_to(f"../{_TRIAL}")
    for path, place in files_beside_units():
        shutil.copyfile(path, _folder(tree / "usr/lib" / place) / f"{path.stem}.conf")
    (_folder(tree / "usr/bin") / "clocking-terminal").symlink_to(f"{_CURRENT}/bin/clocking-terminal")
    shutil.copyfile(
        CHECKOUT / "systemd/terminal.example.toml",
        _folder(tree / "usr/share/clocking-terminal") / "terminal.example.toml",
    )
    documents = _folder(tree / "usr/share/doc/clocking-terminal")
    shutil.copyfile(_HERE / "debian/copyright", documents / "copyright")
    changes = (CHECKOUT / "CHANGELOG.md").read_bytes()
    (documents / "CHANGELOG.md.gz").write_bytes(gzip.compress(changes, mtime=0))


def _write_control(tree: Path, target: Target, version: str) -> None:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    control = _folder(tree / "DEBIAN")
    (control / "control").write_text(
        _CONTROL.substitute(
            version=version,
            architecture=target.architecture,
            python=target.python,
            kilobytes=sum(-(-path.stat().st_size // 1024) for path in files),
        ),
        encoding="utf-8",
    )
    (control / "md5sums").write_text(
        "".join(f"{_md5(path)}  {path.relative_to(tree)}\n" for path in files), encoding="utf-8"
    )
    for name in _SCRIPTS:
        text = (_HERE / "debian" / name).read_text(encoding="utf-8")
        (control / name).write_text(text.replace("@VERSION@", version), encoding="utf-8")


def _md5(path: Path) -> str:
    """As dpkg's lists have it: against accidents, not against people."""
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _settle(tree: Path, epoch: int) -> None:
    """The same rights and times whatever this machine's are."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = (
                path.is_dir() or path.stat().st_mode & 0o100 or (path.parent.name == "DEBIAN" and path.name in _SCRIPTS)
            )
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
