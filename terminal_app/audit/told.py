"""An event in words, for whoever looks at one clocking."""

import json

from terminal_app.audit.event import Event


def in_words(event: Event) -> str:
    """One line. A badge number is masked: the line is for a screen that others may see."""
    steps = f"{event.former} -> {event.state}" if event.former else (event.state or "")
    parts = [event.kind, steps, event.note or "", *_details(event)]
    return "  ".join(part for part in parts if part)


def _details(event: Event) -> list[str]:
    if event.is_erased:
        return ["(contents erased)"]
    try:
        content = json.loads(event.content or "{}")
        known = [(name, content.get(name)) for name in ("explanation", "protime_id", "operator")]
        found = [f"{name.replace('_', ' ')}: {value}" for name, value in known if value is not None]
        before, after = content.get("before", {}), content.get("after", {})
        return found + [_change(name, before.get(name), value) for name, value in after.items()]
    except (ValueError, AttributeError, RecursionError):
        return ["(contents damaged)"]


def _change(name: str, before: object, after: object) -> str:
    if name == "badge_number":
        return "badge number changed"
    return f"{name.replace('_', ' ')}: {before if before is not None else '-'} -> {after}"
