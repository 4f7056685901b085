"""The body of a new clocking: one reference for each record it names (reference, 8 and 9.1). Pure."""

from terminal_app.clocking.clocking import ActivityLevel, Clocking, Reason
from terminal_app.protime.external_references import (
    ABSENCE_CODE,
    DATA_ENTRY_CODE,
    EXTERNAL_CODE,
    EXTERNAL_REFERENCE,
    by_id,
    by_reference,
)


def clocking_body(
    clocking: Clocking, *, reference_name: str, reference_value: str | None, terminal_code: str | None
) -> dict[str, object]:
    """What is sent for `clocking`.

    The person is named by the value that they have of the external reference `reference_name`, by id when it is None
    or empty. Raises ValueError for a clocking that belongs to nobody.
    """
    body: dict[str, object] = {
        "person": _person(clocking, reference_name, reference_value),
        "date": clocking.wall_time.date.isoformat(),
        "timeOfDayInMinutes": clocking.wall_time.minute,
        "kind": clocking.kind.value,
    }
    if terminal_code:
        body["terminal"] = by_reference(EXTERNAL_CODE, terminal_code)
    if clocking.reason is not None:
        body["reason"] = _reason(clocking.reason)
    if clocking.activity_levels:
        body["activityLevels"] = [
            {"level": level.level, "activityDefinition": _activity(level)} for level in clocking.activity_levels
        ]
    return body


def _person(clocking: Clocking, name: str, value: str | None) -> dict[str, object]:
    if clocking.person_id is None:
        raise ValueError("a clocking of nobody cannot be sent")
    return by_reference(name, value) if value else by_id(clocking.person_id)


def _reason(reason: Reason) -> dict[str, object]:
    return by_reference(ABSENCE_CODE, reason.code) if reason.code else by_id(reason.id)


def _activity(level: ActivityLevel) -> dict[str, object]:
    if level.data_entry_code:
        return by_reference(DATA_ENTRY_CODE, level.data_entry_code)
    if level.external_reference:
        return by_reference(EXTERNAL_REFERENCE, level.external_reference)
    return by_id(level.id)
