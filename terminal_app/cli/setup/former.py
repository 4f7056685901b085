"""What a machine that was set up before says to the questions."""

import tomllib
from pathlib import Path

from terminal_app.cli.setup.plain import KEEP
from terminal_app.cli.setup.settings_text import KEYS
from terminal_app.cli.setup.steps import ENCRYPTED
from terminal_app.client_secret import CREDENTIAL


def former_answers(config: Path) -> dict[str, str]:
    """By the questions' keys, from a settings file that may be wrong; of the secret only that it is there."""
    known: dict[str, str] = {}
    try:
        values = tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        values = {}
    for name, (section, key) in KEYS.items():
        below = values.get(section)
        value = below.get(key) if isinstance(below, dict) else None
        if isinstance(value, list):
            known[name] = ", ".join(map(str, value))
        elif value is not None:
            known[name] = str(value)
    if config.with_name(CREDENTIAL).exists():
        known["secret"], known["encrypt_secret"] = KEEP, "no"
    elif (Path("/") / ENCRYPTED).exists():
        known["secret"], known["encrypt_secret"] = KEEP, "yes"
    return known
