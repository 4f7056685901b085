"""The collection `webhooks`: subscribe, list, read, delete (reference section 7)."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.body import BodyReader, json_of
from terminal_app.simulator.collection import Collection, offered
from terminal_app.simulator.collections_of_tenant import WEBHOOKS
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.list_filter import one_of, optional
from terminal_app.simulator.query import read_query
from terminal_app.simulator.references import read_asked
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State
from terminal_app.simulator.webhook_delivery import is_loopback
from terminal_app.simulator.webhook_records import Webhook, WebhookStatus

_PATH = f"{BASE_PATH}/webhooks"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_FILTER = optional(
    collection_name=("collectionName", one_of(*WEBHOOKS)), status=("status", one_of(*WebhookStatus, "Uninitialized"))
)


def routes(state: State, collections: Mapping[str, Collection]) -> list[Route]:
    """The addresses of the subscriptions."""

    async def subscribe(request: Request) -> Response:
        query = read_query(request, "externalReferences")
        reader = BodyReader(json_of(await request.body()))
        reader.only({"destinationUrl", "collectionName"})
        destination, name = reader.text("destinationUrl"), reader.text("collectionName")
        if destination is None:
            reader.refuse("destinationUrl", "It is required.")
        if name is None:
            reader.refuse("collectionName", "It is required.")
        reader.check()
        reasons = []
        if name not in WEBHOOKS:
            reasons.append("There is no webhook for this collection.")
        if not is_loopback(destination or ""):
            reasons.append("The destination is not valid: this simulator delivers to this computer only.")
        if reasons:
            raise ApiError(400, "The webhook cannot be created.", reasons=reasons)
        asked = query.get("externalReferences")
        faults = state.faults.current
        read_asked(asked, offered(state, collections[name or ""].references_of_list), faults.names)
        webhook = state.webhooks.add(destination or "", name or "", asked, faults.webhook_life_seconds)
        body = {**webhook.record(), faults.webhook_key_property: webhook.key}
        return JSONResponse(body, 201, {"Location": f"{_PATH}/{webhook.id}"})

    async def list_webhooks(request: Request) -> Response:
        query = read_query(request, "filter")
        wanted = _FILTER.read(query.get("filter"), state.today(), seed=state.settings.seed)
        records = [webhook.record() for webhook in state.webhooks.all() if not webhook.is_deleted]
        return JSONResponse({"value": [record for record in records if wanted.passes(record)]})

    async def one_webhook(request: Request) -> Response:
        read_query(request)
        return JSONResponse(_found(state, request).record())

    async def delete(request: Request) -> Response:
        read_query(request)
        webhook = _found(state, request)
        webhook.is_deleted = True
        webhook.disable()
        return Response(status_code=204)

    one = f"{_PATH}/{{id}}"
    return [
        Route(_PATH, protected(state, "webhooks.read", list_webhooks), methods=["GET"]),
        Route(_PATH, protected(state, "webhooks.write", subscribe), methods=["POST"]),
        Route(one, protected(state, "webhooks.read", one_webhook), methods=["GET"]),
        Route(one, protected(state, "webhooks.write", delete), methods=["DELETE"]),
    ]


def _found(state: State, request: Request) -> Webhook:
    text = request.path_params["id"]
    if _GUID.fullmatch(text) is None:
        raise ApiError(400, "The id is not a GUID.")
    webhook = state.webhooks.get(text.lower())
    if webhook is None:
        raise ApiError(404, "There is no such webhook.")
    return webhook
