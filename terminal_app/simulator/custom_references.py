"""Managing custom external references: assumed from end to end, since the reference saw only that it exists.

`GET external-references/{collection}/{id}` answers all of a record's custom references, `PUT .../{name}` with
`{"value": "..."}` sets one, `DELETE .../{name}` takes it away. Only for collections with integer ids.
"""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.body import BodyReader, json_of
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.query import read_query
from terminal_app.simulator.references import WritableReferences
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State

_NAME = re.compile(r"[^@(),/\s][^(),/\s]{0,39}")


def routes(state: State) -> list[Route]:
    """The addresses of custom references."""

    def addressed(request: Request) -> tuple[WritableReferences[int], int]:
        read_query(request)
        text = request.path_params["key"]
        records = state.references.get(request.path_params["collection"])
        if records is None or re.fullmatch(r"\d{1,18}", text, re.ASCII) is None or int(text) not in records:
            raise ApiError(404, "There is no such record.")
        return records, int(text)

    def name_of(request: Request) -> str:
        name: str = request.path_params["name"]
        if _NAME.fullmatch(name) is None:
            raise ApiError(400, "A custom reference has a name without @, brackets, commas and blanks.")
        return name

    async def read(request: Request) -> Response:
        records, key = addressed(request)
        values = records.references(key)
        return JSONResponse({name: value for name, value in values.items() if not name.startswith("@")})

    async def put(request: Request) -> Response:
        records, key = addressed(request)
        name = name_of(request)
        reader = BodyReader(json_of(await request.body()))
        value = reader.text("value")
        if value is None:
            reader.refuse("value", "It is required, a text.")
        reader.check()
        try:
            records.put(key, name, value)
        except ValueError as error:
            raise ApiError(400, "The reference cannot be set.", reasons=[str(error)]) from error
        state.changes.note(records.collection, key)
        return Response(status_code=204)

    async def remove(request: Request) -> Response:
        records, key = addressed(request)
        records.put(key, name_of(request), None)
        state.changes.note(records.collection, key)
        return Response(status_code=204)

    record, one = (f"{BASE_PATH}/external-references/{{collection}}/{{key}}{end}" for end in ("", "/{name}"))
    write = "external-references.write"
    return [
        Route(record, protected(state, ("external-references.read", write), read), methods=["GET"]),
        Route(one, protected(state, write, put), methods=["PUT"]),
        Route(one, protected(state, write, remove), methods=["DELETE"]),
    ]
