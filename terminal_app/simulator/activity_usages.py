"""Usages and restrictions of an activity definition (reference section 9.8)."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.activity_definitions import (
    PATH,
    READ,
    WRITE,
    addressed,
    asked_of,
    place_of,
    restrictions_shown,
    usages_shown,
)
from terminal_app.simulator.activity_records import ActivityDefinition, Usage
from terminal_app.simulator.body import BodyReader, Reference, json_of, resolve
from terminal_app.simulator.errors import ApiError, BodyError
from terminal_app.simulator.older_names import as_named
from terminal_app.simulator.query import read_query
from terminal_app.simulator.records import Record
from terminal_app.simulator.references import Asked
from terminal_app.simulator.state import State

_KINDS = ("Person", "Group", "Circle")
_HIGHEST_ID = 2**31 - 1


def routes(state: State) -> list[Route]:
    """The addresses of usages and restrictions."""

    def call(request: Request) -> tuple[ActivityDefinition, Asked]:
        asked = asked_of(state, read_query(request, "externalReferences"))
        return addressed(state, request, asked), asked

    def answer(definition: ActivityDefinition, name: str, records: list[Record]) -> Response:
        body: Record = {"changeVersion": definition.change_version, "activityDefinitionId": {"id": definition.key}}
        return JSONResponse(as_named({**body, name: records}, state.faults.current.names))

    async def usages(request: Request) -> Response:
        definition, asked = call(request)
        return answer(definition, "usages", usages_shown(state, definition, asked))

    async def add(request: Request) -> Response:
        definition, asked = call(request)
        reader = BodyReader(json_of(await request.body()))
        new = _usage(state, reader, "from", "until")
        changed = _changed(state, definition, (*definition.usages, new))
        return answer(changed, "usages", usages_shown(state, changed, asked))

    async def change(request: Request) -> Response:
        definition, asked = call(request)
        reader = BodyReader(json_of(await request.body()))
        old = _usage(state, reader, "originalFrom", "originalUntil")
        new = _usage(state, reader, "updatedFrom", "updatedUntil")
        changed = _changed(state, definition, (*_without(definition, old), new))
        return answer(changed, "usages", usages_shown(state, changed, asked))

    async def remove(request: Request) -> Response:
        definition, _ = call(request)
        old = _usage(state, BodyReader(json_of(await request.body())), "from", "until")
        _changed(state, definition, _without(definition, old))
        return Response(status_code=204)

    async def restrictions(request: Request) -> Response:
        definition, asked = call(request)
        return answer(definition, "restrictions", restrictions_shown(state, definition, asked))

    async def restrict(request: Request) -> Response:
        definition, asked = call(request)
        place = place_of(state, request)
        read = _restrictions(state, place.structure, json_of(await request.body()))
        changed = state.activities.change(replace(definition, restrictions=read))
        return answer(changed, "restrictions", restrictions_shown(state, changed, asked))

    usages_path, restrictions_path = PATH + "/{reference}/usages", PATH + "/{reference}/restrictions"
    return [
        Route(usages_path, protected(state, READ, usages), methods=["GET"]),
        Route(usages_path, protected(state, WRITE, add), methods=["POST"]),
        Route(usages_path, protected(state, WRITE, change), methods=["PUT"]),
        Route(usages_path, protected(state, WRITE, remove), methods=["DELETE"]),
        Route(restrictions_path, protected(state, READ, restrictions), methods=["GET"]),
        Route(restrictions_path, protected(state, WRITE, restrict), methods=["PUT"]),
    ]


def _usage(state: State, reader: BodyReader, start: str, end: str) -> Usage:
    kind = reader.choice("activityUsageKind", _KINDS)
    given = reader.reference(reader.body.get("usageReference"), "usageReference", required=True)
    first, last = reader.day(start, required=True), reader.day(end, empty=True)
    if reader.errors or given is None or first is None:
        raise BodyError(reader.errors)
    reasons: list[str] = []
    key = resolve(given, state.people, "person", reasons) if kind == "Person" else _number(given, reasons)
    if last is not None and last < first:
        reasons.append(f"{end} is before {start}.")
    if reasons or key is None:
        raise ApiError(400, "The usage cannot be accepted.", reasons=reasons)
    return Usage(kind, key, first, last)


def _number(given: Reference, reasons: list[str]) -> int | None:
    """Groups and circles are no collections of this API: any number is one."""
    if isinstance(given.id, int) and not given.names and 0 < given.id <= _HIGHEST_ID:
        return given.id
    reasons.append("A group or circle is named by its id.")
    return None


def _without(definition: ActivityDefinition, usage: Usage) -> tuple[Usage, ...]:
    if usage not in definition.usages:
        raise ApiError(404, "There is no such usage.")
    return tuple(one for one in definition.usages if one != usage)


def _changed(state: State, definition: ActivityDefinition, usages: tuple[Usage, ...]) -> ActivityDefinition:
    newest = usages[-1:]
    if any(one.overlaps(other) for one in newest for other in usages[:-1]):
        raise ApiError(400, "The usage cannot be accepted.", reasons=["Its days overlap with those of another one."])
    return state.activities.change(replace(definition, usages=usages))


def _restrictions(state: State, structure: str, body: object) -> tuple[tuple[int, tuple[str, ...]], ...]:
    if not isinstance(body, list):
        raise BodyError([("", "The body is not a list.")])
    reasons: list[str] = []
    found: dict[int, tuple[str, ...]] = {}
    for item in body:
        reader = BodyReader(item)
        level = reader.whole_number("level", 1, 99, required=True)
        given = reader.body.get("activityDefinitions")
        items = given if isinstance(given, list) else []
        if not isinstance(given, list):
            reader.refuse("activityDefinitions", "It is required, a list.")
        references = [reader.reference(one, "activityDefinitions", required=True, id_type=str) for one in items]
        reader.check()
        if level is None or level in found or not state.activities.has(structure, level):
            reasons.append(f"The level {level} does not exist, or is given twice.")
            continue
        catalogue = state.activities.catalogue(structure, level)
        lowered = [Reference(str(one.id).lower() if one.id else None, one.names) for one in references if one]
        keys = [resolve(one, catalogue, "activity definition", reasons) for one in lowered]
        found[level] = tuple(key for key in keys if key is not None)
    if reasons:
        raise ApiError(400, "The restrictions cannot be accepted.", reasons=reasons)
    return tuple(sorted(found.items()))
