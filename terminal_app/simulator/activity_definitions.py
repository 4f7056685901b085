"""The collection `activity-definitions` of one level of a structure."""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.activity_records import STRUCTURE, ActivityDefinition
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.paging import page_answer
from terminal_app.simulator.query import read_query
from terminal_app.simulator.references import Asked, Catalogue, answered, read_asked
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


def routes(state: State) -> list[Route]:
    """The addresses of the collection."""
    activities = state.activities
    offered = {"activity-definitions": activities.catalogues[1].reference_names}

    def record(definition: ActivityDefinition, asked: Asked) -> dict[str, object]:
        shown = definition.record()
        shown.update(answered(definition.key, activities.catalogues[definition.level], asked))
        if definition.parent is not None:
            shown["parent"] = answered(definition.parent, activities.catalogues[definition.level - 1], asked)
        return shown

    async def list_definitions(request: Request) -> Response:
        query = read_query(request, "externalReferences", "continuationToken")
        asked = read_asked(query.get("externalReferences"), offered)
        definitions = activities.levels[_level(state, request)]
        return page_answer(
            state, request, query, range(len(definitions)), lambda index: record(definitions[index], asked)
        )

    async def one_definition(request: Request) -> Response:
        query = read_query(request, "externalReferences")
        asked = read_asked(query.get("externalReferences"), offered)
        level = _level(state, request)
        key = _addressed(request.path_params["reference"], activities.catalogues[level], asked)
        definition = activities.definition(key)
        if definition is None or definition.level != level:
            raise ApiError(404, "There is no such activity definition.")
        return JSONResponse(record(definition, asked))

    path = BASE_PATH + "/activity-structure-versions/{structure}/levels/{level}/activity-definitions"
    scope = "activity-definitions.read"
    return [
        Route(path, protected(state, scope, list_definitions), methods=["GET"]),
        Route(path + "/{reference}", protected(state, scope, one_definition), methods=["GET"]),
    ]


def _level(state: State, request: Request) -> int:
    """The level in the path; 404 when the structure does not exist or does not have it."""
    structure, level = request.path_params["structure"], request.path_params["level"]
    if _GUID.fullmatch(structure) is None or re.fullmatch(r"\d{1,4}", level, re.ASCII) is None:
        raise ApiError(400, "The structure is a GUID and the level a number.")
    if structure.lower() != STRUCTURE or int(level) not in state.activities.levels:
        raise ApiError(404, "There is no such structure or level.")
    return int(level)


def _addressed(text: str, catalogue: Catalogue[str], asked: Asked) -> str:
    names = asked.get(catalogue.collection)
    if names is None:
        if _GUID.fullmatch(text) is None:
            raise ApiError(400, "The id is not a GUID, and no external reference is named.")
        return text.lower()
    if len(names) > 1:
        raise ApiError(400, "A path holds the value of one external reference, not of two.")
    key = catalogue.find(names[0], text)
    if key is None:
        raise ApiError(404, "There is no such activity definition.")
    return key
