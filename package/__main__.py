"""`./run package [--architecture A ...] [--debian N ...] [--output FOLDER]`: Debian packages, each with its SBOM."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from package.debian_package import pack
from package.release import CHECKOUT, CannotBuild, build_release, build_wheel
from package.targets import ARCHITECTURES, PYTHONS, Target, all_targets

_UNAVAILABLE = 69


def main() -> int:
    """Build what was asked for; gives the exit code."""
    arguments = _arguments()
    if shutil.which("dpkg-deb") is None:
        print("package: dpkg-deb is needed: build on Debian, Ubuntu or Raspberry Pi OS", file=sys.stderr)
        return _UNAVAILABLE
    try:
        built = build(all_targets(arguments.architecture, arguments.debian), arguments.output)
    except CannotBuild as why:
        print(f"package: {why}", file=sys.stderr)
        return 1
    for path in built:
        print(path)
    return 0


def build(targets: list[Target], output: Path) -> list[Path]:
    """The packages of all targets in `output`, with SBOMs and SHA256SUMS. Raises CannotBuild."""
    epoch = moment_of_sources()
    output.mkdir(parents=True, exist_ok=True)
    built: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="clocking-terminal-package-") as name:
        work = Path(name)
        wheel = build_wheel(work / "wheel", epoch)
        for target in targets:
            print(f"package: {target.architecture}, Debian {target.debian} ...", file=sys.stderr, flush=True)
            tree = work / f"{target.architecture}-{target.debian}"
            release = tree / "usr/lib/clocking-terminal/release"
            release.mkdir(parents=True)
            build_release(release, wheel, target, epoch)
            package = pack(tree, target, output, epoch)
            materials = package.with_suffix(".cdx.json")
            shutil.copyfile(release / "sbom.cdx.json", materials)
            shutil.rmtree(tree)
            built += [package, materials]
    _write_checksums(output)
    return built


def moment_of_sources() -> int:
    """When the sources were last changed, in seconds: SOURCE_DATE_EPOCH, or the last commit. Raises CannotBuild."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        asked = ["git", "-C", str(CHECKOUT), "log", "-1", "--format=%ct"]
        given = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    try:
        return int(given)
    except ValueError:
        raise CannotBuild("this is no git checkout: set SOURCE_DATE_EPOCH to when the sources were made") from None


def _write_checksums(output: Path) -> None:
    files = sorted(path for path in output.iterdir() if path.suffix in {".deb", ".json"})
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (output / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run package", description=__doc__)
    parser.add_argument(
        "--architecture",
        nargs="+",
        choices=list(ARCHITECTURES),
        default=list(ARCHITECTURES),
        help="default: all; each is built on any machine",
    )
    parser.add_argument("--debian", nargs="+", choices=list(PYTHONS), default=list(PYTHONS), help="default: all")
    parser.add_argument("--output", type=Path, default=CHECKOUT / "dist", help="default: dist")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
