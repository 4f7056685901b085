"""Driver names and what they make."""

from importlib.util import find_spec

import pytest

from drivers.badge_number import BadgeNumberForm
from drivers.catalogue import UnknownDriverError, create_reader, driver_names
from drivers.errors import ReaderError
from drivers.names import BUILT_IN
from drivers.reader import DriverNotInstalledError


@pytest.mark.parametrize("driver", driver_names())
def test_every_driver_makes_a_reader_without_touching_its_port(driver: str) -> None:
    try:
        reader = create_reader(driver, name="door", port="/no/such/port", badge_number=BadgeNumberForm.HEX)
    except DriverNotInstalledError:
        assert find_spec({"osdp": "osdp", "pcsc": "smartcard"}[driver]) is None
        return
    assert reader.name == "door"


def test_the_names() -> None:
    assert driver_names() == tuple(sorted(BUILT_IN))
    assert {"line", "rdm6300"} <= set(driver_names())


@pytest.mark.parametrize(
    ("unknown", "nearest"), [("lin", "line"), ("RDM630", "rdm6300"), ("twn5", "twn4"), ("", "ascii")]
)
def test_an_unknown_driver_is_refused_with_the_known_names_nearest_first(unknown: str, nearest: str) -> None:
    with pytest.raises(UnknownDriverError, match=f"known: {nearest}, ") as refusal:
        create_reader(unknown, name="door", port="/no/such/port", badge_number=BadgeNumberForm.HEX)
    assert isinstance(refusal.value, ReaderError)
    assert sorted(refusal.value.known) == sorted(BUILT_IN)
