"""The webhook subscriptions of the tenant, and what waits to be delivered to each (reference section 7)."""

import secrets
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from terminal_app.simulator.clock import Clock
from terminal_app.simulator.records import Record
from terminal_app.simulator.versions import Change


class WebhookStatus(StrEnum):
    """Whether a subscription delivers."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"


@dataclass(slots=True, eq=False)
class Webhook:
    """One subscription.

    Attributes:
        key: The private key; shown once.
        references: The external references asked for, as they were written.
        waiting: Changes that are still to be delivered, oldest first.
        attempts: How often the oldest was tried.
        is_deleted: Nothing is delivered any more; it can still be read.
    """

    id: str
    destination: str
    collection: str
    key: str
    references: str | None
    valid_until: datetime
    status: WebhookStatus = WebhookStatus.ENABLED
    waiting: deque[Change] = field(default_factory=deque)
    attempts: int = 0
    delivered: int = 0
    is_deleted: bool = False

    def disable(self) -> None:
        """Ends it; it cannot be revived."""
        self.status = WebhookStatus.DISABLED
        self.waiting.clear()

    def record(self) -> Record:
        """What the API shows."""
        record: Record = {
            "id": self.id,
            "validUntil": self.valid_until.isoformat(timespec="seconds"),
            "status": self.status.value,
            "destinationUrl": self.destination,
            "collectionName": self.collection,
        }
        if self.references:
            record["externalReferences"] = {"asked": self.references}
        return record


class Webhooks:
    """All subscriptions by id, in the order they were made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_id: dict[str, Webhook] = {}

    def add(self, destination: str, collection: str, references: str | None, life_seconds: float) -> Webhook:
        """A new subscription."""
        valid_until = self._clock.now() + timedelta(seconds=life_seconds)
        key = secrets.token_urlsafe(32)
        webhook = Webhook(str(uuid.uuid4()), destination, collection, key, references, valid_until)
        self._by_id[webhook.id] = webhook
        return webhook

    def get(self, key: str) -> Webhook | None:
        """The subscription with this id."""
        self._end_old_ones()
        return self._by_id.get(key)

    def all(self) -> list[Webhook]:
        """All of them, deleted ones too."""
        self._end_old_ones()
        return list(self._by_id.values())

    def for_change(self, change: Change) -> list[Webhook]:
        """Those that are to be told of a change."""
        return [
            webhook
            for webhook in self.all()
            if webhook.collection == change.collection
            and webhook.status is WebhookStatus.ENABLED
            and not webhook.is_deleted
        ]

    def _end_old_ones(self) -> None:
        now = self._clock.now()
        for webhook in self._by_id.values():
            if webhook.valid_until <= now and webhook.status is WebhookStatus.ENABLED:
                webhook.disable()
