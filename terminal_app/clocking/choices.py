"""What a person may choose from: reasons, and activities level by level."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Text:
    """A name in several languages."""

    default: str
    translations: Mapping[str, str]
    """By lower-case language code, as "nl"."""

    def in_language(self, language: str) -> str:
        """The translation, or the default where there is none."""
        return self.translations.get(language) or self.default


@dataclass(frozen=True, slots=True)
class ReasonDefinition:
    """An absence definition (reference, 9.7)."""

    id: int
    code: str | None
    name: Text
    """The friendly name where there is one."""
    is_enabled: bool
    is_reason_for_clocking: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """Who may use an activity (reference, 9.8)."""

    kind: str
    """`Person`, `Group`, `Circle`, or what else Protime says."""
    reference_id: int | None
    first: date | None
    last: date | None
    """None: no end."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """The activities of another level that go with one; read as: only these (inferred)."""

    level: int
    activity_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActivityDefinition:
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
    definitions: Iterable[ActivityDefinition], *, level: int, parent_id: str | None, day: date, language: str
) -> list[ActivityDefinition]:
    """The activities of `level` that may be chosen on `day` below `parent_id`, by name.

    One without a parent fits below every parent: a parent is optional (reference, 9.8).
    """
    return sorted(
        (
            one
            for one in definitions
            if one.level == level
            and one.parent_id in (None, parent_id)
            and (one.active_from is None or one.active_from <= day)
            and (one.active_until is None or day <= one.active_until)
        ),
        key=lambda one: (one.name.in_language(language).casefold(), one.id),
    )
