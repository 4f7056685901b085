import ast
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import terminal_app.simulator
from terminal_app.simulator.faults import FaultError
from terminal_app.simulator.server import SimulatorThread, serve
from terminal_app.simulator.settings import Settings
from tests.simulator.calls import IN_OUT, Caller

PACKAGE = Path(terminal_app.simulator.__file__).parent
SERVE = """
import sys
from terminal_app.simulator.server import serve
def say(port):
    sys.stderr.write(f"{port}\\n")
    sys.stderr.flush()
serve(0, 1000, on_started=say, faults={"duplicate_policy": "first"})
sys.stderr.write("returned\\n")
"""


@pytest.mark.processes
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_returns_after_a_signal_and_prints_nothing(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    port = int(process.stderr.readline())
    with Caller(f"http://127.0.0.1:{port}") as api:
        api.log_in()
        assert api.get("/people/1000").status_code == 200
        assert api.create() == api.create()
        os.kill(process.pid, number)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (0, "", "returned\n")


def test_a_port_that_is_taken_is_told(simulator: SimulatorThread) -> None:
    with pytest.raises(OSError, match="in use"):
        serve(simulator.port)
    with pytest.raises(OSError, match="in use"):
        SimulatorThread(port=simulator.port).start()


def test_a_switch_that_does_not_exist_is_told_before_it_serves() -> None:
    with pytest.raises(FaultError):
        serve(0, 6, faults={"dwon": True})


def test_stopping_refuses_connections_and_starting_again_keeps_all_on_the_same_port() -> None:
    with SimulatorThread() as simulator, Caller(simulator.url) as api:
        api.log_in()
        key = api.create()
        url = simulator.url
        simulator.stop()
        with pytest.raises(httpx.ConnectError):
            api.get("/people")
        assert len(simulator.received()) == 1
        simulator.set_faults(rate_limit=1)
        simulator.start()
        assert simulator.url == url
        assert api.get("/people").status_code == 429
        assert api.get(f"/clockings/{key}").status_code == 200


def test_stopping_does_not_wait_for_a_slow_answer(simulator: SimulatorThread) -> None:
    with SimulatorThread() as slow, Caller(slow.url, timeout=0.1) as api:
        api.log_in()
        slow.set_faults(slow_seconds=3600)
        with pytest.raises(httpx.ReadTimeout):
            api.get("/people")
    slow.stop()


def test_it_cannot_be_started_twice(simulator: SimulatorThread) -> None:
    with pytest.raises(RuntimeError, match="already"):
        simulator.start()


def test_another_tenant_with_other_names() -> None:
    settings = Settings(
        tenant="bakery",
        client_id="oven",
        client_secret="dough",
        terminals=("DOOR",),
        scopes=frozenset({"connector-protimeapi-clockings.write"}),
    )
    with SimulatorThread(settings=settings) as simulator, Caller(simulator.url) as api:
        form = {"grant_type": "client_credentials", "client_id": "oven", "client_secret": "dough"}
        scope = "connector-protimeapi-clockings.write"
        answer = api.client.post("/tenants/bakery/connect/token", data={**form, "scope": scope})
        api.token = answer.json()["access_token"]
        assert api.post({**IN_OUT, "terminal": {"externalReferences": {"@external-code": "DOOR"}}}).status_code == 201
        refused = api.client.post(
            "/tenants/bakery/connect/token", data={**form, "scope": "connector-protimeapi-people.read"}
        )
        assert refused.json()["error"] == "invalid_scope"
    assert "dough" not in repr(settings)


def test_a_page_holds_at_least_one_record() -> None:
    with pytest.raises(ValueError, match="page_size"):
        Settings(page_size=0)


def test_a_fault_of_the_simulator_itself_does_not_pass_for_one_of_the_server() -> None:
    simulator = SimulatorThread()
    simulator.start()
    with Caller(simulator.url) as api:
        api.log_in()
        simulator.state.people = None  # type: ignore[assignment]
        simulator.state.references = {}
        assert api.post(IN_OUT).status_code == 500
        assert api.client.post("/_control/people", json={}).status_code == 500
    with pytest.raises(KeyError):
        simulator.__exit__(None, None, None)
    assert len(simulator.state.crashes) == 2


def test_the_package_itself_is_light() -> None:
    code = "import sys, terminal_app.simulator; print(json.dumps(sorted(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", f"import json; {code}"], check=True, capture_output=True, text=True)
    assert not {"starlette", "uvicorn", "h11", "asyncio"} & set(json.loads(loaded.stdout))


def test_it_imports_nothing_of_the_other_side() -> None:
    allowed = {"starlette", "uvicorn", *sys.stdlib_module_names}
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.startswith("terminal_app.simulator") or name.partition(".")[0] in allowed, (
                    f"{path.name}: {name}"
                )
