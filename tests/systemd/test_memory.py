"""What MemoryDenyWriteExecute= of all units asks: no library makes code at run time."""

import subprocess
import sys

import pytest

_REFUSED = 75

# The kernel's own form of that rule (PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN), since a test has no service manager.
_UNDER_THE_RULE = f"""
import ctypes, mmap, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):
    sys.exit({_REFUSED})
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except PermissionError:
    pass
else:
    sys.exit("the rule does not hold")
import {{module}}
"""


@pytest.mark.parametrize(
    "module",
    [
        "terminal_app.kiosk.wiring",
        "terminal_app.courier.courier",
        "terminal_app.webhook_receiver.server",
        "terminal_app.settings_file",
        "terminal_app.cli.main",
    ],
)
def test_no_memory_is_both_written_and_run(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _UNDER_THE_RULE.format(module=module)], capture_output=True, text=True, check=False
    )
    if done.returncode == _REFUSED:
        pytest.skip("this kernel is older than 6.3 and cannot refuse such memory by itself")
    assert done.returncode == 0, done.stderr
