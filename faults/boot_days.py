"""What a booted machine has to do, step by step: each step gives figures, and adds what was wrong to `faults`."""

import time
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from benchmarks.site import RosterPerson
from faults.guest import IDLE, Guest, Screen
from faults.guest_image import Image
from faults.guest_lives import ANSWER_SECONDS, BOOT_SECONDS, DELIVERY_SECONDS, Scene, ledger_of, wait_for_people
from faults.terminal import sent_of

Figures = Mapping[str, int | float | str]
_UNITS = ("clocking-terminal-kiosk.service", "clocking-terminal-courier.service")
_OFFLINE_BADGES = 5
_DOUBTFUL_BADGES = 3
_ZONE = ZoneInfo("Europe/Brussels")
_TRIAL_SECONDS = 900.0
_VERSION = "/usr/lib/clocking-terminal/version"


def first_day(scene: Scene, image: Image, faults: list[str]) -> Figures:
    """It starts, knows people, takes a badge; takes badges without a network, and delivers them with one."""
    with scene.power(image) as guest:
        began = time.monotonic()
        idle = guest.shows(IDLE, within_seconds=BOOT_SECONDS)
        seconds = time.monotonic() - began
        if idle is None:
            faults.append(f"first day: no idle screen within {BOOT_SECONDS:g} s")
            return {}
        wait_for_people(guest)
        states = [guest.do(f"systemctl is-active {unit} || true").strip() for unit in _UNITS]
        faults += [f"{unit} is {state}" for unit, state in zip(_UNITS, states, strict=True) if state != "active"]
        owner = guest.do("ps -o comm=,user= -t tty1").split()
        if "clocking-termin" not in " ".join(owner) and "python" not in " ".join(owner):
            faults.append(f"tty1 belongs to {owner}")
        answers = [_badge(guest, scene.people[0], faults)]
        _wait_for_server(scene, 1, faults)

        guest.plug(network=False)
        answers += [_badge(guest, who, faults) for who in scene.people[1 : 1 + _OFFLINE_BADGES]]
        time.sleep(15)
        without = len(scene.simulator.received())
        if without != 1:
            faults.append(f"without a network the server got {without - 1} clockings")
        guest.plug(network=True)
        _wait_for_server(scene, 1 + _OFFLINE_BADGES, faults)
        guest.power_off()
    seconds_to_answer = sorted(one for one in answers if one is not None)
    return {
        "first boot: seconds from power to the idle screen": round(seconds, 1),
        "first boot: seconds from badge to answer, median": round(seconds_to_answer[len(seconds_to_answer) // 2], 2)
        if seconds_to_answer
        else "none",
        "badged while the network was unplugged, then delivered": _OFFLINE_BADGES,
    }


def wrong_clock(scene: Scene, image: Image, faults: list[str]) -> Figures:
    """A start in 2020 without a network: it says so, books at once, and Protime gets the right minutes later."""
    before = len(scene.simulator.received())
    told: list[tuple[int, set[int]]] = []
    with scene.power(image, network=False, clock="2020-01-01T08:00:00") as guest:
        if guest.shows(IDLE, "clock not verified", within_seconds=BOOT_SECONDS) is None:
            faults.append("wrong clock: the idle screen does not say that the clock is not verified")
            return {}
        guest_year = guest.do("date +%Y").strip()
        for who in scene.people[:_DOUBTFUL_BADGES]:
            minutes = {_minute_now()}
            _badge(guest, who, faults)
            told.append((who.id, minutes | {_minute_now()}))
        time.sleep(70)  # so that the minutes of badging and of delivery differ
        if len(scene.simulator.received()) != before:
            faults.append("wrong clock: clockings were sent without a network")
        guest.plug(network=True)
        _wait_for_server(scene, before + _DOUBTFUL_BADGES, faults)
        guest.power_off()
    today = datetime.now(_ZONE).date().isoformat()
    got = {person: (date, minute) for person, date, minute in sent_of(scene.simulator.received())[before:]}
    for person, minutes in told:
        if got.get(person) not in {(today, minute) for minute in minutes}:
            faults.append(f"wrong clock: person {person} badged in minute {minutes}, the server has {got.get(person)}")
    return {
        "wrong clock: the machine believed to be in": guest_year,
        "wrong clock: clockings that Protime has with the right minute": _DOUBTFUL_BADGES,
    }


def bad_upgrade(scene: Scene, image: Image, faults: list[str], version: str, good: str) -> Figures:
    """A version whose kiosk does not start, and which changes the ledger: the one before comes back by itself.

    Then one that is well, which stays.
    """
    before = len(scene.simulator.received())
    with scene.power(image) as guest:
        guest.shows(IDLE, within_seconds=BOOT_SECONDS)
        was = guest.do(f"{_VERSION} list").split()[1]
        guest.plug(network=False)
        for who in scene.people[:3]:
            _badge(guest, who, faults)
        known = ledger_of(guest).recorded
        guest.do("dpkg --install /root/broken.deb")
        if version not in guest.do(f"{_VERSION} list"):
            faults.append("upgrade: the new version is not there")
        began = time.monotonic()
        back = _until(guest, f"{_VERSION} list", f"* {was}\n")
        seconds = time.monotonic() - began
        if back is None:
            faults.append(f"upgrade: {was} did not come back: {guest.do(f'{_VERSION} list')}")
            return {}
        since = len(guest.screens)
        if guest.shows(IDLE, within_seconds=BOOT_SECONDS, since=max(0, since - 1)) is None:
            faults.append("upgrade: no idle screen after going back")
        held = ledger_of(guest)
        if held.recorded != known or held.check != "ok":
            faults.append(f"upgrade: the ledger had {known}, and has {held}")
        _badge(guest, scene.people[3], faults)
        guest.plug(network=True)
        _wait_for_server(scene, before + 4, faults)

        guest.do("dpkg --install /root/good.deb")
        if _until(guest, f"{_VERSION} list", f"* {good}\n") is None:
            faults.append(f"upgrade: {good} did not stay: {guest.do(f'{_VERSION} list')}")
        _badge(guest, scene.people[4], faults)
        _wait_for_server(scene, before + 5, faults)
        guest.power_off()
    return {"seconds after which a version that is not well was gone again": round(seconds)}


def _badge(guest: Guest, who: RosterPerson, faults: list[str]) -> float | None:
    """Hold a badge; seconds until its answer was there."""
    since, began = len(guest.screens), time.monotonic()
    guest.hold(who.card)
    answer: Screen | None = guest.shows(who.painted.decode(), "recorded at", within_seconds=ANSWER_SECONDS, since=since)
    if answer is None:
        faults.append(f"person {who.id}: no answer within {ANSWER_SECONDS:g} s; {guest.screens[-1:]}")
        return None
    return time.monotonic() - began


def _wait_for_server(scene: Scene, count: int, faults: list[str]) -> None:
    """Until it has so many; more, or fewer after a long time, is a fault."""
    end = time.monotonic() + DELIVERY_SECONDS
    while len(scene.simulator.received()) < count and time.monotonic() < end:
        time.sleep(0.5)
    time.sleep(5)  # for one too many
    if (got := len(scene.simulator.received())) != count:
        faults.append(f"the server has {got} clockings instead of {count}")


def _until(guest: Guest, command: str, wanted: str) -> str | None:
    """Ask until the answer has it."""
    end = time.monotonic() + _TRIAL_SECONDS
    while wanted not in (said := guest.do(command)):
        if time.monotonic() > end:
            return None
        time.sleep(3)
    return said


def _minute_now() -> int:
    now = datetime.now(_ZONE)
    return now.hour * 60 + now.minute
