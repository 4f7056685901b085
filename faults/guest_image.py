"""The disk of the guest: a Debian with kernel and systemd, our package, and what tells us of it."""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from faults.report import CannotRun
from package.clean_root.root import CannotMakeRoot, CleanRoot, make_root_archive

_CHECKOUT = Path(__file__).parents[1]
_KEPT = _CHECKOUT / "build" / "guest"
_PACKAGES = [
    *("systemd", "systemd-sysv", "udev", "dbus", "kmod", "iproute2", "procps", "login"),
    *("linux-image-cloud-amd64", "python3.11"),
]
_MEGABYTES = 1500
ADDRESS, PORT = "10.0.2.100", 80
"""Where the guest finds the simulator: in a network that exists inside of qemu only."""
SETTINGS = f"""\
[terminal]
name = "Main entrance"
external_code = "GATE-1"
languages = ["en"]
same_booking_seconds = 0
answer_seconds = 1
[protime]
tenant = "acme"
client_id = "demo-terminal"
base_url = "http://127.0.0.1:{PORT}"
authentication_url = "http://127.0.0.1:{PORT}"
[storage]
folder = "/var/lib/clocking-terminal"
[delivery]
hold_back_seconds = 1
settle_seconds = 5
proxy_seconds = 5
longest_pause_seconds = 5
[synchronisation]
interval_minutes = 60
[[reader]]
driver = "rdm6300"
port = "/dev/ttyS1"
"""
_FILES = {
    "/etc/clocking-terminal/terminal.toml": SETTINGS,
    "/etc/clocking-terminal/protime-client-secret": "demo-secret\n",
    # As systemd/README.md says for a port that is none of USB.
    "/etc/systemd/system/clocking-terminal-kiosk.service.d/port.conf": "[Service]\nDeviceAllow=/dev/ttyS1 rw\n",
    "/etc/systemd/system/guest-network.service": (
        "[Unit]\nBefore=network.target\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c"
        " 'ip address add 10.0.2.15/24 dev ens3; ip link set ens3 up'\n[Install]\nWantedBy=multi-user.target\n"
    ),
    # Plain http is allowed on loopback only.
    "/etc/systemd/system/simulator.socket": (
        f"[Socket]\nListenStream=127.0.0.1:{PORT}\n[Install]\nWantedBy=sockets.target\n"
    ),
    "/etc/systemd/system/simulator.service": (
        f"[Service]\nExecStart=/lib/systemd/systemd-socket-proxyd {ADDRESS}:{PORT}\n"
    ),
    "/etc/systemd/system/guest-inside.service": (
        "[Unit]\nDefaultDependencies=no\nAfter=systemd-udevd.service\n"
        "[Service]\nExecStartPre=/sbin/modprobe virtio_console\nExecStartPre=/bin/sh -c"
        " 'while [ ! -e /dev/virtio-ports/command ]; do sleep 0.1; done'\n"
        "ExecStart=/usr/bin/python3.11 /usr/local/lib/guest_inside.py\n[Install]\nWantedBy=sysinit.target\n"
    ),
    "/etc/fstab": "/dev/vda / ext4 errors=remount-ro 0 1\n",
    "/etc/hostname": "terminal\n",
}
_ENABLED = ["simulator.socket", "guest-inside.service", "guest-network.service", "clocking-terminal.target"]
_MASKED = ["getty@tty1.service", "serial-getty@ttyS0.service", "e2scrub_reap.service", "e2scrub_all.timer"]


@dataclass(frozen=True, slots=True)
class Image:
    """A disk, and what starts it."""

    disk: Path
    kernel: Path
    initrd: Path

    def copy(self, disk: Path) -> "Image":
        """With a disk of its own."""
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(self.disk), str(disk)], check=True)
        return Image(disk, self.kernel, self.initrd)


def build_image(folder: Path, *, also: dict[str, Path] | None = None) -> Image:
    """Make it in `folder`; files of this machine in `also` are there too, by their paths in the guest.

    Raises CannotRun where root, mmdebstrap, qemu or Debian's packages are not to be had.
    """
    for program, package in (
        ("qemu-system-x86_64", "qemu-system-x86"),
        ("mmdebstrap", "mmdebstrap"),
        ("mke2fs", "e2fsprogs"),
    ):
        if shutil.which(program) is None:
            raise CannotRun(f"{program} is needed: apt install {package}")
    _KEPT.mkdir(parents=True, exist_ok=True)
    archive = _KEPT / "debian-12.tar"
    if not archive.exists():
        try:
            make_root_archive(archive.with_suffix(".part"), "12", _PACKAGES)
        except CannotMakeRoot as why:
            raise CannotRun(str(why)) from why
        archive.with_suffix(".part").rename(archive)
    with tempfile.TemporaryDirectory(prefix="guest-", dir=folder) as name:
        root = CleanRoot(Path(name))
        subprocess.run(["tar", "-xf", str(archive), "-C", name], check=True)
        root.install(package_of_checkout(folder / "package"))
        _furnish(root, also or {})
        boot = root.path("/boot")
        kernel, initrd = folder / "vmlinuz", folder / "initrd"
        shutil.copy(next(boot.glob("vmlinuz-*")), kernel)
        shutil.copy(next(boot.glob("initrd.img-*")), initrd)
        disk = folder / "disk.img"
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", name, str(disk), f"{_MEGABYTES}M"], check=True)
    return Image(disk, kernel, initrd)


def package_of_checkout(output: Path) -> Path:
    """The package for Debian 12, amd64."""
    command = [sys.executable, "-m", "package", "--architecture", "amd64", "--debian", "12", "--output", str(output)]
    subprocess.run(command, cwd=_CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    return next(output.glob("*.deb"))


def _furnish(root: CleanRoot, also: dict[str, Path]) -> None:
    for name, text in _FILES.items():
        path = root.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    inside = {"/usr/local/lib/guest_inside.py": Path(__file__).with_name("guest_inside.py"), **also}
    for name, source in inside.items():
        root.path(name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, root.path(name))
    root.call("chgrp", "clocking-terminal", "/etc/clocking-terminal/terminal.toml")
    root.call("chmod", "600", "/etc/clocking-terminal/protime-client-secret")
    root.call("systemctl", "enable", *_ENABLED)
    root.call("systemctl", "mask", *_MASKED)
