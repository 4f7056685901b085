"""For which machines packages are built, and what Python and which wheels each has."""

from dataclasses import dataclass

ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64", "armhf": "armv7l"}
"""Debian's names, and those of wheels."""
PYTHONS = {"12": "3.11", "13": "3.13"}
"""The Python of each Debian release."""
_GLIBC = {"12": 36, "13": 41}
"""2.X: what each release's C library is, so which wheels it can run."""


@dataclass(frozen=True, slots=True)
class Target:
    """One package: an architecture and a Debian release."""

    architecture: str
    debian: str

    @property
    def python(self) -> str:
        """As in /usr/bin/python3.11."""
        return PYTHONS[self.debian]

    @property
    def wheel_platforms(self) -> list[str]:
        """Every platform tag whose wheels run there, the newest C library first."""
        machine = ARCHITECTURES[self.architecture]
        newest = _GLIBC[self.debian]
        return [f"manylinux_2_{minor}_{machine}" for minor in range(newest, 16, -1)] + [f"manylinux2014_{machine}"]

    def version(self, version: str) -> str:
        """Debian's version of ours: a pre-release sorts before its release, and Debian 12's before 13's."""
        for mark in (".dev", "rc", "a", "b"):
            version = version.replace(mark, f"~{mark.strip('.')}")
        return f"{version}+deb{self.debian}"


def all_targets(architectures: list[str], releases: list[str]) -> list[Target]:
    """One for each pair."""
    return [Target(architecture, debian) for architecture in architectures for debian in releases]
