"""What has changed since the last run: `python -m examples.follow_delta STATE_FILE`; run it again and again.

The state is kept after the changes were shown. A program that keeps the data too writes both in one transaction.
"""

import argparse
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from examples.connection import connected, run
from terminal_app.protime.collections.people import PEOPLE, Person
from terminal_app.protime.delta import DeltaPage, newest
from terminal_app.protime.errors import DeltaLost
from terminal_app.protime.scopes import Scope


def main(state: Path) -> None:
    """Go on where the last run ended; begin afresh without a state."""
    try:
        token = state.read_text(encoding="utf-8") if state.exists() else None
        state.write_text(run(follow(token)), encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{state} cannot keep the state: {error}")


async def follow(token: str | None) -> str:
    """Show what has changed since `token` was given, or all there is; the token for the next time."""
    async with connected(Scope.PEOPLE_READ) as protime:
        if token is not None:
            try:
                return await shown(protime.go_on_with_delta(PEOPLE, token))
            except DeltaLost as error:
                print("begin afresh:", error)
        return await shown(protime.begin_delta(PEOPLE))


async def shown(pages: AsyncIterator[DeltaPage[Person]]) -> str:
    """Print each change; the token that comes with the last page."""
    token = ""
    async for page in pages:
        for change in newest(page.changes):
            print("gone" if change.is_gone else "is", change.key, change.version or "-")
        token = page.token or token
    return token


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m examples.follow_delta", description=__doc__)
    arguments.add_argument("state_file", type=Path, help="keeps the token; made by the first run")
    main(arguments.parse_args().state_file)
