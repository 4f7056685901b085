"""One read a presence."""

import itertools
import sys

from hypothesis import given
from hypothesis import strategies as st

from drivers.presence import MOST_CARDS, RELEASE_NS, Presence

MILLISECOND = 1_000_000

# (card, nanoseconds since the former frame)
arrivals = st.lists(
    st.tuples(st.sampled_from("ABC"), st.one_of(st.integers(0, 2 * RELEASE_NS), st.just(RELEASE_NS), st.just(0))),
    max_size=60,
)


def reads(steps: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The cards delivered, with their times."""
    presence, now, delivered = Presence(), 0, []
    for card, step in steps:
        now += step
        if presence.arrives(card, now):
            delivered.append((card, now))
    return delivered


def test_a_card_that_stays_eight_hours_is_one_read_in_flat_memory() -> None:
    presence = Presence()
    repeats = 8 * 3600 * 1000 // 65
    assert sum(presence.arrives(b"card", nth * 65 * MILLISECOND) for nth in range(repeats)) == 1
    assert sys.getsizeof(presence._last_seen_ns) == sys.getsizeof({b"card": 0})


def test_it_is_released_after_600_ms_of_silence_and_no_sooner() -> None:
    assert reads([("A", 0), ("A", RELEASE_NS - 1)]) == [("A", 0)]
    assert reads([("A", 0), ("A", RELEASE_NS)]) == [("A", 0), ("A", RELEASE_NS)]


def test_another_card_is_delivered_at_once() -> None:
    assert reads([("A", 0), ("B", 150 * MILLISECOND)]) == [("A", 0), ("B", 150 * MILLISECOND)]
    assert reads([("A", 0), ("B", 0)]) == [("A", 0), ("B", 0)]


def test_the_same_card_twice_within_a_second_is_two_reads() -> None:
    assert len(reads([("A", 0), ("A", 900 * MILLISECOND)])) == 2


def test_two_cards_that_answer_in_turns_are_two_reads() -> None:
    assert reads([("A", 0), ("B", 65 * MILLISECOND)] + [("A", 65 * MILLISECOND), ("B", 65 * MILLISECOND)] * 500) == [
        ("A", 0),
        ("B", 65 * MILLISECOND),
    ]


@given(arrivals)
def test_a_frame_is_delivered_exactly_when_its_card_was_not_seen_for_the_release_time(
    steps: list[tuple[str, int]],
) -> None:
    now, last_seen, expected = 0, dict[str, int](), []
    for card, step in steps:
        now += step
        if card not in last_seen or now - last_seen[card] >= RELEASE_NS:
            expected.append((card, now))
        last_seen[card] = now
    assert reads(steps) == expected


@given(arrivals)
def test_two_reads_of_a_card_are_at_least_the_release_time_apart_and_no_card_is_lost(
    steps: list[tuple[str, int]],
) -> None:
    delivered = reads(steps)
    for card in "ABC":
        times = [at for name, at in delivered if name == card]
        assert all(later - earlier >= RELEASE_NS for earlier, later in itertools.pairwise(times))
    assert {card for card, _ in delivered} == {card for card, _ in steps}


def test_a_stream_of_different_cards_does_not_fill_the_memory() -> None:
    presence = Presence()
    assert all(presence.arrives(number, number) for number in range(10_000))
    assert len(presence._last_seen_ns) == MOST_CARDS
    assert not presence.arrives(9_999, 10_000), "the last ones are still known"


def test_a_card_that_stays_among_a_stream_of_others_is_one_read() -> None:
    presence = Presence()
    delivered = [card for now in range(1000) for card in ("stays", now) if presence.arrives(card, now)]
    assert delivered.count("stays") == 1
    assert len(delivered) == 1001
