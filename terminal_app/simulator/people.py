"""The collection `people`: a list in pages, and one by id, badge number, employee number or custom reference."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.filters import FilterError, parse
from terminal_app.simulator.paging import page_answer
from terminal_app.simulator.query import read_query
from terminal_app.simulator.references import Asked, addressed, answered, read_asked
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State


def routes(state: State) -> list[Route]:
    """The addresses of the collection."""
    offered = {"people": state.people.reference_names}

    def record(key: int, asked: Asked) -> dict[str, object]:
        return {**state.people.record(key), **answered(key, state.people, asked)}

    async def list_people(request: Request) -> Response:
        query = read_query(request, "filter", "externalReferences", "continuationToken")
        asked = read_asked(query.get("externalReferences"), offered)
        if "filter" in query:
            _refuse_filter(query["filter"])
        return page_answer(state, request, query, state.people.ids(), lambda key: record(key, asked))

    async def one_person(request: Request) -> Response:
        query = read_query(request, "externalReferences")
        asked = read_asked(query.get("externalReferences"), offered)
        key = addressed(request.path_params["reference"], state.people, asked)
        return JSONResponse(record(key, asked))

    return [
        Route(f"{BASE_PATH}/people", protected(state, "people.read", list_people), methods=["GET"]),
        Route(f"{BASE_PATH}/people/{{reference}}", protected(state, "people.read", one_person), methods=["GET"]),
    ]


def _refuse_filter(text: str) -> None:
    """The filters of this list are not documented, so no field is accepted."""
    try:
        parse(text, {})
    except FilterError as error:
        raise ApiError(400, "The filter is not valid.", reasons=[str(error)]) from error
