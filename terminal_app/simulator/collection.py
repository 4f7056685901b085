"""The core of every collection with integer ids: list, pages, one record, references, delta."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.deltas import Delta
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.list_filter import FilterRule, ListFilter, Wanted
from terminal_app.simulator.older_names import as_named
from terminal_app.simulator.paging import page_answer
from terminal_app.simulator.query import read_query
from terminal_app.simulator.records import EVERYTHING, Record, Selection
from terminal_app.simulator.references import Asked, Referenced, addressed, answered, read_asked
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State
from terminal_app.simulator.versions import Change, ChangeType, version_text

_POINTERS = {
    "person": "people",
    "terminal": "terminals",
    "reason": "absence-definitions",
    "absenceDefinition": "absence-definitions",
    "requestedAbsenceDefinition": "absence-definitions",
    "resultingAbsenceDefinition": "absence-definitions",
    "absenceGroup": "absence-groups",
    "counterDefinition": "counter-definitions",
    "counterDefinitions": "counter-definitions",
    "counterGroup": "counter-groups",
    "shiftDefinition": "shift-definitions",
    "breakDefinition": "break-definitions",
    "parentContract": "contracts",
    "department": "departments",
    "employer": "employers",
    "job": "jobs",
    "jobCategory": "job-categories",
    "sector": "sectors",
    "workLocation": "work-locations",
}
"""Fields that point at a record of another collection."""


class Source(Protocol):
    """Where the records of a collection are (`Records`, `People` and `Clockings` have this form)."""

    def __contains__(self, key: object) -> bool: ...

    def after(self, key: int, wanted: Selection) -> Iterator[int]:
        """Rising keys above this one; may hold more than the selection asks for, never less."""
        ...

    def record(self, key: int) -> Record:
        """The record as the API shows it, without external references; `KeyError` when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of the API.

    Attributes:
        name: In the path.
        source: Its records.
        filter: What its list can be filtered by.
        references_of_list: Collections whose external references the list offers.
        references_of_one: The same for one record.
        own: Its own external references, by which one record can be addressed.
        has_delta: Whether its list can be started as a delta.
        is_kept: Its records are never deleted: a change is told with its record, inside of the filter or not.
        scope: Without the prefix; that of the name when it is empty.
    """

    name: str
    source: Source
    filter: ListFilter = ListFilter()  # noqa: RUF009 - frozen
    references_of_list: tuple[str, ...] = ()
    references_of_one: tuple[str, ...] = ()
    own: Referenced[int] | None = None
    has_delta: bool = True
    is_kept: bool = False
    scope: str = ""

    @property
    def read_scope(self) -> str:
        """The scope for every GET."""
        return self.scope or f"{self.name}.read"


def offered(state: State, names: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """The reference names of these collections."""
    return {name: state.reference_names(name) for name in names}


def shown(state: State, name: str, record: Record, asked: Asked) -> Record:
    """A record with the external references that were asked for, its own and those it points at."""
    if not asked:
        return record
    result = {field: _pointed(state, field, value, asked) for field, value in record.items()}
    own = state.references.get(name)
    key = record.get("id")
    if own is not None and name in asked and isinstance(key, int):
        result |= answered(key, own, asked)
    return result


def _pointed(state: State, field: str, value: object, asked: Asked) -> object:
    if field == "activityLevels" and isinstance(value, list):
        return [state.activities.level_shown(level, asked) for level in value]
    collection = _POINTERS.get(field)
    if collection is None or collection not in asked:
        return value
    records = state.references[collection]
    if isinstance(value, list):
        return [_reference(item, records, asked) for item in value]
    return _reference(value, records, asked)


def _reference(value: object, records: Referenced[int], asked: Asked) -> object:
    """A reference as it is answered; one that points at nothing (only a record that was put can) stays as it is."""
    key = value.get("id") if isinstance(value, dict) else None
    return answered(key, records, asked) if isinstance(key, int) and key in records else value


def routes(state: State, collection: Collection) -> list[Route]:
    """The addresses of a collection: list, one record, and its delta."""
    path = f"{BASE_PATH}/{collection.name}"
    reader = _Reader(state, collection)
    scope = collection.read_scope
    found = [
        Route(path, protected(state, scope, reader.list), methods=["GET"]),
        Route(f"{path}/{{reference}}", protected(state, scope, reader.one), methods=["GET"]),
    ]
    if collection.has_delta:
        delta_path = f"{BASE_PATH}/delta/{collection.name}"
        found.append(Route(delta_path, protected(state, scope, reader.changes), methods=["GET"]))
    return found


def unknown_deltas() -> list[Route]:
    """Answers 400 for the delta of what has none; comes after all others."""

    async def refuse(_request: Request) -> Response:
        raise ApiError(400, "There is no delta of such a collection.")

    return [Route(f"{BASE_PATH}/delta/{{collection}}", refuse, methods=["GET"])]


class _Reader:
    """The GET calls of one collection."""

    def __init__(self, state: State, collection: Collection) -> None:
        self._state = state
        self._collection = collection

    async def list(self, request: Request) -> Response:
        """One page of the list; with `delta` the start of one."""
        state, collection = self._state, self._collection
        allowed = ["externalReferences", "continuationToken"]
        if collection.filter.rule is not FilterRule.NONE:
            allowed.append("filter")
        if collection.has_delta:
            allowed += ["delta", "deltaToken"]
        query = read_query(request, *allowed)
        text = query.get("externalReferences")
        asked = read_asked(text, offered(state, collection.references_of_list), state.faults.current.names)
        is_delta = "delta" in query or "deltaToken" in query
        delta = self._going_on(query)
        wanted = self._wanted(query.get("filter"), delta.started_on if delta else state.today(), for_delta=is_delta)
        state.settle()
        last_page = None
        if is_delta:
            delta = delta or self._started(query)
            token = state.deltas.token(delta, delta.start)
            last_page = {"deltaLink": self._delta_link(token)}
            if "delta" in query:
                query = {name: value for name, value in query.items() if name != "delta"} | {"deltaToken": token}
        return page_answer(
            state,
            request,
            query,
            lambda after: collection.source.after(after, wanted.selection),
            lambda key: self._shown_if_passes(key, wanted, asked),
            last_page=last_page,
        )

    async def one(self, request: Request) -> Response:
        """One record, with an `ETag`."""
        state, collection = self._state, self._collection
        query = read_query(request, "externalReferences")
        asked = read_asked(
            query.get("externalReferences"), offered(state, collection.references_of_one), state.faults.current.names
        )
        state.settle()
        own = collection.own
        key = addressed(request.path_params["reference"], own or collection.source, asked, collection.name)
        record = shown(state, collection.name, self._read(key), asked)
        return one_answer(state, request, record)

    async def changes(self, request: Request) -> Response:
        """What changed since the token; every answer has a new `deltaLink`.

        When there is more than a page, `nextLink` is there too, and means the same: what comes after this page.
        """
        state, collection = self._state, self._collection
        query = read_query(request, "deltaToken")
        if "deltaToken" not in query:
            raise ApiError(400, "deltaToken is required.")
        state.settle()
        delta, version = state.deltas.used(query["deltaToken"], collection.name)
        asked = read_asked(delta.references, offered(state, collection.references_of_list), state.faults.current.names)
        wanted = self._wanted(delta.filter, delta.started_on, for_delta=True)
        size = state.settings.page_size
        found = list(state.changes.since(collection.name, version))
        page = found[:size]
        is_last = len(found) <= size
        link = self._delta_link(state.deltas.token(delta, state.changes.last if is_last else page[-1].version))
        items = [self._item(change, wanted, asked) for change in page]
        body: dict[str, object] = {"value": [item for item in items if item is not None], "deltaLink": link}
        if not is_last:
            body["nextLink"] = link
        return JSONResponse(as_named(body, state.faults.current.names))

    def _going_on(self, query: dict[str, str]) -> Delta | None:
        if "deltaToken" not in query:
            return None
        if "delta" in query or "continuationToken" not in query:
            raise ApiError(400, "A started delta goes on with deltaToken and continuationToken.")
        return self._state.deltas.used(query["deltaToken"], self._collection.name)[0]

    def _started(self, query: dict[str, str]) -> Delta:
        state, name = self._state, self._collection.name
        if "continuationToken" in query:
            raise ApiError(400, "A delta that starts has no continuationToken.")
        second = state.faults.current.delta_second_start
        references = query.get("externalReferences")
        return state.deltas.start(name, query.get("filter"), references, state.changes.last, second)

    def _delta_link(self, token: str) -> str:
        return f"{BASE_PATH}/delta/{self._collection.name}?deltaToken={token}"

    def _wanted(self, text: str | None, today: date, *, for_delta: bool) -> Wanted:
        """What a filter asks for; that of a delta was allowed on the day it was started, and stays so."""
        return self._collection.filter.read(text, today, seed=self._state.settings.seed, for_delta=for_delta)

    def _read(self, key: int) -> Record:
        try:
            return self._collection.source.record(key)
        except KeyError as error:
            raise ApiError(404, "There is no such record.") from error

    def _shown_if_passes(self, key: int, wanted: Wanted, asked: Asked) -> Record | None:
        try:
            record = self._collection.source.record(key)
        except KeyError:  # taken away, or not to be seen yet
            return None
        return shown(self._state, self._collection.name, record, asked) if wanted.passes(record) else None

    def _item(self, change: Change, wanted: Wanted, asked: Asked) -> Record | None:
        kept = self._collection.is_kept
        record = self._shown_if_passes(change.key, Wanted(EVERYTHING, lambda _record: True) if kept else wanted, asked)
        return change_item(self._collection, change, record)


def change_item(collection: Collection, change: Change, record: Record | None) -> Record | None:
    """A change as deltas and webhooks tell it; without a record it is a deletion, or nothing where none is deleted."""
    if record is None and collection.is_kept:
        return None
    if change.type is ChangeType.DELETE or record is None:
        data: Record = {"changeVersion": version_text(change.version), "id": change.key}
        return {"changeType": ChangeType.DELETE.value, "data": data}
    return {"changeType": ChangeType.INSERT_OR_UPDATE.value, "data": record}


def one_answer(state: State, request: Request, record: Record) -> Response:
    """One record with its `ETag`, or 304 when the caller has it already."""
    headers = {"ETag": f'"{record["changeVersion"]}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return JSONResponse(as_named(record, state.faults.current.names), headers=headers)
