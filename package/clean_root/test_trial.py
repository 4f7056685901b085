"""A new version is on trial: it stays, or the one before comes back.

The service manager is a fake here, as none runs in a root: `./run boot-test` has a real one.
"""

from pathlib import Path

import pytest

from package.clean_root.root import CleanRoot
from package.clean_root.test_life import NEW, OLD, TOOL, as_if_stopped, clockings, put_to_use

UNIT = "clocking-terminal-webhooks.service"
ON_TRIAL = "/opt/clocking-terminal/on-trial"
BROKEN = "/var/broken"
SYSTEMCTL = f"""#!/bin/sh
# A unit that is up is a file in /var/up, with the number of its process. The services of a broken version do not start.
for unit; do :; done
case $1 in
    list-units) for file in /var/up/*; do [ ! -e "$file" ] || echo "${{file##*/}} loaded active running"; done ;;
    is-active) if [ -e "/var/up/$2" ]; then echo active; else echo failed; exit 3; fi ;;
    show) printf 'MainPID=%s\\nNRestarts=0\\n' "$(cat "/var/up/$unit")" ;;
    stop) shift; for unit; do rm -f "/var/up/$unit"; done ;;
    start)
        [ "$(basename "$(readlink /opt/clocking-terminal/current)")" = "$(cat {BROKEN} 2>/dev/null)" ] ||
            echo $$ >"/var/up/$unit"
        ;;
esac
"""


@pytest.fixture
def managed(root: CleanRoot, package: Path) -> CleanRoot:
    """With the old version in use, and something that looks like systemd."""
    root.install(package)
    put_to_use(root)
    for folder in ("/run/systemd/system", "/var/up"):
        root.path(folder).mkdir(parents=True)
    root.path("/usr/bin/systemctl").unlink(missing_ok=True)
    root.path("/usr/bin/systemctl").write_text(SYSTEMCTL, encoding="utf-8")
    root.path("/usr/bin/systemctl").chmod(0o755)
    root.call("systemctl", "start", UNIT)
    return root


def end_of_trial(root: CleanRoot) -> str:
    """What the trial's service says."""
    patience = ["CLOCKING_TERMINAL_TRIAL_SECONDS=8", "CLOCKING_TERMINAL_STEADY_SECONDS=3"]
    return root.call("env", *patience, TOOL, "trial").stderr


def test_a_version_that_is_well_stays(managed: CleanRoot, newer_package: Path) -> None:
    said = managed.install(newer_package)
    assert f"{NEW} runs, and is on trial" in said
    assert managed.call(TOOL).stdout == f"  {OLD}\n* {NEW} (on trial)\n"
    assert f"{NEW} is well and stays" in end_of_trial(managed)
    assert managed.call(TOOL).stdout == f"  {OLD}\n* {NEW}\n"
    assert managed.call("systemctl", "is-active", UNIT).stdout == "active\n"


def test_a_version_that_is_not_well_goes_back(managed: CleanRoot, newer_package: Path) -> None:
    _, before = clockings(managed)
    managed.path(BROKEN).write_text(NEW, encoding="utf-8")
    managed.install(newer_package)
    managed.python("from contextlib import closing\nfrom pathlib import Path\n"
                   "from terminal_app.ledger.database import LedgerDatabase\n"
                   "closing(LedgerDatabase(Path('/var/lib/clocking-terminal'))).__enter__()\n")  # fmt: skip
    assert f"going back to {OLD}" in end_of_trial(managed)
    assert managed.call("systemctl", "is-active", UNIT).stdout == "active\n"
    listed = managed.call(TOOL).stdout
    assert listed.startswith(f"* {OLD}\n  {NEW}\n{NEW} was not well, so {OLD} came back")
    assert not managed.path(ON_TRIAL).exists()
    assert clockings(managed)[1] == as_if_stopped(before)


def test_one_whose_services_start_again_and_again_goes_back(managed: CleanRoot, newer_package: Path) -> None:
    managed.install(newer_package)
    restless = managed.path("/usr/bin/systemctl")
    restless.write_text(
        restless.read_text(encoding="utf-8").replace('"$(cat "/var/up/$unit")"', '"$(cut -d " " -f 1 /proc/uptime)"'),
        encoding="utf-8",
    )
    assert f"going back to {OLD}" in end_of_trial(managed)


def test_a_power_cut_does_not_end_a_trial(managed: CleanRoot, newer_package: Path) -> None:
    """The service starts at every boot while the mark is there; what is up then is another process."""
    managed.install(newer_package)
    mark = managed.path(ON_TRIAL).read_text(encoding="utf-8")
    assert mark == f"{OLD}\n{UNIT} \n"
    service = managed.path("/usr/lib/systemd/system/multi-user.target.wants/clocking-terminal-trial.service")
    assert service.is_symlink()
    managed.path(BROKEN).write_text(NEW, encoding="utf-8")
    managed.call("systemctl", "stop", UNIT)
    assert f"going back to {OLD}" in end_of_trial(managed)


def test_nothing_to_go_back_to(root: CleanRoot, package: Path) -> None:
    root.install(package)
    assert not root.path(ON_TRIAL).exists()
    root.call(TOOL, "trial")
    assert root.call(TOOL).stdout == f"* {OLD}\n"
