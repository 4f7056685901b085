"""A whole choice, booked at one touch: a reason, or an activity of each level; and which ones a person means. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition, go_together, is_open_to
from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Reason

MOST_RECENT = 3
"""That are offered before all others."""


class Combination(NamedTuple):
    """A reason, or the activities from level 1 on; one of the two."""

    reason: Reason | None = None
    activity_levels: tuple[ActivityLevel, ...] = ()

    @property
    def kind(self) -> ClockingKind:
        """What a clocking of it is."""
        return ClockingKind.ACTIVITY if self.reason is None else ClockingKind.REASON

    @property
    def label(self) -> str:
        """As shown."""
        return self.reason.name if self.reason else " / ".join(one.name for one in self.activity_levels)

    @property
    def key(self) -> tuple[int | str, ...]:
        """The same for the same choice, whatever it was called then."""
        return (self.reason.id,) if self.reason else tuple(one.id for one in self.activity_levels)


def of_reason(definition: ReasonDefinition, language: str) -> Combination:
    """The choice of this reason."""
    return Combination(Reason(definition.id, definition.code, definition.name.in_language(language)))


def level_of(definition: ActivityDefinition, language: str) -> ActivityLevel:
    """One level of a choice."""
    name = definition.name.in_language(language)
    return ActivityLevel(
        definition.level, definition.id, definition.data_entry_code, definition.external_reference, name
    )


class Catalogue(NamedTuple):
    """What there is to choose from, found by id and by code."""

    reasons: Mapping[int, ReasonDefinition]
    activities: Mapping[str, ActivityDefinition]

    def refreshed(self, former: Combination, *, person_id: int | None, day: date, language: str) -> Combination | None:
        """A choice of before as it is today, in this language; None when it may not be made any more."""
        if former.reason is not None:
            reason = self.reasons.get(former.reason.id)
            if reason is None or not (reason.is_enabled and reason.is_reason_for_clocking):
                return None
            return of_reason(reason, language)
        chosen = [self.activities.get(one.id) for one in former.activity_levels]
        return _activities(chosen, person_id=person_id, day=day, language=language)

    def by_codes(
        self, kind: ClockingKind, codes: Sequence[str], *, person_id: int | None, day: date, language: str
    ) -> Combination | None:
        """The choice that settings name by a reason's code or id, or by a code, reference or id of each level."""
        if kind is ClockingKind.REASON:
            found = next((one for one in self.reasons.values() if codes[0] in (one.code, str(one.id))), None)
            return None if found is None or not found.is_enabled else of_reason(found, language)
        chosen: list[ActivityDefinition | None] = []
        for level, code in enumerate(codes, start=1):
            above = chosen[-1].id if chosen and chosen[-1] else None
            chosen.append(
                next(
                    (
                        one
                        for one in self.activities.values()
                        if one.level == level
                        and one.parent_id in (None, above)
                        and code in (one.data_entry_code, one.external_reference, one.id)
                    ),
                    None,
                )
            )
        return _activities(chosen, person_id=person_id, day=day, language=language)


def _activities(
    chosen: Sequence[ActivityDefinition | None], *, person_id: int | None, day: date, language: str
) -> Combination | None:
    above: list[ActivityDefinition] = []
    for level, one in enumerate(chosen, start=1):
        if (
            one is None
            or one.level != level
            or one.parent_id not in (None, above[-1].id if above else None)
            or not is_open_to(one, person_id, day)
            or not all(go_together(one, other) for other in above)
        ):
            return None
        above.append(one)
    return Combination(activity_levels=tuple(level_of(one, language) for one in above)) if above else None


def recent(chosen: Iterable[Combination], most: int = MOST_RECENT) -> tuple[Combination, ...]:
    """The latest different ones of what was chosen, newest first."""
    found: dict[tuple[int | str, ...], Combination] = {}
    for one in chosen:
        found.setdefault(one.key, one)
    return tuple(found.values())[:most]


def usual(chosen: Sequence[Combination]) -> Combination | None:
    """The one that was chosen most often, the latest of equals; `chosen` is newest first."""
    times = Counter(one.key for one in chosen)
    return max(chosen, key=lambda one: times[one.key], default=None)
