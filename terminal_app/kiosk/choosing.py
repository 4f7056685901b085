"""The lists of a choice: what stands on them, in which order, and what letters find. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from terminal_app.clocking.choices import (
    ActivityDefinition,
    ReasonDefinition,
    activities_to_choose,
    reasons_to_choose,
)
from terminal_app.clocking.clocking import ActivityLevel, ClockingKind
from terminal_app.clocking.combination import Combination
from terminal_app.clocking.text_filter import folded, matching
from terminal_app.kiosk.guest import Definition, Offer

Choice = Combination | Definition
"""A Combination is booked at once; a definition of an activity may lead to the next level."""
LONGEST_FILTER = 20


class Listing(NamedTuple):
    """One list: a level of the activities, or the reasons."""

    choices: tuple[Choice, ...]
    """What letters leave of it."""
    whole: tuple[Choice, ...]
    language: str
    typed: str = ""
    keys: tuple[str, ...] = ()
    """What letters are looked for in, of each of `whole`; made at the first letter, as there may be thousands."""


def list_of(offer: Offer, picked: Sequence[ActivityLevel], language: str) -> Listing:
    """The list after `picked`: before level 1 and the reasons come the recent choices and the favourites."""
    first: list[Choice] = []
    if not picked:
        keys = {one.key for one in offer.recent}
        first = [*offer.recent, *(one for one in offer.favourites if one.key not in keys)]
    whole = (*first, *_definitions(offer, picked, language, {one.key for one in first if isinstance(one, Combination)}))
    return Listing(whole, whole, language)


def with_letter(listing: Listing, letter: str) -> Listing:
    """The list after a letter was typed; one that would leave nothing is not taken."""
    typed = (listing.typed + letter).lstrip()
    if not typed or len(typed) > LONGEST_FILTER:
        return listing
    if not listing.keys:
        listing = listing._replace(keys=tuple(_key(one, listing.language) for one in listing.whole))
    found = matching(listing.keys, typed)
    return _filtered(listing, typed, found) if found else listing


def without_letter(listing: Listing) -> Listing:
    """The list after the last letter was taken back."""
    typed = listing.typed[:-1]
    return _filtered(listing, typed, matching(listing.keys, typed)) if typed else without_letters(listing)


def without_letters(listing: Listing) -> Listing:
    """The whole list."""
    return listing._replace(choices=listing.whole, typed="")


def name_of(choice: Choice, language: str) -> str:
    """As shown."""
    return choice.label if isinstance(choice, Combination) else choice.name.in_language(language)


def _filtered(listing: Listing, typed: str, found: Sequence[int]) -> Listing:
    return listing._replace(choices=tuple(listing.whole[place] for place in found), typed=typed)


def _key(choice: Choice, language: str) -> str:
    code = choice.data_entry_code if isinstance(choice, ActivityDefinition) else None
    return folded(name_of(choice, language), code)


def _definitions(
    offer: Offer, picked: Sequence[ActivityLevel], language: str, shown: set[tuple[int | str, ...]]
) -> list[Definition]:
    if offer.kind is ClockingKind.REASON:
        reasons = (one for one in offer.definitions if isinstance(one, ReasonDefinition) and (one.id,) not in shown)
        return list(reasons_to_choose(reasons, language))
    level = len(picked) + 1
    activities = [one for one in offer.definitions if isinstance(one, ActivityDefinition) and one.level <= level]
    ids = {one.id for one in picked}
    person = offer.guest.person
    return list(
        activities_to_choose(
            activities,
            level=level,
            parent_id=picked[-1].id if picked else None,
            day=offer.guest.wall_time.date,
            language=language,
            person_id=person.id if person else None,
            picked=[one for one in activities if one.id in ids] if ids else (),
        )
    )
