"""A buzzer and lamps on the pins of a Raspberry Pi, by gpiozero; its pins may be those of its mock factory."""

from collections.abc import Mapping
from typing import Protocol

from terminal_app.kiosk.signals.channel import Wait
from terminal_app.kiosk.signals.outcome import Outcome
from terminal_app.kiosk.signals.tones import Tone


class _Pulse(Protocol):
    """What is used of gpiozero's PWMOutputDevice."""

    frequency: float
    value: float


class _Lamp(Protocol):
    """What is used of gpiozero's LED."""

    def on(self) -> None: ...
    def off(self) -> None: ...


_LIT_SECONDS = 1.5
_NOT_WELL = (Outcome.UNKNOWN, Outcome.REFUSED)
_PAUSE_SECONDS = 0.03


class Buzzer:
    """A passive buzzer (piezo), over a transistor."""

    name = "buzzer"

    def __init__(self, pin: int, tones: Mapping[Outcome, tuple[Tone, ...]]) -> None:
        """`pin` by its BCM number."""
        self._pin = pin
        self._tones = tones
        self._device: _Pulse | None = None

    def say(self, outcome: Outcome, wait: Wait) -> None:
        """Sound the tones; the pin is low afterwards, whatever happens. Raises what gpiozero raises."""
        from gpiozero import PWMOutputDevice  # noqa: PLC0415 # an optional package, in a thread that may take its time

        if self._device is None:
            self._device = PWMOutputDevice(self._pin)
        device = self._device
        try:
            for tone in self._tones[outcome]:
                device.frequency = tone.hertz
                device.value = 0.5
                if wait(tone.seconds):
                    return
                device.value = 0
                if wait(_PAUSE_SECONDS):
                    return
        finally:
            device.value = 0


class Lamps:
    """A green and a red lamp, or one of them."""

    name = "lamps"

    def __init__(self, green: int | None, red: int | None) -> None:
        """Pins by their BCM numbers."""
        self._pins = {True: green, False: red}
        self._lamps: dict[bool, _Lamp] = {}

    def say(self, outcome: Outcome, wait: Wait) -> None:
        """Light the lamp for a while. Raises what gpiozero raises."""
        from gpiozero import LED  # noqa: PLC0415 # see above

        is_well = outcome not in _NOT_WELL
        pin = self._pins[is_well]
        if pin is None:
            return
        if is_well not in self._lamps:
            self._lamps[is_well] = LED(pin)
        lamp = self._lamps[is_well]
        lamp.on()
        try:
            wait(_LIT_SECONDS)
        finally:
            lamp.off()
