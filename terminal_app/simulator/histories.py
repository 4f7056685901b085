"""The histories of people: of one person, and of everybody (reference section 9.4)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.collection import offered, shown
from terminal_app.simulator.data.of_people import Histories
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.older_names import as_named
from terminal_app.simulator.paging import page_answer
from terminal_app.simulator.query import read_query
from terminal_app.simulator.records import EVERYTHING, Record
from terminal_app.simulator.references import addressed, read_asked
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State
from terminal_app.simulator.versions import seeded_version

_OFFERS = ("people", "departments", "employers", "jobs", "job-categories", "sectors", "work-locations")


def routes(state: State) -> list[Route]:
    """The two addresses of each category."""

    def history(request: Request) -> Histories:
        try:
            return state.histories[request.path_params["category"]]
        except KeyError as error:
            raise ApiError(400, "There is no such category.") from error

    def versioned(record: Record) -> Record:
        return {"changeVersion": seeded_version(int(str(record["id"]))), **record}

    async def of_everybody(request: Request) -> Response:
        records = history(request)
        query = read_query(request, "externalReferences", "continuationToken")
        asked = read_asked(query.get("externalReferences"), offered(state, _OFFERS), state.faults.current.names)
        return page_answer(
            state,
            request,
            query,
            lambda after: records.after(after, EVERYTHING),
            lambda key: shown(state, "histories", versioned(records.record(key)), asked),
        )

    async def of_one(request: Request) -> Response:
        records = history(request)
        query = read_query(request, "externalReferences")
        asked = read_asked(query.get("externalReferences"), offered(state, _OFFERS), state.faults.current.names)
        person = addressed(request.path_params["reference"], state.references["people"], asked, "people")
        found = [shown(state, "histories", versioned(record), asked) for record in records.of(person)]
        return JSONResponse(as_named({"value": found}, state.faults.current.names))

    scopes = ("people.read", "people-historical-data.read")
    return [
        Route(f"{BASE_PATH}/{{category}}-histories", protected(state, scopes, of_everybody), methods=["GET"]),
        Route(
            f"{BASE_PATH}/people/{{reference}}/{{category}}-history", protected(state, scopes, of_one), methods=["GET"]
        ),
    ]
