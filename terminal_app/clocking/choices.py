"""What a person may choose from: reasons, and activities level by level."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

_PERSON = "Person"
"""The kind of a usage that names one person."""


class Text(NamedTuple):
    """A name in several languages."""

    default: str
    translations: Mapping[str, str]
    """By lower-case language code, as "nl"."""

    def in_language(self, language: str) -> str:
        """The translation, or the default where there is none."""
        return self.translations.get(language) or self.default


class ReasonDefinition(NamedTuple):
    """An absence definition (reference, 9.7)."""

    id: int
    code: str | None
    name: Text
    """The friendly name where there is one."""
    is_enabled: bool
    is_reason_for_clocking: bool


class Usage(NamedTuple):
    """Who may use an activity (reference, 9.8)."""

    kind: str
    """`Person`, `Group`, `Circle`, or what else Protime says."""
    reference_id: int | None
    first: date | None
    last: date | None
    """None: no end."""


class Restriction(NamedTuple):
    """The activities of another level that go with one; read as: only these (inferred)."""

    level: int
    activity_ids: tuple[str, ...]


class ActivityDefinition(NamedTuple):
    """An activity definition of one level (reference, 9.8)."""

    id: str
    level: int
    parent_id: str | None
    name: Text
    data_entry_code: str | None
    external_reference: str | None
    active_from: date | None
    active_until: date | None
    usages: tuple[Usage, ...] | None = None
    """None: not read."""
    restrictions: tuple[Restriction, ...] | None = None
    """None: not read."""


def reasons_to_choose(definitions: Iterable[ReasonDefinition], language: str) -> list[ReasonDefinition]:
    """The reasons that are switched on and meant for clockings, by name."""
    return sorted(
        (one for one in definitions if one.is_enabled and one.is_reason_for_clocking),
        key=lambda one: (one.name.in_language(language).casefold(), one.id),
    )


def activities_to_choose(
    definitions: Iterable[ActivityDefinition],
    *,
    level: int,
    parent_id: str | None,
    day: date,
    language: str,
    person_id: int | None = None,
    picked: Sequence[ActivityDefinition] = (),
) -> list[ActivityDefinition]:
    """The activities of `level` that this person may choose on `day` below `parent_id`, by name.

    One without a parent fits below every parent: a parent is optional (reference, 9.8). `picked` are those of the
    levels above.
    """
    return sorted(
        (
            one
            for one in definitions
            if one.level == level
            and one.parent_id in (None, parent_id)
            and is_open_to(one, person_id, day)
            and (not picked or all(go_together(one, other) for other in picked))
        ),
        key=lambda one: (one.name.in_language(language).casefold(), one.id),
    )


def is_open_to(definition: ActivityDefinition, person_id: int | None, day: date) -> bool:
    """Whether an activity may be chosen by a person on a day, as far as a terminal can tell.

    Without usages it is for everybody. Who is in a group or a circle is not known here: such a usage bars nobody, and
    Protime has the last word.
    """
    if not _is_within(day, definition.active_from, definition.active_until):
        return False
    if not definition.usages:
        return True
    return any(
        _is_within(day, one.first, one.last) and (one.kind != _PERSON or one.reference_id == person_id)
        for one in definition.usages
    )


def go_together(one: ActivityDefinition, other: ActivityDefinition) -> bool:
    """Whether the restrictions of two activities of different levels let them be chosen together."""
    return _lets(one, other) and _lets(other, one)


def _lets(one: ActivityDefinition, other: ActivityDefinition) -> bool:
    return all(other.id in each.activity_ids for each in one.restrictions or () if each.level == other.level)


def _is_within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
