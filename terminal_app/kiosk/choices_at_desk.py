"""What there is to choose for a guest: definitions, what they chose lately, favourites. Runs on the storage thread."""

from collections.abc import Sequence
from typing import NamedTuple

from terminal_app.clocking.choices import ActivityDefinition
from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.combination import Catalogue, Combination, recent, usual
from terminal_app.kiosk.guest import Guest, Offer
from terminal_app.kiosk.wishes import Direct
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.habits import chosen_lately
from terminal_app.roster.look_up import Roster


class ChoiceRules(NamedTuple):
    """What the settings say of choosing."""

    languages: tuple[str, ...] = ("en",)
    """The first is for who has none of their own."""
    favourites: tuple[Direct, ...] = ()
    walk_away_is_usual: bool = False
    """Whoever leaves a list has clocked the own usual choice, not a plain in/out."""


class ChoicesAtDesk:
    """Keeps the activities for as long as the roster has no newer reading of them: there may be thousands."""

    def __init__(self, ledger: LedgerDatabase, roster: Roster, rules: ChoiceRules) -> None:
        self._ledger = ledger
        self._roster = roster
        self._rules = rules
        self._activities: dict[str, ActivityDefinition] = {}
        self._edition: tuple[int, str] | None = None

    def offer(self, guest: Guest, kind: ClockingKind, after: int | None) -> Offer:
        """All that the guest may choose from."""
        catalogue = self._newest()
        found = catalogue.reasons if kind is ClockingKind.REASON else catalogue.activities
        possible = [one for one in self._possible(guest) if one.kind is kind]
        named = (self.found(guest, one) for one in self._rules.favourites if one.kind is kind)
        return Offer(
            guest,
            kind,
            tuple(found.values()),
            after,
            recent=recent(possible),
            favourites=tuple(one for one in named if one is not None),
            usual=usual(possible) if self._rules.walk_away_is_usual and after is None else None,
        )

    def recent(self, guest: Guest) -> tuple[Combination, ...]:
        """What the guest chose lately and may still choose, of both kinds."""
        return recent(self._possible(guest))

    def found(self, guest: Guest, direct: Direct) -> Combination | None:
        """What the settings name, for this guest; None: there is no such thing, or not for them today."""
        return self._newest().by_codes(
            direct.kind,
            direct.codes,
            person_id=guest.person.id if guest.person else None,
            day=guest.wall_time.date,
            language=self._language(guest),
        )

    def _possible(self, guest: Guest) -> Sequence[Combination]:
        person_id = guest.person.id if guest.person else None
        chosen = chosen_lately(self._ledger, guest.badge.number, person_id)
        if not chosen:
            return ()
        catalogue, language = self._newest(), self._language(guest)
        day = guest.wall_time.date
        fresh = (catalogue.refreshed(one, person_id=person_id, day=day, language=language) for one in chosen)
        return [one for one in fresh if one is not None]

    def _language(self, guest: Guest) -> str:
        own = guest.person.language if guest.person else None
        return own or self._rules.languages[0]

    def _newest(self) -> Catalogue:
        edition = self._roster.edition_of_activities()
        if edition is None or edition != self._edition:
            self._edition = edition
            self._activities = {one.id: one for one in self._roster.activities()}
        return Catalogue({one.id: one for one in self._roster.reasons()}, self._activities)
