import json
import socket
import time

import httpx
import pytest

from terminal_app.simulator.server import SimulatorThread
from tests.simulator.calls import BASE, IN_OUT, USER_AGENT, Caller


def exchange(simulator: SimulatorThread, request: bytes) -> bytes:
    """Everything the server sends until it closes; a reset raises `ConnectionResetError`."""
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=10) as link:
        link.sendall(request)
        received = b""
        while piece := link.recv(4096):
            received += piece
        return received


def post(api: Caller, *, announced: int | None = None) -> bytes:
    body = json.dumps(IN_OUT).encode()
    head = [
        f"POST {BASE}/clockings HTTP/1.1",
        "Host: localhost",
        f"User-Agent: {USER_AGENT}",
        f"Authorization: Bearer {api.token}",
        "Content-Type: application/json",
        f"Content-Length: {announced or len(body)}",
        "Connection: close",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def test_without_a_fault_there_is_an_answer(simulator: SimulatorThread, api: Caller) -> None:
    assert exchange(simulator, post(api)).startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(("switch", "stored"), [("cut_before_storing", 0), ("cut_after_storing", 1), ("down", 0)])
def test_a_cut_sends_not_one_byte(simulator: SimulatorThread, api: Caller, switch: str, stored: int) -> None:
    simulator.set_faults(**{switch: switch == "down" or 1})
    assert exchange(simulator, post(api)) == b""
    assert len(simulator.received()) == stored


@pytest.mark.parametrize("switch", ["cut_before_storing", "cut_after_storing", "down"])
def test_a_cut_may_be_a_reset(simulator: SimulatorThread, api: Caller, switch: str) -> None:
    simulator.set_faults(**{switch: switch == "down" or 1}, cut_with_reset=True)
    with pytest.raises(ConnectionResetError):
        exchange(simulator, post(api))


def test_a_server_that_is_down_answers_nobody_but_its_control(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(down=True)
    for path in ("/people", "/clockings/1"):
        with pytest.raises(httpx.RemoteProtocolError):
            api.get(path)
    with pytest.raises(httpx.RemoteProtocolError):
        api.ask_token()
    assert api.client.get("/_control/faults").json()["down"] is True
    assert api.client.post("/_control/faults", json={"down": False}).status_code == 200
    assert api.get("/people").status_code == 200


def test_a_connection_that_is_down_only_for_writes_can_read(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(down=True, target="writes")
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(IN_OUT)
    assert api.get("/people").status_code == 200


def test_a_body_that_breaks_off_stores_nothing(simulator: SimulatorThread, api: Caller) -> None:
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=10) as link:
        link.sendall(post(api, announced=10_000))
    deadline = time.monotonic() + 10
    while not any(method == "POST" and status is None for method, _, status in simulator.state.requests.counts):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert simulator.received() == []


def test_bytes_that_are_no_http_get_400(simulator: SimulatorThread) -> None:
    assert exchange(simulator, b"\x00\x01nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_an_unencoded_blank_in_the_address_is_400(simulator: SimulatorThread, api: Caller) -> None:
    request = f"GET {BASE}/clockings?filter=date eq '2026-01-15' HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert exchange(simulator, request.encode()).startswith(b"HTTP/1.1 400 ")


def test_a_cut_is_counted_as_a_request_without_a_status(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(cut_after_storing=1)
    exchange(simulator, post(api))
    counts = api.client.get("/_control/requests").json()["counts"]
    assert {"method": "POST", "path": f"{BASE}/clockings", "status": None, "count": 1} in counts
