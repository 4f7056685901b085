"""Built once for all tests: packages of this checkout, the same again, a newer one; and a clean root to copy."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from package.clean_root.root import CleanRoot, make_root_archive
from package.clean_root.sources import build_package, copy_of_checkout, make_newer

NEWER = "0.1.1"


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("package")


@pytest.fixture(scope="session")
def package(work: Path) -> Path:
    return build_package(copy_of_checkout(work / "sources"), work / "built")


@pytest.fixture(scope="session")
def newer_package(work: Path) -> Path:
    checkout = copy_of_checkout(work / "newer sources")
    make_newer(checkout, NEWER)
    return build_package(checkout, work / "newer")


@pytest.fixture(scope="session")
def archive(work: Path) -> Path:
    path = work / "debian-12.tar"
    make_root_archive(path, "12", ["systemd", "python3.11"])
    return path


@pytest.fixture
def root(archive: Path, tmp_path: Path) -> Iterator[CleanRoot]:
    yield from unpacked(archive, tmp_path / "root")


def unpacked(archive: Path, folder: Path) -> Iterator[CleanRoot]:
    folder.mkdir()
    subprocess.run(["tar", "-xf", str(archive), "-C", str(folder)], check=True)
    yield CleanRoot(folder)
    shutil.rmtree(folder)
