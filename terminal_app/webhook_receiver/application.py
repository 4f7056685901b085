"""The receiver's HTTP side: POST to /{collection}. Nothing is answered with success before it is on the disk."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from terminal_app.webhook_receiver.collections import Received
from terminal_app.webhook_receiver.items import NotADelivery, changes_in
from terminal_app.webhook_receiver.key_file import Keys
from terminal_app.webhook_receiver.signature import SignatureRule
from terminal_app.webhook_receiver.store import StoreUnusable, WebhookStore

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
"""Of a body."""
BODY_SECONDS = 10.0
"""In which it has to come."""


def application(
    keys: Keys, rule: SignatureRule, store: WebhookStore, executor: Executor, ring: Callable[[], object]
) -> Starlette:
    """The receiver. `store` is that of the one thread of `executor`; `ring` after something new was kept."""

    async def receive(request: Request) -> Response:
        name = request.path_params["collection"]
        known = keys.get(Received(name), ()) if name in {one.value for one in Received} else ()
        if not known:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        body = await _body(request)
        if isinstance(body, HTTPStatus):
            log.warning("webhook-not-read collection=%s status=%d", name, body)
            return Response(status_code=body)
        if not rule.is_signed(body, request.headers.get(rule.header, ""), known):
            log.warning("webhook-not-signed collection=%s", name)
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        return Response(status_code=await keep(Received(name), body))

    async def keep(collection: Received, body: bytes) -> HTTPStatus:
        try:
            changes, unreadable = changes_in(collection, body)
        except NotADelivery as error:
            log.warning("webhook-unreadable collection=%s cause=%s", collection, error)
            return HTTPStatus.BAD_REQUEST
        if unreadable:
            # Refused, it would come again and again until Protime disables the webhook, and all the others with it.
            log.warning("webhook-items-unreadable collection=%s items=%d", collection, unreadable)
        try:
            loop = asyncio.get_running_loop()
            new = await loop.run_in_executor(executor, lambda: store.accept(changes))
        except StoreUnusable as error:
            log.error("webhook-not-stored collection=%s cause=%s", collection, error)
            return HTTPStatus.INTERNAL_SERVER_ERROR
        log.info("webhook-received collection=%s items=%d new=%d", collection, len(changes), new)
        if new:
            ring()
        return HTTPStatus.NO_CONTENT

    return Starlette(routes=[Route("/{collection}", receive, methods=["POST"])])


async def _body(request: Request) -> bytes | HTTPStatus:
    """The whole body; a status when it is larger than it may be, however long it says it is, or does not come."""
    found = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                found += piece
                if len(found) > MOST_BYTES:
                    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except (TimeoutError, ClientDisconnect):
        return HTTPStatus.REQUEST_TIMEOUT
    return bytes(found)
