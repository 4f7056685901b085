"""The collection `activity-definitions` of one level of a structure: read, create, replace (reference section 9.8)."""

import re
import uuid
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.activity_records import ActivityDefinition
from terminal_app.simulator.assignments import check_if_match
from terminal_app.simulator.body import BodyReader, Reference, json_of, resolve
from terminal_app.simulator.collection import one_answer
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.paging import page_answer, rising
from terminal_app.simulator.query import read_query
from terminal_app.simulator.records import Record
from terminal_app.simulator.references import Asked, answered, read_asked
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State

PATH = BASE_PATH + "/activity-structure-versions/{structure}/levels/{level}/activity-definitions"
READ, WRITE = "activity-definitions.read", "activity-definitions.write"

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_FIELDS = frozenset(
    {"name", "parent", "shortCode", "dataEntryCode", "externalReference", "info", "activeFrom", "activeUntil"}
    | {"id", "structureVersion", "level", "changeVersion", "canConfigureRestrictions"}
)
_LONGEST_CODE = 16
_EXPANSIONS = frozenset({"usage", "restrictions"})


@dataclass(frozen=True, slots=True)
class Place:
    """A level of a structure that exists."""

    structure: str
    level: int


def routes(state: State) -> list[Route]:
    """The addresses of the definitions themselves."""

    async def list_definitions(request: Request) -> Response:
        query = read_query(request, "externalReferences", "continuationToken")
        asked = asked_of(state, query)
        place = place_of(state, request)
        definitions = state.activities.of_level(place.structure, place.level)
        return page_answer(
            state,
            request,
            query,
            rising(range(len(definitions))),
            lambda index: shown(state, definitions[index], asked),
        )

    async def one_definition(request: Request) -> Response:
        query = read_query(request, "externalReferences", "expand")
        asked = asked_of(state, query)
        definition = addressed(state, request, asked)
        record = shown(state, definition, asked)
        for name in _expansions(query.get("expand")):
            expanded = usages_shown if name == "usage" else restrictions_shown
            record["usages" if name == "usage" else name] = expanded(state, definition, asked)
        return one_answer(state, request, record)

    async def create(request: Request) -> Response:
        read_query(request)
        place = place_of(state, request)
        definition = _read(await request.body(), state, place, before=None)
        state.activities.change(definition)
        return Response(status_code=201, headers={"Location": f"{request.url.path}/{definition.key}"})

    async def put(request: Request) -> Response:
        query = read_query(request, "externalReferences")
        asked = asked_of(state, query)
        place = place_of(state, request)
        before = _found(state, request, asked, place)
        if before is not None:
            check_if_match(request, before.record())
        definition = _read(await request.body(), state, place, before=before)
        if before is None:
            definition = _with_reference(definition, asked, request.path_params["reference"])
            _check_codes(state, place, definition, before)
        changed = state.activities.change(definition)
        if before is not None:
            return JSONResponse(shown(state, changed, asked))
        path = request.scope["raw_path"].decode("ascii").rpartition("/")[0]
        return Response(status_code=201, headers={"Location": f"{path}/{changed.key}"})

    one = PATH + "/{reference}"
    return [
        Route(PATH, protected(state, READ, list_definitions), methods=["GET"]),
        Route(one, protected(state, READ, one_definition), methods=["GET"]),
        Route(PATH, protected(state, WRITE, create), methods=["POST"]),
        Route(one, protected(state, WRITE, put), methods=["PUT"]),
    ]


def asked_of(state: State, query: dict[str, str]) -> Asked:
    """The external references asked for; `activity-restrictions` means those of the definitions too."""
    names = state.activities.reference_names
    return read_asked(
        query.get("externalReferences"),
        {"activity-definitions": names, "activity-restrictions": names, "people": state.people.reference_names},
        state.faults.current.names,
    )


def place_of(state: State, request: Request) -> Place:
    """The structure and level in the path; 404 when they do not exist."""
    structure, level = request.path_params["structure"], request.path_params["level"]
    if _GUID.fullmatch(structure) is None or re.fullmatch(r"\d{1,4}", level, re.ASCII) is None:
        raise ApiError(400, "The structure is a GUID and the level a number.")
    if not state.activities.has(structure.lower(), int(level)):
        raise ApiError(404, "There is no such structure or level.")
    return Place(structure.lower(), int(level))


def addressed(state: State, request: Request, asked: Asked) -> ActivityDefinition:
    """The definition that the path names; 404 when there is none."""
    definition = _found(state, request, asked, place_of(state, request))
    if definition is None:
        raise ApiError(404, "There is no such activity definition.")
    return definition


def shown(state: State, definition: ActivityDefinition, asked: Asked) -> Record:
    """A definition as the API shows it."""
    record = definition.record()
    activities = state.activities
    record.update(answered(definition.key, activities.catalogue(definition.structure, definition.level), asked))
    if definition.parent is not None:
        above = activities.catalogue(definition.structure, definition.level - 1)
        record["parent"] = answered(definition.parent, above, asked)
    return record


def usages_shown(_state: State, definition: ActivityDefinition, _asked: Asked) -> list[Record]:
    """Who may use it."""
    return [usage.record() for usage in definition.usages]


