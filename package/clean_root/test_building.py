"""The packages themselves: the same bytes twice, every machine, what is in them; and the ways without a package."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from package.clean_root.conftest import unpacked
from package.clean_root.root import make_root_archive
from package.clean_root.scripts import READ, RECORD
from package.clean_root.sources import EPOCH, build_package, copy_of_checkout
from package.release import CHECKOUT

_ELF_MACHINE = {"amd64": 62, "arm64": 183, "armhf": 40}


def test_the_same_sources_give_the_same_bytes(work: Path, package: Path) -> None:
    checkout = copy_of_checkout(work / "elsewhere" / "a checkout")
    again = build_package(checkout, work / "again", TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="7")
    assert again.read_bytes() == package.read_bytes()
    for name in (f"{package.stem}.cdx.json", "SHA256SUMS"):
        assert (again.parent / name).read_bytes() == (package.parent / name).read_bytes()
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=package.parent, check=True)


def test_the_bill_of_materials_is_what_is_in_it(package: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--extract", str(package), str(tmp_path)], check=True)
    site = next(tmp_path.glob("usr/lib/clocking-terminal/release/lib/*/site-packages"))
    bill = json.loads(package.with_suffix(".cdx.json").read_text(encoding="utf-8"))
    named = {
        f"{one['name'].lower().replace('-', '_').replace('.', '_')}-{one['version']}" for one in bill["components"]
    }
    there = {
        path.name.removesuffix(".dist-info").lower().replace("-", "_", path.name.count("-") - 2)
        for path in site.glob("*.dist-info")
    }
    assert named == {one for one in there if not one.startswith("clocking_terminal")}
    assert bill["metadata"]["component"]["name"] == "clocking-terminal"
    assert all(one["externalReferences"][0]["hashes"] for one in bill["components"])


@pytest.mark.parametrize("architecture", ["arm64", "armhf"])
@pytest.mark.parametrize("debian", ["12", "13"])
def test_compiled_parts(architecture: str, debian: str, tmp_path: Path) -> None:
    """Built here, and their compiled parts are for there."""
    command = [sys.executable, "-m", "package", "--architecture", architecture, "--debian", debian]
    subprocess.run(
        [*command, "--output", str(tmp_path)],
        cwd=CHECKOUT,
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)},
    )
    package = next(tmp_path.glob("*.deb"))
    assert package.name.endswith(f"+deb{debian}_{architecture}.deb")
    subprocess.run(["dpkg-deb", "--extract", str(package), str(tmp_path / "tree")], check=True)
    compiled = list((tmp_path / "tree").rglob("*.so"))
    assert compiled
    for path in compiled:
        assert int.from_bytes(path.read_bytes()[18:20], "little") == _ELF_MACHINE[architecture]


@pytest.mark.parametrize(
    ("debian", "architecture", "python"), [("13", "amd64", "3.13"), ("12", "arm64", "3.11"), ("12", "armhf", "3.11")]
)
def test_on_other_machines(debian: str, architecture: str, python: str, work: Path, tmp_path: Path) -> None:
    """In a clean root of each, ARM's in emulation (qemu-user-static): installed, used, purged."""
    archive = work / f"debian-{debian}-{architecture}.tar"
    make_root_archive(archive, debian, ["systemd", f"python{python}"], architecture)
    package = build_package(CHECKOUT, work / f"for {debian} {architecture}", debian, architecture)
    for root in unpacked(archive, tmp_path / "root"):
        root.install(package)
        assert root.call("clocking-terminal", "--version").stdout == "clocking-terminal 0.1.0\n"
        settings = "/usr/share/clocking-terminal/terminal.example.toml"
        assert (
            'name = "Main entrance"' in root.call("clocking-terminal", "settings", "show", "--config", settings).stdout
        )
        root.call("install", "-d", "-o", "clocking-terminal", "/var/lib/clocking-terminal")
        root.python(RECORD, "1:recorded", "2:confirmed")
        assert [row.split()[1] for row in root.python(READ).splitlines()[1:]] == ["recorded", "confirmed"]
        root.call("dpkg", "--purge", "clocking-terminal")
        assert not root.path("/opt/clocking-terminal").exists()


def test_uv_tool_install(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment |= {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    uv = [str(Path(sys.executable).with_name("uv")), "tool", "install", "--quiet"]
    subprocess.run(
        [*uv, "--constraints", "requirements/runtime.txt", str(CHECKOUT)], cwd=CHECKOUT, check=True, env=environment
    )
    said = subprocess.run(
        [str(tmp_path / "bin/clocking-terminal"), "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout == "clocking-terminal 0.1.0\n"


def test_the_ansible_role_is_linted(tmp_path: Path) -> None:
    """In a copy, since it writes beside what it reads."""
    shutil.copytree(CHECKOUT / "docs/ansible", tmp_path / "ansible")
    uvx = [str(Path(sys.executable).with_name("uv")), "tool", "run", "--quiet", "--from", "ansible-lint==26.10.1"]
    environment = {**os.environ, "HOME": str(tmp_path), "UV_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(
        [*uvx, "ansible-lint", "--offline", "--profile", "production", "."],
        cwd=tmp_path / "ansible",
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failure(s), 0 warning(s)" in done.stderr
