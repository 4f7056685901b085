"""Whether a person may clock activities: their usages and restrictions (what these mean in Protime is assumed)."""

from collections.abc import Iterable
from datetime import date

from terminal_app.simulator.activity_records import ActivityDefinition, Usage
from terminal_app.simulator.list_filter import belongs_to
from terminal_app.simulator.state import State

_GROUPS = {"Circle": "circle", "Group": "org-group"}


def check_usages(state: State, person: int, day: date, levels: Iterable[tuple[int, str]], reasons: list[str]) -> None:
    """Complains about each definition the person may not use that day, and about those that may not go together.

    A definition without usages is for everybody. A restriction names the only definitions of another level that go with
    it; a level that was not chosen breaks none.
    """
    chosen = dict(levels)
    for level, key in chosen.items():
        definition = state.activities.definition(key)
        if definition is None:
            continue
        if not _may_use(definition, person, day, state.settings.seed):
            reasons.append(f"The person may not use the activity definition of level {level} on this date.")
        for other, allowed in definition.restrictions:
            if other in chosen and chosen[other] not in allowed:
                reasons.append(f"The activity definition of level {other} does not go with the one of level {level}.")


def _may_use(definition: ActivityDefinition, person: int, day: date, seed: int) -> bool:
    usages = definition.usages
    return not usages or any(usage.is_on(day) and _is_of(usage, person, seed) for usage in usages)


def _is_of(usage: Usage, person: int, seed: int) -> bool:
    if usage.kind == "Person":
        return usage.reference == person
    return belongs_to(_GROUPS[usage.kind], usage.reference, person, seed)
