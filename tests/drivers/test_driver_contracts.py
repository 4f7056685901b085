"""Every serial driver keeps the contract that is shipped for those of others (drivers.testing)."""

import pytest

from drivers.driver import OtherDriver, SerialDriver
from drivers.frames import ascii_frame, line, pn532, rdm6300, scanner, twn4, wiegand_text
from drivers.frames.decoder import Decoded
from drivers.names import BUILT_IN, driver_of
from drivers.testing import SerialDriverContract


class TestAscii(SerialDriverContract):
    driver = ascii_frame.ASCII


class TestCodatex(SerialDriverContract):
    driver = ascii_frame.CODATEX


class TestLine(SerialDriverContract):
    driver = line.DRIVER


class TestPn532(SerialDriverContract):
    driver = pn532.DRIVER
    checked = True
    noise = b"\x80\x55"


class TestPromag(SerialDriverContract):
    driver = ascii_frame.PROMAG


class TestRdm6300(SerialDriverContract):
    driver = rdm6300.DRIVER
    checked = True
    noise = b"\x00\xff\x03"


class TestRoger(SerialDriverContract):
    driver = ascii_frame.ROGER
    noise = b"\x00\xff\x03"


class TestScanner(SerialDriverContract):
    driver = scanner.DRIVER


class TestStid(SerialDriverContract):
    driver = ascii_frame.STID
    checked = True
    noise = b"\x00\xff\x03"


class TestTwn3(SerialDriverContract):
    driver = ascii_frame.TWN3_CHECKED
    checked = True
    noise = b"\x00\xff\r"


class TestTwn4(SerialDriverContract):
    driver = twn4.DRIVER


class TestTwn4Ascii(SerialDriverContract):
    driver = ascii_frame.TWN4_ASCII


class TestWiegandSerial(SerialDriverContract):
    driver = wiegand_text.DRIVER


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_serial_driver_is_tried(name: str) -> None:
    driver = driver_of(name)
    tried = [one.driver for one in SerialDriverContract.__subclasses__()]
    assert isinstance(driver, OtherDriver) or driver in tried


def broken(decoder: type, **changes: object) -> type[SerialDriverContract]:
    made = SerialDriver("broken", decoder=lambda _: decoder(), encode=line.encode_card, cards=line.DRIVER.cards)

    class Broken(SerialDriverContract):
        driver = made

    for name, value in changes.items():
        setattr(Broken, name, value)
    return Broken


class ForgetsAtEachRead(line.LineDecoder):
    def feed(self, data: bytes) -> list[Decoded]:
        found = super().feed(data)
        self.reset()
        return found


class NeverForgets(line.LineDecoder):
    def reset(self) -> int:
        return 0


class Raises(line.LineDecoder):
    def feed(self, data: bytes) -> list[Decoded]:
        data.decode("ascii")
        return super().feed(data)


@pytest.mark.parametrize(
    ("decoder", "test", "changes"),
    [
        (ForgetsAtEachRead, "test_byte_by_byte_gives_the_same", {}),
        (ForgetsAtEachRead, "test_any_bytes_give_the_same_in_any_slicing", {}),
        (NeverForgets, "test_a_reset_forgets_half_a_frame", {}),
        (Raises, "test_a_megabyte_of_noise_fills_no_memory", {}),
        (line.LineDecoder, "test_a_wrong_byte_gives_no_other_card", {"checked": True}),
    ],
)
def test_the_contract_notices_a_wrong_driver(decoder: type, test: str, changes: dict[str, object]) -> None:
    with pytest.raises((AssertionError, UnicodeDecodeError)):
        getattr(broken(decoder, **changes)(), test)()
