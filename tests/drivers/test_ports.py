"""The names of ports, from a tree of links as udev makes it."""

from pathlib import Path

from drivers.ports import PortNames, serial_ports


def test_ports_have_the_names_that_stay_and_twins_are_told_apart_by_their_socket(tmp_path: Path) -> None:
    for device in ("ttyUSB0", "ttyUSB1", "ttyUSB10", "ttyACM0", "tty1"):
        (tmp_path / device).touch()
    for folder, links in {
        "by-id": {"usb-1a86_USB_Serial-if00-port0": "ttyUSB1", "usb-Elatec_TWN4-if00": "ttyACM0"},
        "by-path": {"usb-0:1.1": "ttyUSB0", "usb-0:1.2": "ttyUSB1", "usb-0:1.2-long-name": "ttyUSB1", "gone": "ttyS9"},
    }.items():
        (tmp_path / "serial" / folder).mkdir(parents=True)
        for name, device in links.items():
            (tmp_path / "serial" / folder / name).symlink_to(Path("..", "..", device))
    by_id, by_path = f"{tmp_path}/serial/by-id/", f"{tmp_path}/serial/by-path/"
    ports = serial_ports(tmp_path)
    assert ports == [
        PortNames(f"{tmp_path}/ttyACM0", f"{by_id}usb-Elatec_TWN4-if00", None),
        PortNames(f"{tmp_path}/ttyUSB0", None, f"{by_path}usb-0:1.1"),
        PortNames(f"{tmp_path}/ttyUSB1", f"{by_id}usb-1a86_USB_Serial-if00-port0", f"{by_path}usb-0:1.2"),
        PortNames(f"{tmp_path}/ttyUSB10", None, None),
    ]
    # Two of one kind without serial numbers share their by-id name, so udev gives it to one of them only.
    assert [port.best for port in ports] == [
        f"{by_id}usb-Elatec_TWN4-if00",
        f"{by_path}usb-0:1.1",
        f"{by_id}usb-1a86_USB_Serial-if00-port0",
        f"{tmp_path}/ttyUSB10",
    ]


def test_a_machine_without_any(tmp_path: Path) -> None:
    assert serial_ports(tmp_path) == []