def restrictions_shown(state: State, definition: ActivityDefinition, asked: Asked) -> list[Record]:
    """What goes together with it, by level."""
    names = asked.get("activity-restrictions", asked.get("activity-definitions", ()))
    own: Asked = {"activity-definitions": names}
    return [
        {
            "level": level,
            "activityDefinitions": [
                answered(key, state.activities.catalogue(definition.structure, level), own) for key in keys
            ],
        }
        for level, keys in definition.restrictions
    ]


def _expansions(text: str | None) -> list[str]:
    names = [name.strip() for name in text.split(",")] if text else []
    if not _EXPANSIONS.issuperset(names):
        raise ApiError(400, "expand is not valid.", reasons=["It is a list of usage and restrictions."])
    return sorted(set(names))


def _found(state: State, request: Request, asked: Asked, place: Place) -> ActivityDefinition | None:
    """The definition that the path names; None when the reference is of none. 404 for a GUID of none."""
    text = request.path_params["reference"]
    names = asked.get("activity-definitions")
    if names is None:
        if _GUID.fullmatch(text) is None:
            raise ApiError(400, "The id is not a GUID, and no external reference is named.")
        definition = state.activities.definition(text.lower())
        if definition is None or (definition.structure, definition.level) != (place.structure, place.level):
            raise ApiError(404, "There is no such activity definition.")
        return definition
    if len(names) > 1:
        raise ApiError(400, "A path holds the value of one external reference, not of two.")
    key = state.activities.catalogue(place.structure, place.level).find(names[0], text)
    return None if key is None else state.activities.definition(key)


def _read(raw: bytes, state: State, place: Place, *, before: ActivityDefinition | None) -> ActivityDefinition:
    reader = BodyReader(json_of(raw))
    reader.only(_FIELDS)
    name, translations = _name(reader)
    parent_given = reader.reference(reader.body.get("parent"), "parent", id_type=str)
    definition = ActivityDefinition(
        key=before.key if before else str(uuid.uuid4()),
        structure=place.structure,
        level=place.level,
        name=name,
        translations=translations,
        parent=before.parent if before else None,
        short_code=reader.text("shortCode"),
        data_entry_code=reader.text("dataEntryCode", _LONGEST_CODE),
        external_reference=reader.text("externalReference", _LONGEST_CODE),
        info=reader.text("info"),
        active_from=reader.day("activeFrom"),
        active_until=reader.day("activeUntil"),
        change_version=before.change_version if before else "",
        usages=before.usages if before else (),
        restrictions=before.restrictions if before else (),
    )
    reader.check()
    reasons: list[str] = []
    if parent_given is not None:
        parent = _parent(state, place, parent_given, reasons)
        if before is None:
            definition = replace(definition, parent=parent)
        elif parent is not None and parent != before.parent:
            reasons.append("The parent cannot change after creation.")
    if definition.active_from and definition.active_until and definition.active_until < definition.active_from:
        reasons.append("activeUntil is before activeFrom.")
    _refuse(reasons)
    _check_codes(state, place, definition, before)
    return definition


def _name(reader: BodyReader) -> tuple[str, dict[str, str]]:
    value = reader.body.get("name")
    default = value.get("default") if isinstance(value, dict) else None
    translations = value.get("translations") if isinstance(value, dict) else None
    if not isinstance(default, str) or not default:
        reader.refuse("name.default", "It is required, a text.")
        return "", {}
    if translations is None:
        return default, {}
    if not isinstance(translations, dict) or not all(isinstance(text, str) for text in translations.values()):
        reader.refuse("name.translations", "The values are text.")
        return default, {}
    return default, dict(translations)


def _parent(state: State, place: Place, given: Reference, reasons: list[str]) -> str | None:
    if not state.activities.has(place.structure, place.level - 1):
        reasons.append("There is no level above, so there is no parent.")
        return None
    above = state.activities.catalogue(place.structure, place.level - 1)
    lowered = Reference(str(given.id).lower() if given.id else None, given.names)
    return resolve(lowered, above, "parent", reasons)


def _with_reference(definition: ActivityDefinition, asked: Asked, value: str) -> ActivityDefinition:
    """What an upsert creates has the reference it was addressed by; a body that says another one is refused."""
    name = asked["activity-definitions"][0]
    field = {"@data-entry-code": "data_entry_code", "@external-reference": "external_reference"}.get(name)
    if field is None:
        raise ApiError(404, "There is no such activity definition.")
    given = getattr(definition, field)
    if given not in (None, value) or len(value) > _LONGEST_CODE:
        raise ApiError(
            400, "The definition cannot be accepted.", reasons=[f"The body has another {name} than the path."]
        )
    return replace(definition, **{field: value})  # type: ignore[arg-type]  # both are texts


def _check_codes(state: State, place: Place, definition: ActivityDefinition, before: ActivityDefinition | None) -> None:
    catalogue = state.activities.catalogue(place.structure, place.level)
    taken = [
        f"Another definition of this level has this {name}."
        for name, value in definition.references().items()
        if catalogue.find(name, value) not in (None, before.key if before else None)
    ]
    _refuse(taken)


def _refuse(reasons: list[str]) -> None:
    if reasons:
        raise ApiError(400, "The definition cannot be accepted.", reasons=reasons)
