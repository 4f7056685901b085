"""The query of a call, strictly: no parameter twice, none that the API does not have."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from terminal_app.simulator.errors import ApiError

_MAXIMUM_PARAMETERS = 50
_MAY_BE_EMPTY = ("delta", "externalReferences")


def read_query(request: Request, *allowed: str) -> dict[str, str]:
    """The parameters of a call by name, decoded; empty ones are left out.

    The bare flag `delta` stays, and an empty `externalReferences`, which is not a form of it.

    Raises:
        ApiError: 400 for a parameter given twice or not known here.
    """
    try:
        text = request.url.query
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAXIMUM_PARAMETERS, errors="strict")
    except ValueError as error:
        raise ApiError(400, "The query cannot be read.") from error
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ApiError(400, "A query parameter is given twice.")
    for name in names:
        if name not in allowed:
            raise ApiError(400, "The query is not valid.", reasons=[f"There is no parameter {name[:40]!r} here."])
    return {name: value for name, value in pairs if value or name in _MAY_BE_EMPTY}
