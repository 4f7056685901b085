"""The package stands alone, and one module knows pyserial."""

import ast
import sys
from pathlib import Path

import drivers

PACKAGE = Path(drivers.__file__).parent


def imported_by(module: Path) -> set[str]:
    """The top-level names of what a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def test_it_imports_only_itself_the_standard_library_and_pyserial_in_one_module() -> None:
    foreign = {
        (str(module.relative_to(PACKAGE)), name)
        for module in PACKAGE.rglob("*.py")
        for name in imported_by(module) - set(sys.stdlib_module_names) - {"drivers"}
    }
    assert foreign == {("serial_port.py", "serial")}
