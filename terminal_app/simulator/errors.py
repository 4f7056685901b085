"""The three error shapes of the API (reference section 3) as one exception that knows its answer."""

from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_CODES = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    409: "Conflict",
    410: "Gone",
    414: "UriTooLong",
    415: "UnsupportedMediaType",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}


class ApiError(Exception):
    """An answer other than success: shape 1, or shape 2 when there are reasons."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        reasons: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reasons = tuple(reasons)
        self.headers = dict(headers or {})

    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        error: dict[str, object] = {"code": _CODES.get(self.status, "Error"), "message": self.message}
        if self.reasons:
            error["reasons"] = list(self.reasons)
        return {"error": error}

    def response(self) -> Response:
        """The whole answer."""
        return JSONResponse(self.body(), status_code=self.status, headers=self.headers)


class BodyError(ApiError):
    """A body that cannot be read or misses a required field: shape 3, which has no `error` around it.

    The form of one item is not documented; here it is `{"property": ..., "message": ...}`.
    """

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(400, "The body is not valid.")
        self.errors = tuple(errors)

    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        items = [{"property": name, "message": message} for name, message in self.errors]
        return {"code": "BadRequest", "message": self.message, "validationErrors": items}


def answer_api_error(_request: Request, error: Exception) -> Response:
    """Turns an `ApiError` into its answer (a Starlette exception handler)."""
    if not isinstance(error, ApiError):
        raise TypeError("only for ApiError")
    return error.response()


def answer_http_error(_request: Request, error: Exception) -> Response:
    """Gives Starlette's own 404 and 405 the shape of the API (a Starlette exception handler)."""
    if not isinstance(error, HTTPException):
        raise TypeError("only for HTTPException")
    return ApiError(error.status_code, error.detail, headers=error.headers).response()
