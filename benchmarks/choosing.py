"""A list of 5,000 activities: opened, and filtered letter by letter, in the process of the screen.

The floor of a letter is one look through as many strings.
"""

import time
from statistics import median

from benchmarks.figures import Figure, figure
from terminal_app.clocking.choices import ActivityDefinition, Text
from terminal_app.clocking.clocking import ClockingKind, Moment
from terminal_app.clocking.person import Person
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.kiosk.choosing import list_of, with_letter, without_letters
from terminal_app.kiosk.guest import Badge, Guest, Offer
from terminal_app.timekeeping.clock import SystemClock
from terminal_app.timekeeping.zones import zone_of

_DEFINITIONS = 5000
_TIMES = 30
_WORDS = ("Montage", "Lassen", "Verpakking", "Onderhoud", "Électricité", "Kwaliteit", "Magazijn", "Schilderen")


def measure() -> list[Figure]:
    """A frame of 60 a second is 17 ms: nobody sees less."""
    offer = _offer()
    opened, first, typed, listing = [], [], [], list_of(offer, (), "nl")
    for _ in range(_TIMES):
        began = time.perf_counter()
        listing = list_of(offer, (), "nl")
        opened.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        warm = with_letter(listing, "m")
        first.append((time.perf_counter() - began) * 1000)
        for letters in ("m", "mo", "e", "el", "ver", "4711"):
            found = without_letters(warm)
            for letter in letters:
                began = time.perf_counter()
                found = with_letter(found, letter)
                typed.append((time.perf_counter() - began) * 1000)
    keys = with_letter(listing, "m").keys
    floors = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        sum(" mo" in key for key in keys)
        floors.append((time.perf_counter() - began) * 1000)
    return [
        figure(f"{_DEFINITIONS} activities: the list", opened, most_p99=100),
        figure(f"{_DEFINITIONS} activities: the first letter", first, most_p99=100),
        figure(f"{_DEFINITIONS} activities: each further letter", typed, floor=median(floors), most_p99=17),
    ]


def _offer() -> Offer:
    clock = SystemClock()
    now = clock.now()
    guest = Guest(
        Badge("0600D507D0", "door", Moment(now.instant, now.monotonic_ns, now.boottime_ns, now.boot_id)),
        Person(1, "Anna", "Peeters", "0600D507D0", "nl", None, None, None),
        wall_time_of(now.instant, zone_of("Europe/Brussels")),
    )
    definitions = tuple(
        ActivityDefinition(
            f"a{number}",
            1,
            None,
            Text(f"{_WORDS[number % len(_WORDS)]} {number:04d}", {}),
            f"C{number}",
            None,
            None,
            None,
        )
        for number in range(_DEFINITIONS)
    )
    return Offer(guest, ClockingKind.ACTIVITY, definitions)
