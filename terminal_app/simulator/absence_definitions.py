"""The collection `absence-definitions`: what may be absent for, and which of it may be the reason of a clocking."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.paging import page_answer
from terminal_app.simulator.query import read_query
from terminal_app.simulator.references import Asked, addressed, answered, read_asked
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State


def routes(state: State) -> list[Route]:
    """The addresses of the collection.

    The list offers the references of the absence groups only, one definition its own too (reference section 9.7).
    """
    absences = state.absences
    for_list = {"absence-groups": absences.groups.reference_names}
    for_one = {**for_list, "absence-definitions": absences.catalogue.reference_names}

    def record(key: int, asked: Asked) -> dict[str, object]:
        definition = absences.definition(key)
        group = answered(definition.group, absences.groups, asked)
        return {**definition.record, "absenceGroup": group, **answered(key, absences.catalogue, asked)}

    async def list_definitions(request: Request) -> Response:
        query = read_query(request, "externalReferences", "continuationToken")
        asked = read_asked(query.get("externalReferences"), for_list)
        return page_answer(state, request, query, absences.ids(), lambda key: record(key, asked))

    async def one_definition(request: Request) -> Response:
        query = read_query(request, "externalReferences")
        asked = read_asked(query.get("externalReferences"), for_one)
        return JSONResponse(record(addressed(request.path_params["reference"], absences.catalogue, asked), asked))

    path = f"{BASE_PATH}/absence-definitions"
    return [
        Route(path, protected(state, "absence-definitions.read", list_definitions), methods=["GET"]),
        Route(path + "/{reference}", protected(state, "absence-definitions.read", one_definition), methods=["GET"]),
    ]
