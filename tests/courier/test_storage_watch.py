"""The log tells of what harms the machine: once, until it was gone."""

import asyncio
from pathlib import Path

import pytest

from terminal_app.courier.storage_watch import watch_storage
from tests.test_machine import sensor

HEAT = "class/thermal/thermal_zone0/temp"


async def until(caplog: pytest.LogCaptureFixture, *events: str) -> None:
    async with asyncio.timeout(30):
        while [one.getMessage().split()[0].rstrip(":") for one in caplog.records] != list(events):
            await asyncio.sleep(0.01)


async def test_heat_voltage_and_wear_are_told_once_until_they_were_gone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sensor(tmp_path, HEAT, "80000\n")
    sensor(tmp_path, "class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
    sensor(tmp_path, "class/hwmon/hwmon0/name", "rpi_volt\n")
    sensor(tmp_path, "block/mmcblk0/device/life_time", "0x09 0x01\n")
    watch = asyncio.create_task(watch_storage(tmp_path, every_seconds=0.01, sys=tmp_path))
    every = ("machine-hot", "voltage-low", "card-worn")
    await until(caplog, *every)
    await asyncio.sleep(0.2)
    await until(caplog, *every)
    sensor(tmp_path, HEAT, "40000\n")
    await asyncio.sleep(0.2)
    sensor(tmp_path, HEAT, "81000\n")
    await until(caplog, *every, "machine-hot")
    watch.cancel()


async def test_a_machine_without_sensors_has_nothing_to_tell(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = asyncio.create_task(watch_storage(tmp_path, every_seconds=0.01, sys=tmp_path))
    await asyncio.sleep(0.2)
    assert [one for one in caplog.records if "disk" not in one.getMessage()] == []
    watch.cancel()
