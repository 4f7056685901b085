"""The page at `/`: people, clockings and faults, live, with buttons. One file, nothing from outside."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

_FILE = Path(__file__).with_name("page.html")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def routes() -> list[Route]:
    """The address of the page."""

    async def page(_request: Request) -> Response:
        return FileResponse(_FILE, media_type="text/html; charset=utf-8", headers=_HEADERS)

    return [Route("/", page, methods=["GET"])]
