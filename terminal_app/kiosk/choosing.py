"""The lists of a choice: what stands on them, in which order, and what letters find. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: a level of the activities, or the reasons."""

    choices: tuple[Choice, ...]
    """What letters leave of it."""
    whole: tuple[Choice, ...]
    keys: tuple[str, ...]
    """What letters are looked for in, of each of `whole`."""
    typed: str = ""


def list_of(offer: Offer, picked: Sequence[ActivityLevel], language: str) -> Listing:
    """The list after `picked`: before level 1 and the reasons come the recent choices and the favourites."""
    first: list[Choice] = []
    if not picked:
        keys = {one.key for one in offer.recent}
        first = [*offer.recent, *(one for one in offer.favourites if one.key not in keys)]
    whole = (*first, *_definitions(offer, picked, language, {one.key for one in first if isinstance(one, Combination)}))
    return Listing(whole, whole, tuple(_key(one, language) for one in whole))


def with_letter(listing: Listing, letter: str) -> Listing:
    """The list after a letter was typed; one that would leave nothing is not taken."""
    typed = (listing.typed + letter).lstrip()
    found = matching(listing.keys, typed) if len(typed) <= LONGEST_FILTER else []
    return _filtered(listing, typed, found) if found and typed else listing


def without_letter(listing: Listing) -> Listing:
    """The list after the last letter was taken back."""
    typed = listing.typed[:-1]
    return _filtered(listing, typed, matching(listing.keys, typed))


def without_letters(listing: Listing) -> Listing:
    """The whole list."""
    return Listing(listing.whole, listing.whole, listing.keys)


def name_of(choice: Choice, language: str) -> str:
    """As shown."""
    return choice.label if isinstance(choice, Combination) else choice.name.in_language(language)


def _filtered(listing: Listing, typed: str, found: Sequence[int]) -> Listing:
    return Listing(tuple(listing.whole[place] for place in found), listing.whole, listing.keys, typed)


def _key(choice: Choice, language: str) -> str:
    code = choice.data_entry_code if isinstance(choice, ActivityDefinition) else None
    return folded(name_of(choice, language), code)


def _definitions(
    offer: Offer, picked: Sequence[ActivityLevel], language: str, shown: set[tuple[int | str, ...]]
) -> list[Definition]:
    if offer.kind is ClockingKind.REASON:
        reasons = (one for one in offer.definitions if isinstance(one, ReasonDefinition) and (one.id,) not in shown)
        return list(reasons_to_choose(reasons, language))
    activities = [one for one in offer.definitions if isinstance(one, ActivityDefinition)]
    ids = {one.id for one in picked}
    person = offer.guest.person
    return list(
        activities_to_choose(
            activities,
            level=len(picked) + 1,
            parent_id=picked[-1].id if picked else None,
            day=offer.guest.wall_time.date,
            language=language,
            person_id=person.id if person else None,
            picked=[one for one in activities if one.id in ids],
        )
    )
