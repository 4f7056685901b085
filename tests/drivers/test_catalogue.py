"""Driver names and what they make."""

import pytest

from drivers.badge_number import BadgeNumberForm
from drivers.catalogue import UnknownDriverError, create_reader, driver_names
from drivers.reader import ReaderError


@pytest.mark.parametrize("driver", driver_names())
def test_every_driver_makes_a_reader_without_touching_its_port(driver: str) -> None:
    reader = create_reader(driver, name="door", port="/no/such/port", badge_number=BadgeNumberForm.HEX)
    assert reader.name == "door"


def test_the_names() -> None:
    assert driver_names() == ("line", "rdm6300")


@pytest.mark.parametrize(
    ("unknown", "known"),
    [("lin", ("line", "rdm6300")), ("RDM630", ("rdm6300", "line")), ("", ("line", "rdm6300"))],
)
def test_an_unknown_driver_is_refused_with_the_known_names_nearest_first(unknown: str, known: tuple[str, ...]) -> None:
    with pytest.raises(UnknownDriverError, match="known: " + ", ".join(known)) as refusal:
        create_reader(unknown, name="door", port="/no/such/port", badge_number=BadgeNumberForm.HEX)
    assert isinstance(refusal.value, ReaderError)
    assert refusal.value.known == known
