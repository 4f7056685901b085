"""What a delivery holds: one item, or several in `value`; each like one of a delta (reference, section 7). Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from terminal_app.webhook_receiver.collections import KEPT, Received

_MOST_KEY = 2**63 - 1
MOST_CHARACTERS = 50_000
"""Of the kept fields of one record, as JSON: a usual one has about a thousand."""


class NotADelivery(Exception):
    """The body is no JSON object."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one record."""

    collection: Received
    key: int
    """Its id."""
    version: str
    """Its `changeVersion`, empty where there is none; of two the greater text is the newer."""
    is_gone: bool
    """Deleted; then `data` is of no use."""
    data: Mapping[str, object]
    """The fields that are kept, as the API wrote them: nothing is cleaned or checked yet."""


def changes_in(collection: Received, body: bytes) -> tuple[list[Change], int]:
    """The changes of a body, and how many of its items could not be read. Raises NotADelivery."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotADelivery("the body is not JSON") from None
    if not isinstance(found, dict):
        raise NotADelivery("the body is not a JSON object")
    items = found["value"] if isinstance(found.get("value"), list) else [found]
    changes = [_change(collection, item) for item in items]
    readable = [one for one in changes if one is not None]
    return readable, len(changes) - len(readable)


def _change(collection: Received, item: object) -> Change | None:
    if not isinstance(item, dict):
        return None
    data = item.get("data", item)
    key = data.get("id") if isinstance(data, dict) else None
    if not isinstance(key, int) or isinstance(key, bool) or not 0 <= key <= _MOST_KEY:
        return None
    version = data.get("changeVersion")
    text = version.encode(errors="replace").decode() if isinstance(version, str) else ""
    stays = collection is Received.CLOCKINGS  # deleted ones are kept, marked (reference, 9.1)
    kept = {name: value for name, value in data.items() if name in KEPT[collection]}
    if not _is_small(kept):
        return None
    return Change(
        collection,
        key,
        text,
        is_gone=item.get("changeType") == "Delete" or (data.get("status") == "Deleted" and not stays),
        data=cast("Mapping[str, object]", kept),
    )


def _is_small(kept: Mapping[str, object]) -> bool:
    try:
        return len(json.dumps(kept)) <= MOST_CHARACTERS
    except RecursionError:
        return False
