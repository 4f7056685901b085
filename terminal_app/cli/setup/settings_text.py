"""Changes keys of a settings file, and leaves everything else in it as it is, comments too."""

from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from terminal_app.cli.setup.questions import Answers
from terminal_app.settings import ReaderSettings

NEW = """\
# Settings of the clocking terminal, begun by `clocking-terminal setup`. All keys: `clocking-terminal settings explain`

[terminal]

[protime]

[storage]
folder = "/var/lib/clocking-terminal"
runtime_folder = "/run/clocking-terminal"
"""
"""Before the first answer."""
KEYS = {
    "tenant": ("protime", "tenant"),
    "environment": ("protime", "environment"),
    "client_id": ("protime", "client_id"),
    "company": ("protime", "company"),
    "terminal_name": ("terminal", "name"),
    "terminal_code": ("terminal", "external_code"),
    "timezone": ("terminal", "timezone"),
    "languages": ("terminal", "languages"),
}
"""Section and key of each answer that is a setting."""


class NotToml(Exception):
    """The file that is there makes no sense."""


def with_answers(text: str, answers: Answers) -> str:
    """The settings with these answers in them; a reader takes the place of one at the same port. Raises NotToml."""
    try:
        document: Any = tomlkit.parse(text)
    except TOMLKitError as error:
        raise NotToml(f"it is not valid TOML: {error}") from error
    for name, (section, key) in KEYS.items():
        value = getattr(answers, name)
        if value is not None:
            document.setdefault(section, tomlkit.table())[key] = list(value) if isinstance(value, tuple) else value
    if answers.reader is not None:
        _put_reader(document, answers.reader)
    return tomlkit.dumps(document)


def _put_reader(document: Any, reader: ReaderSettings) -> None:  # noqa: ANN401 # tomlkit has no type for it
    values: dict[str, object] = {"driver": reader.driver, "port": reader.port, "badge_number": reader.badge_number}
    if reader.baud is not None:
        values["baud"] = reader.baud
    readers = document.setdefault("reader", tomlkit.aot())
    for one in readers:
        if one.get("port") == reader.port:
            one.update(values)
            return
    table = tomlkit.table()
    table.add(tomlkit.nl())
    table.update(values)
    readers.append(table)
