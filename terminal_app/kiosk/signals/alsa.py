"""Tones by the sound card, played by ALSA's own program."""

import subprocess
from collections.abc import Mapping

from terminal_app.kiosk.signals.channel import Wait
from terminal_app.kiosk.signals.outcome import Outcome
from terminal_app.kiosk.signals.tones import LONGEST_SECONDS, Tone, as_wave

_PATIENCE_SECONDS = LONGEST_SECONDS + 1.0
_STEP_SECONDS = 0.02


class SoundCard:
    """Plays with aplay (package alsa-utils)."""

    name = "alsa"

    def __init__(self, device: str, tones: Mapping[Outcome, tuple[Tone, ...]], program: str = "aplay") -> None:
        self._command = [program, "-q", "-D", device]
        self._waves = {outcome: as_wave(each) for outcome, each in tones.items() if each}

    def say(self, outcome: Outcome, wait: Wait) -> None:
        """Play it, until it ends or something newer is to be said. Raises OSError and CalledProcessError."""
        wave = self._waves.get(outcome)
        if wave is None:
            return
        player = subprocess.Popen(  # noqa: S603 # a fixed program, and a device of the settings
            self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            assert player.stdin is not None  # noqa: S101 # it is a pipe
            player.stdin.write(wave)
            player.stdin.close()
            waited = 0.0
            while player.poll() is None and waited < _PATIENCE_SECONDS and not wait(_STEP_SECONDS):
                waited += _STEP_SECONDS
        finally:
            player.kill()
            code = player.wait()
        if code > 0:
            raise subprocess.CalledProcessError(code, self._command)
