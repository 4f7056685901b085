"""The channels that the settings want."""

from collections.abc import Sequence

from terminal_app.kiosk.signals.channel import Channel, Device
from terminal_app.kiosk.signals.outcome import Outcome
from terminal_app.kiosk.signals.tones import tones_of
from terminal_app.settings import SignalSettings


def open_channels(settings: SignalSettings) -> Sequence[Channel]:
    """A channel for each device of the settings; nothing is opened before the first signal."""
    return [Channel(device) for device in _devices(settings)]


def _devices(settings: SignalSettings) -> list[Device]:
    tones = {outcome: tones_of(getattr(settings, f"tone_{outcome}")) or () for outcome in Outcome}
    devices: list[Device] = []
    if settings.buzzer_pin is not None:
        from terminal_app.kiosk.signals.gpio import Buzzer  # noqa: PLC0415 # few terminals have one

        devices.append(Buzzer(settings.buzzer_pin, tones))
    if settings.green_pin is not None or settings.red_pin is not None:
        from terminal_app.kiosk.signals.gpio import Lamps  # noqa: PLC0415

        devices.append(Lamps(settings.green_pin, settings.red_pin))
    if settings.alsa_device is not None:
        from terminal_app.kiosk.signals.alsa import SoundCard  # noqa: PLC0415

        devices.append(SoundCard(settings.alsa_device, tones))
    return devices
