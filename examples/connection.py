"""Where the examples look for Protime: by the environment; without it, a simulator on port 8765."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from typing import TypeVar

from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.errors import NotSent, ProtimeError, TokenUnavailable
from terminal_app.protime.scopes import Scope

Result = TypeVar("Result")


def connected(*scopes: Scope) -> ProtimeClient:
    """A client for these functions, to be entered as a context."""
    url = os.environ.get("PROTIME_URL", "http://127.0.0.1:8765")
    return ProtimeClient(
        tenant=os.environ.get("PROTIME_TENANT", "acme"),
        client_id=os.environ.get("PROTIME_CLIENT_ID", "demo-terminal"),
        client_secret=os.environ.get("PROTIME_CLIENT_SECRET", "demo-secret"),
        scopes=scopes,
        service="ProtimeClientExamples/1.0",
        base_url=url,
        authentication_url=os.environ.get("PROTIME_AUTHENTICATION_URL", url),
    )


def run(example: Coroutine[object, object, Result]) -> Result:
    """Run an example; a failure is one line, and exit code 1."""
    try:
        return asyncio.run(example)
    except (NotSent, TokenUnavailable) as error:
        sys.exit(f"{error}. Is a simulator running? `./run simulator --port 8765`")
    except (ProtimeError, OSError) as error:
        sys.exit(str(error))
