"""Webhooks: subscriptions to the changes of a collection (reference, section 7)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter, ValidationError

from terminal_app.protime.calls import Body, Calls, object_in
from terminal_app.protime.collection import Collection, Filtering, Readings
from terminal_app.protime.errors import UnexpectedAnswer
from terminal_app.protime.external_references import asked_for
from terminal_app.protime.new_record import written
from terminal_app.protime.scopes import Scope
from terminal_app.protime.transport import is_safe_address
from terminal_app.protime.whole_record import CleanText, Instant, Lenient, OpenEnum, WholeRecord

KEY_PROPERTIES = ("webhookKey", "privateKey", "key", "secret")
"""Names under which the private key is looked for: how Protime calls it was not seen."""
_INSTANT: TypeAdapter[datetime | None] = TypeAdapter(Instant)


class WebhookCollection(OpenEnum):
    """What can be subscribed to."""

    ABSENCES = "absences"
    ABSENCE_DEFINITIONS = "absence-definitions"
    ABSENCE_GROUPS = "absence-groups"
    ACCESS_CLOCKINGS = "access-clockings"
    ACTIVITY_DURATIONS = "activity-durations"
    ASSIGNMENTS = "assignments"
    BREAK_DEFINITIONS = "break-definitions"
    BREAKS = "breaks"
    CALCULATED_TOTALS = "calculated-totals"
    CLOCKINGS = "clockings"
    CONTRACTS = "contracts"
    COUNTERS = "counters"
    COUNTER_DEFINITIONS = "counter-definitions"
    COUNTER_GROUPS = "counter-groups"
    PAID_PRESENCES = "paid-presences"
    PEOPLE = "people"
    SHIFT_DEFINITIONS = "shift-definitions"
    WORK_INTERRUPTIONS = "work-interruptions"


class WebhookStatus(OpenEnum):
    """Whether it delivers; a disabled one cannot be revived."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    UNINITIALIZED = "Uninitialized"
    """Older pages only."""


class Webhook(WholeRecord):
    """A subscription."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    valid_until: Instant = None
    status: Annotated[WebhookStatus | None, Lenient] = None
    destination_url: CleanText = None
    collection_name: Annotated[WebhookCollection | None, Lenient] = None


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A subscription that was just created."""

    id: str | None
    key: str | None = field(repr=False)
    """The private key of its signatures, shown only here; None when it was not found under any of the names."""
    valid_until: datetime | None


WEBHOOKS = Collection("webhooks", Webhook, Scope.WEBHOOKS_READ, Filtering.OPTIONAL)


class Webhooks(Readings[Webhook]):
    """The subscriptions of a tenant."""

    def __init__(self, calls: Calls, key_properties: Iterable[str] = KEY_PROPERTIES) -> None:
        super().__init__(calls, WEBHOOKS)
        self._key_properties = tuple(key_properties)

    async def create(
        self, destination_url: str, collection: WebhookCollection, *, references: Iterable[tuple[str, str]] = ()
    ) -> NewWebhook:
        """Subscribe; deliveries go to `destination_url`. Raises ValueError and ProtimeError.

        It is https, or http on this machine, as a simulator here can reach.
        """
        if not is_safe_address(destination_url):
            raise ValueError("a webhook is delivered to https only")
        asked = asked_for(references)
        response = await self._calls.change(
            "POST",
            self.collection.address + (f"?{asked}" if asked else ""),
            Body({"destinationUrl": destination_url, "collectionName": collection.value}),
            scope=Scope.WEBHOOKS_WRITE,
            wanted=(200, 201),
        )
        try:
            found = object_in(response)
        except UnexpectedAnswer:
            found = {}  # it exists all the same: without its key it can only be deleted
        keys = [found[name] for name in self._key_properties if isinstance(found.get(name), str) and found[name]]
        told = found.get("id")
        key = written(response).id or (told if isinstance(told, str) else None)
        return NewWebhook(key, str(keys[0]) if keys else None, _instant(found.get("validUntil")))

    async def delete(self, key: str) -> None:
        """End a subscription. Raises ProtimeError, NotFound when there is none."""
        path, _ = self.one(key)
        await self._calls.change("DELETE", path, scope=Scope.WEBHOOKS_WRITE, wanted=(200, 202, 204))


def _instant(found: object) -> datetime | None:
    try:
        return _INSTANT.validate_python(found)
    except ValidationError:
        return None
