"""The sensors of a machine, from files like those of Linux."""

from pathlib import Path

import pytest

from terminal_app.cli.machine_status import machine_facts, versions_fact
from terminal_app.machine import card_worn_percent, has_low_voltage, temperature_celsius


def sensor(sys: Path, path: str, text: str) -> None:
    (sys / path).parent.mkdir(parents=True, exist_ok=True)
    (sys / path).write_text(text, encoding="ascii")


def test_a_machine_without_sensors_says_nothing(tmp_path: Path) -> None:
    assert temperature_celsius(tmp_path) is None
    assert has_low_voltage(tmp_path) is None
    assert card_worn_percent(tmp_path) is None
    assert list(machine_facts(tmp_path)) == []


def test_the_hottest_zone_counts_and_nonsense_does_not(tmp_path: Path) -> None:
    for number, text in enumerate(["41235\n", "60100\n", "-274000\n", "warm\n"]):
        sensor(tmp_path, f"class/thermal/thermal_zone{number}/temp", text)
    assert temperature_celsius(tmp_path) == 60.1


@pytest.mark.parametrize(("celsius", "is_well"), [(74, True), (75, False)])
def test_heat_is_told(tmp_path: Path, celsius: int, *, is_well: bool) -> None:
    sensor(tmp_path, "class/thermal/thermal_zone0/temp", f"{celsius}000\n")
    (fact,) = machine_facts(tmp_path)
    assert (fact.remedy is None) is is_well


@pytest.mark.parametrize(("alarm", "is_well"), [("0\n", True), ("1\n", False)])
def test_low_voltage_of_a_pi_is_told(tmp_path: Path, alarm: str, *, is_well: bool) -> None:
    sensor(tmp_path, "class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
    sensor(tmp_path, "class/hwmon/hwmon0/name", "another\n")
    sensor(tmp_path, "class/hwmon/hwmon1/in0_lcrit_alarm", alarm)
    sensor(tmp_path, "class/hwmon/hwmon1/name", "rpi_volt\n")
    (fact,) = machine_facts(tmp_path)
    assert (fact.remedy is None) is is_well


def test_the_worse_half_of_a_worn_card_is_told(tmp_path: Path) -> None:
    sensor(tmp_path, "block/mmcblk0/device/life_time", "0x01 0x09\n")
    (fact,) = machine_facts(tmp_path)
    assert fact.state == "90 % of its life used"
    assert fact.remedy is not None


def test_versions_are_named() -> None:
    fact = versions_fact()
    assert fact.remedy is None
    assert {"clocking-terminal", "Python", "SQLite", "kernel"} <= set(
        str(fact.details["versions"]).replace("'", " ").replace(":", " ").split()
    )
