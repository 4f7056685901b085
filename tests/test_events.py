"""Every event that the program logs has its line in docs/events.md, and nothing else has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from terminal_app.journal import event_of

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "events.md"
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
OWN_PACKAGES = ("simulator", "demo")
"""Of no terminal at work."""


def messages() -> Iterator[tuple[str, str]]:
    """Where something is logged, and what, as far as it is a constant."""
    for path in sorted((ROOT / "terminal_app").rglob("*.py")):
        if path.relative_to(ROOT / "terminal_app").parts[0] in OWN_PACKAGES:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id in {"log", "_logger"}):
                continue
            arguments = node.args[1:] if node.func.attr == "log" else node.args
            if node.func.attr in {*LEVELS, "log"} and arguments:
                first = arguments[0]
                assert isinstance(first, ast.Constant), f"{path}:{node.lineno}: the message is no constant"
                yield f"{path.relative_to(ROOT)}:{node.lineno}", str(first.value)


def documented() -> list[str]:
    return re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_every_message_begins_with_a_documented_event() -> None:
    known = set(documented())
    found: set[str] = set()
    for place, message in messages():
        name = re.split(r"[\s:;,]", message, maxsplit=1)[0]
        pattern = re.compile(re.escape(name).replace("%s", "[a-z]+"))
        meant = {one for one in known if pattern.fullmatch(one)}
        assert meant, f"{place}: {name!r} is not in docs/events.md"
        assert all(event_of(message.replace("%s", "ready", 1)) for _ in meant), f"{place}: not an event: {message!r}"
        found |= meant
    assert known == found


def test_each_event_is_listed_once_and_in_order() -> None:
    names = documented()
    assert names == sorted(set(names))
