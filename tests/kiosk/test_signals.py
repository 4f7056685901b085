"""Sound and light: the right ones, and none that delays or breaks an answer."""

import math
import struct
import threading
import wave
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.direction import Direction
from terminal_app.clocking.person import Person
from terminal_app.clocking.proposal import Proposal
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.kiosk.guest import AlreadyClocked, Answer, Badge, Guest, NotRecorded, Recorded, TakenBack
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.signals.alsa import SoundCard
from terminal_app.kiosk.signals.channel import Channel, Wait
from terminal_app.kiosk.signals.gpio import Buzzer, Lamps
from terminal_app.kiosk.signals.outcome import Outcome, outcome_of
from terminal_app.kiosk.signals.speaking import open_channels
from terminal_app.kiosk.signals.tones import LONGEST_SECONDS, Tone, as_wave, tones_of
from terminal_app.settings import SignalSettings
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, LEFT, LUC, MORNING, UNKNOWN, ZONE, SetClock

TONES = {outcome: tones_of(getattr(SignalSettings(), f"tone_{outcome}")) or () for outcome in Outcome}
PERSON = Person(1, "Anna", "Peeters", ANNA, "nl", None, None, None)
PATIENCE = 20.0


def guest(person: Person | None = PERSON) -> Guest:
    return Guest(Badge(ANNA, "door", SetClock().now()), person, wall_time_of(MORNING, ZONE))


class Heard:
    """A device that keeps what it is told."""

    name = "heard"

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.told = threading.Event()

    def say(self, outcome: Outcome, wait: Wait) -> None:
        del wait
        self.outcomes.append(outcome)
        self.told.set()


class Hanging:
    """A device that never comes back."""

    name = "hanging"

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.begun = threading.Event()
        self.release = threading.Event()

    def say(self, outcome: Outcome, wait: Wait) -> None:
        del wait
        self.outcomes.append(outcome)
        self.begun.set()
        self.release.wait(PATIENCE)


class Broken:
    """A device that fails, and is counted."""

    name = "broken"

    def __init__(self) -> None:
        self.times = threading.Semaphore(0)

    def say(self, outcome: Outcome, wait: Wait) -> None:
        del outcome, wait
        self.times.release()
        raise RuntimeError("no such device")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Recorded(guest(), ClockingKind.IN_OUT, 1, proposal=Proposal(Direction.IN, None)), Outcome.IN),
        (Recorded(guest(), ClockingKind.IN_OUT, 1, proposal=Proposal(Direction.OUT, None)), Outcome.OUT),
        (Recorded(guest(None), ClockingKind.IN_OUT, 1, proposal=Proposal(Direction.IN, None)), Outcome.UNKNOWN),
        (Recorded(guest(), ClockingKind.REASON, 1), Outcome.OTHER),
        (TakenBack(guest(), ClockingKind.IN_OUT), Outcome.OTHER),
        (AlreadyClocked(guest(), ClockingKind.IN_OUT, 1), Outcome.REPEATED),
        (NotRecorded(Refusal.STORAGE), Outcome.REFUSED),
    ],
)
def test_each_answer_has_its_outcome(answer: Answer, outcome: Outcome) -> None:
    assert outcome_of(answer) is outcome


def test_no_two_outcomes_sound_the_same() -> None:
    assert len(set(TONES.values())) == len(Outcome)


def test_tones_are_read() -> None:
    assert tones_of("1320/90 880/60") == (Tone(1320, 0.09), Tone(880, 0.06))


async def test_badges_are_heard(folder: Path) -> None:
    heard = Heard()
    async with session(folder, channels=[Channel(heard)]) as at:
        for number, badge in enumerate((ANNA, UNKNOWN, LEFT), start=1):
            heard.told.clear()
            at.reader.hold(badge)
            await at.sees("Anna Peeters" if badge == ANNA else "...BEEF" if badge == UNKNOWN else "Piet")
            while len(heard.outcomes) < number:
                await at.pilot.pause(0.01)
    assert heard.outcomes == [Outcome.IN, Outcome.UNKNOWN, Outcome.REFUSED]


async def test_a_device_that_hangs_or_fails_delays_no_answer(folder: Path) -> None:
    hanging, broken, heard = Hanging(), Broken(), Heard()
    async with session(folder, channels=[Channel(hanging), Channel(broken), Channel(heard)]) as at:
        try:
            at.reader.hold(ANNA)
            await at.sees("Anna Peeters")
            while not hanging.begun.is_set():
                await at.pilot.pause(0.01)
            at.reader.hold(LUC)
            await at.sees("Luc Dubois", "enregistré à")
            while len(heard.outcomes) < 2:
                await at.pilot.pause(0.01)
            assert at.app.is_running
        finally:
            hanging.release.set()
    assert broken.times.acquire(timeout=PATIENCE)
    assert broken.times.acquire(timeout=PATIENCE)


