"""The package stands alone, and one module knows pyserial."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import drivers
from drivers.names import BUILT_IN

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


def test_it_imports_only_itself_the_standard_library_and_each_package_in_one_module() -> None:
    foreign = {
        (str(module.relative_to(PACKAGE)), name)
        for module in PACKAGE.rglob("*.py")
        for name in imported_by(module) - set(sys.stdlib_module_names) - {"drivers"}
    }
    assert foreign == {
        ("serial_port.py", "serial"),
        ("osdp_line.py", "osdp"),
        ("osdp_twin.py", "osdp"),
        ("smartcard_reader.py", "smartcard"),
    }


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_driver_loads_no_optional_package_before_a_reader_is_made(name: str) -> None:
    program = f"import sys; from drivers.names import driver_of; driver_of({name!r}); print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert not {"osdp", "osdp_sys", "smartcard"} & set(answer.stdout.split())


def test_a_reader_on_a_serial_port_loads_its_own_driver_only() -> None:
    program = (
        "import sys; from drivers.catalogue import create_reader\n"
        "create_reader('rdm6300', name='door', port='/dev/none', badge_number='decimal')\n"
        "print(*sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    modules = set(answer.stdout.split())
    assert {name for name in modules if name.startswith("drivers.frames.")} == {
        "drivers.frames.decoder",
        "drivers.frames.polled",
        "drivers.frames.rdm6300",
    }
    assert not modules & {"importlib.metadata", "drivers.osdp_reader", "drivers.keyboard_reader"}
