"""Delivers changes to webhook receivers on this computer: signed, one after another, tried again, then disabled."""

import asyncio
import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
from collections.abc import Mapping
from itertools import islice
from urllib.parse import SplitResult, urlsplit

from terminal_app.simulator.collection import Collection, change_item, offered, shown
from terminal_app.simulator.faults import Faults, SignatureEncoding
from terminal_app.simulator.older_names import as_named
from terminal_app.simulator.records import Record
from terminal_app.simulator.references import read_asked
from terminal_app.simulator.state import State
from terminal_app.simulator.versions import Change
from terminal_app.simulator.webhook_records import Webhook

_TIME_LIMIT_SECONDS = 10.0


def is_loopback(url: str) -> bool:
    """Whether an address is http or https on this computer; nothing is ever delivered anywhere else."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
        if parts.scheme not in ("http", "https") or not host or port == 0 or parts.username is not None:
            return False
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Deliveries:
    """Takes changes and delivers them, in the server's event loop; without a loop they wait."""

    def __init__(self, state: State, collections: Mapping[str, Collection]) -> None:
        self._state = state
        self._collections = collections
        self._running: dict[Webhook, asyncio.Task[None]] = {}

    def changed(self, change: Change) -> None:
        """A record changed."""
        for webhook in self._state.webhooks.for_change(change):
            webhook.waiting.append(change)
            self._start(webhook)

    def _start(self, webhook: Webhook) -> None:
        if webhook in self._running:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        task = loop.create_task(self._run(webhook))
        self._running[webhook] = task
        task.add_done_callback(lambda _task: self._running.pop(webhook, None))

    async def _run(self, webhook: Webhook) -> None:
        await asyncio.sleep(0)  # the record of the change is stored only now
        while webhook.waiting and not webhook.is_deleted:
            faults = self._state.faults.current
            changes = list(islice(webhook.waiting, max(faults.webhook_items, 1)))
            items = [item for change in changes if (item := self._item(webhook, change)) is not None]
            if not items or await self._is_delivered(webhook, items, faults):
                webhook.delivered += len(items)
                webhook.attempts = 0
                for _ in changes:
                    if webhook.waiting:
                        webhook.waiting.popleft()
            elif webhook.attempts >= len(faults.webhook_retry_seconds):
                webhook.disable()
            else:
                pause = faults.webhook_retry_seconds[webhook.attempts]
                webhook.attempts += 1
                await asyncio.sleep(pause)

    async def _is_delivered(self, webhook: Webhook, items: list[Record], faults: Faults) -> bool:
        content: Record = {"value": items} if faults.webhook_items else items[0]
        body = json.dumps(as_named(content, faults.names), ensure_ascii=False).encode()
        return await asyncio.to_thread(_post, webhook.destination, body, _headers(webhook, body, faults))

    def _item(self, webhook: Webhook, change: Change) -> Record | None:
        state, collection = self._state, self._collections[change.collection]
        asked = read_asked(webhook.references, offered(state, collection.references_of_list))
        try:
            record = shown(state, change.collection, collection.source.record(change.key), asked)
        except KeyError:
            return change_item(collection, change, None)
        return change_item(collection, change, record)


def _headers(webhook: Webhook, body: bytes, faults: Faults) -> dict[str, str]:
    digest = hmac.new(webhook.key.encode(), body, getattr(hashlib, faults.webhook_signature_hash.value)).digest()
    is_hex = faults.webhook_signature_encoding is SignatureEncoding.HEX
    signature = digest.hex() if is_hex else base64.b64encode(digest).decode()
    return {"Content-Type": "application/json", faults.webhook_signature_header: signature}


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Posts once; whether the answer was a success. Runs in a thread."""
    parts = urlsplit(url)
    try:
        link = _connection(parts)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            link.request("POST", path, body, dict(headers))
            return link.getresponse().status // 100 == 2  # noqa: PLR2004 - the success codes
        finally:
            link.close()
    except (OSError, http.client.HTTPException, ValueError):
        return False


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return make(parts.hostname or "", parts.port, timeout=_TIME_LIMIT_SECONDS)
