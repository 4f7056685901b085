"""Which activity definitions the `activityLevels` of a body mean, and whether they may be used together."""

from collections.abc import Sequence
from datetime import date

from terminal_app.simulator.activity_records import Activities
from terminal_app.simulator.body import Reference, resolve


def chosen_levels(
    activities: Activities, given: Sequence[tuple[int, Reference]], day: date, reasons: list[str]
) -> tuple[tuple[int, str], ...]:
    """The definitions of the first structure by level, in order; complains about those that do not fit."""
    chosen: dict[int, str] = {}
    for level, reference in given:
        if level not in activities.levels or level in chosen:
            reasons.append(f"The activity level {level} does not exist, or is given twice.")
            continue
        lowered = Reference(str(reference.id).lower() if reference.id else None, reference.names)
        key = resolve(lowered, activities.catalogues[level], f"activity definition of level {level}", reasons)
        if key is not None:
            chosen[level] = key
    for level, key in chosen.items():
        definition = activities.definition(key)
        if definition is None or not definition.is_active_on(day):
            reasons.append(f"The activity definition of level {level} is not active on this date.")
        elif definition.parent and chosen.get(level - 1, definition.parent) != definition.parent:
            reasons.append(f"The activity definition of level {level} does not belong to the one above.")
    return tuple(sorted(chosen.items()))
