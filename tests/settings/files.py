"""Settings files of the tests."""

from pathlib import Path

LEAST = """
[terminal]
name = "Gate"
[protime]
tenant = "acme"
client_id = "terminal"
"""


def written(folder: Path, text: str = LEAST) -> Path:
    path = folder / "terminal.toml"
    path.write_text(text, encoding="utf-8")
    return path