def test_only_the_newest_is_told() -> None:
    hanging = Hanging()
    channel = Channel(hanging)
    channel.say(Outcome.IN)
    assert hanging.begun.wait(PATIENCE)
    hanging.begun.clear()
    for outcome in (Outcome.OUT, Outcome.REFUSED):
        channel.say(outcome)
    hanging.release.set()
    assert hanging.begun.wait(PATIENCE)
    assert hanging.outcomes == [Outcome.IN, Outcome.REFUSED]


@pytest.mark.parametrize(
    "text", ["1320", "1320/", "/90", "20/90", "20000/90", "440/1500 440/600", "a/b", "440/90,880/90"]
)
def test_what_is_no_tone_is_told(text: str) -> None:
    assert tones_of(text) is None


@given(st.text())
def test_any_text_is_tones_or_not(text: str) -> None:
    tones = tones_of(text)
    assert tones is None or sum(tone.seconds for tone in tones) <= LONGEST_SECONDS


def test_a_wave_is_the_tone() -> None:
    with wave.open(BytesIO(as_wave([Tone(1000, 0.5)]))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16000)
        frames = file.readframes(file.getnframes())
    samples = struct.unpack(f"<{len(frames) // 2}h", frames)
    assert len(samples) == 8000
    turns = sum(one < 0 <= other for one, other in pairwise(samples))
    assert math.isclose(turns, 500, abs_tol=2)
    assert samples[0] == 0
    assert abs(samples[-1]) < 1000


def never(_: float) -> bool:
    return False


def test_the_sound_card_gets_the_wave(tmp_path: Path) -> None:
    player, got = tmp_path / "player", tmp_path / "got"
    player.write_text(f'#!/bin/sh\necho "$@" >"{got}.told"\ncat >"{got}"\n')
    player.chmod(0o755)
    card = SoundCard("hw:1", TONES, program=str(player))

    def step(_: float) -> bool:
        threading.Event().wait(0.01)
        return False

    card.say(Outcome.REFUSED, step)
    assert got.read_bytes() == as_wave(TONES[Outcome.REFUSED])
    assert Path(f"{got}.told").read_text() == "-q -D hw:1\n"


def test_a_player_that_hangs_is_ended_for_what_is_newer(tmp_path: Path) -> None:
    player = tmp_path / "player"
    player.write_text("#!/bin/sh\nexec sleep 600\n")
    player.chmod(0o755)
    SoundCard("default", TONES, program=str(player)).say(Outcome.IN, lambda _: True)


def test_a_player_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SoundCard("default", TONES, program=str(tmp_path / "none")).say(Outcome.IN, never)


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory(pin_class=MockPWMPin)
    gpiozero.Device.pin_factory = factory
    yield factory
    factory.reset()
    gpiozero.Device.pin_factory = None


def test_the_buzzer_sounds_each_tone_and_is_silent_afterwards(pins: MockFactory) -> None:
    buzzer, heard = Buzzer(18, TONES), []

    def wait(seconds: float) -> bool:
        pin = pins.pin(18)
        heard.append((pin.frequency, pin.state, seconds))
        return False

    buzzer.say(Outcome.REFUSED, wait)
    assert [(one, seconds) for one, state, seconds in heard if state] == [(330, 0.2), (330, 0.2)]
    assert pins.pin(18).state == 0
    buzzer.say(Outcome.IN, lambda _: True)
    assert pins.pin(18).state == 0


def test_a_lamp_is_lit_and_goes_out(pins: MockFactory) -> None:
    lamps, lit = Lamps(5, 6), []

    def wait(seconds: float) -> bool:
        lit.append((pins.pin(5).state, pins.pin(6).state))
        return False

    for outcome in Outcome:
        lamps.say(outcome, wait)
    assert lit == [(1, 0), (1, 0), (1, 0), (1, 0), (0, 1), (0, 1)]
    assert (pins.pin(5).state, pins.pin(6).state) == (0, 0)
    Lamps(None, 6).say(Outcome.IN, never)


def test_there_is_a_channel_for_each_device_of_the_settings() -> None:
    assert open_channels(SignalSettings()) == []
    devices = [
        one._device.name for one in open_channels(SignalSettings(buzzer_pin=1, red_pin=2, alsa_device="default"))
    ]
    assert devices == ["buzzer", "lamps", "alsa"]
