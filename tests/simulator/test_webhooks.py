"""Webhooks: subscriptions, signed deliveries, retries, disabling; nothing leaves this computer."""

import base64
import hashlib
import hmac
import json
import ssl
import time
from pathlib import Path
from typing import cast

import pytest

from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.webhook_delivery import is_loopback
from tests.simulator.calls import Caller, Json, reasons_of, refused_fields
from tests.simulator.receiver import Receiver


def subscribed(admin: Caller, url: str, name: str = "clockings", query: str = "") -> Json:
    answer = admin.send("POST", f"/webhooks{query}", {"destinationUrl": url, "collectionName": name})
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    assert answer.headers["Location"].endswith(f"/webhooks/{body['id']}")
    return body


def state_of(admin: Caller, key: object) -> Json:
    found = [one for one in admin.client.get("/_control/webhooks").json() if one["id"] == key]
    return cast("Json", found[0])


def wait_until(admin: Caller, key: object, field: str, value: object) -> None:
    deadline = time.monotonic() + 30
    while state_of(admin, key)[field] != value:
        assert time.monotonic() < deadline, state_of(admin, key)
        time.sleep(0.02)


def test_a_clocking_is_delivered_signed(admin: Caller) -> None:
    with Receiver() as receiver:
        made = subscribed(admin, receiver.url, query="?externalReferences=(people,@badge-number)")
        key = admin.create()
        (call,) = receiver.wait_for(1)
        wait_until(admin, made["id"], "delivered", 1)
    assert call.path == "/hook?from=protime"
    item = json.loads(call.body)
    assert item["changeType"] == "InsertOrUpdate"
    assert item["data"]["id"] == key
    assert item["data"]["person"]["externalReferences"] == {"@badge-number": "0013961168"}
    expected = hmac.new(str(made["webhookKey"]).encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["X-Protime-Signature"] == expected


def test_a_clocking_that_can_be_read_later_is_delivered_when_it_can(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(read_lag_seconds=0.2)
    with Receiver() as receiver:
        made = subscribed(admin, receiver.url)
        key = admin.create()
        wait_until(admin, made["id"], "delivered", 1)
        items = [json.loads(call.body) for call in receiver.calls]
    assert [(item["changeType"], item["data"]["id"]) for item in items] == [("InsertOrUpdate", key)]


def test_what_was_forgotten_meanwhile_is_not_told_as_deleted(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(webhook_retry_seconds=[0.2])
    with Receiver(answers=[500]) as receiver:
        made = subscribed(admin, receiver.url)
        admin.create()
        receiver.wait_for(1)
        simulator.reset()
        wait_until(admin, made["id"], "waiting", 0)
        key = admin.create()
        wait_until(admin, made["id"], "delivered", 1)
        items = [json.loads(call.body) for call in receiver.calls[1:]]
    assert [(item["changeType"], item["data"]["id"]) for item in items] == [("InsertOrUpdate", key)]


def test_a_deleted_person_is_told_as_deleted() -> None:
    with SimulatorThread(people=7) as simulator, Caller(simulator.url) as caller, Receiver() as receiver:
        caller.log_in("webhooks.read", "webhooks.write", "people.read")
        subscribed(caller, receiver.url, "people")
        assert caller.client.delete("/_control/people/7").status_code == 204
        (call,) = receiver.wait_for(1)
    item = json.loads(call.body)
    assert (item["changeType"], item["data"]["id"]) == ("Delete", 7)


def test_header_hash_encoding_key_and_items_can_be_chosen(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(
        webhook_signature_header="X-Sign",
        webhook_signature_hash="sha512",
        webhook_signature_encoding="base64",
        webhook_key_property="privateKey",
        webhook_items=10,
        webhook_retry_seconds=[0.05],
    )
    with Receiver(answers=[500]) as receiver:
        made = subscribed(admin, receiver.url)
        admin.create()
        receiver.wait_for(1)
        admin.create()
        wait_until(admin, made["id"], "delivered", 2)
        calls = receiver.calls
    sent = [item["data"]["id"] for call in calls for item in json.loads(call.body)["value"]]
    assert len(set(sent)) == 2
    digest = hmac.new(str(made["privateKey"]).encode(), calls[-1].body, hashlib.sha512).digest()
    assert calls[-1].headers["X-Sign"] == base64.b64encode(digest).decode()


def test_one_clocking_causes_events_over_several_collections(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(recalculation_seconds=0.05)
    with Receiver() as totals, Receiver() as clockings:
        subscribed(admin, totals.url, "calculated-totals")
        subscribed(admin, clockings.url, "clockings")
        admin.create()
        (call,) = totals.wait_for(1)
        (first,) = clockings.wait_for(1)
    versions = [json.loads(one.body)["data"]["changeVersion"] for one in (first, call)]
    assert versions == sorted(versions)


def test_a_failed_delivery_is_tried_again_in_order(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(webhook_retry_seconds=[0.02, 0.02, 0.02])
    with Receiver(answers=[500, 302, 404]) as receiver:
        made = subscribed(admin, receiver.url)
        keys = [admin.create(timeOfDayInMinutes=minutes) for minutes in (1, 2)]
        wait_until(admin, made["id"], "delivered", 2)
        seen = [json.loads(call.body)["data"]["id"] for call in receiver.calls]
    assert seen == [keys[0]] * 4 + [keys[1]]
    assert state_of(admin, made["id"])["status"] == "Enabled"


def test_when_all_tries_are_used_up_it_is_disabled(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(webhook_retry_seconds=[0.01])
    with Receiver(answers=[500] * 9) as receiver:
        made = subscribed(admin, receiver.url)
        admin.create()
        wait_until(admin, made["id"], "status", "Disabled")
        admin.create(timeOfDayInMinutes=9)
        assert len(receiver.calls) == 2
    listed = admin.get("/webhooks", filter="status eq 'Disabled' and collection-name eq 'clockings'").json()["value"]
    assert made["id"] in [one["id"] for one in listed]


def test_a_receiver_that_is_not_there_is_a_failed_delivery(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(webhook_retry_seconds=[])
    with Receiver() as gone:
        url = gone.url
    made = subscribed(admin, url)
    admin.create()
    wait_until(admin, made["id"], "status", "Disabled")


@pytest.mark.parametrize("is_trusted", [True, False])
def test_https_is_delivered_to_a_receiver_the_system_trusts_only(
    simulator: SimulatorThread, admin: Caller, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    certificates = Path(__file__).parents[1] / "protime" / "certificates"
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "authority.pem"))
    simulator.set_faults(webhook_retry_seconds=[])
    with Receiver(tls=tls) as receiver:
        made = subscribed(admin, receiver.url)
        key = admin.create()
        wait_until(admin, made["id"], *(("delivered", 1) if is_trusted else ("status", "Disabled")))
        assert [json.loads(call.body)["data"]["id"] for call in receiver.calls] == [key] * is_trusted


def test_deleted_ones_are_quiet_and_can_still_be_read(admin: Caller) -> None:
    with Receiver() as receiver, Receiver() as other:
        made = subscribed(admin, receiver.url)
        subscribed(admin, other.url)
        assert admin.send("DELETE", f"/webhooks/{made['id']}").status_code == 204
        admin.create()
        other.wait_for(1)
        assert receiver.calls == []
    body = admin.get(f"/webhooks/{made['id']}").json()
    assert body["status"] == "Disabled"
    assert "webhookKey" not in body, "the key is shown once"
    assert made["id"] not in [one["id"] for one in admin.get("/webhooks").json()["value"]]


def test_one_whose_time_is_over_is_disabled(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(webhook_life_seconds=0)
    made = subscribed(admin, "https://localhost/hook")
    assert admin.get(f"/webhooks/{made['id']}").json()["status"] == "Disabled"


def test_saving_one_absence_group_tells_of_all(simulator: SimulatorThread, admin: Caller) -> None:
    with Receiver() as receiver:
        subscribed(admin, receiver.url, "absence-groups")
        record = admin.get("/absence-groups/1").json()
        simulator.put("absence-groups", 1, {**record, "type": "Unknown"})
        calls = receiver.wait_for(2)
    assert sorted(json.loads(call.body)["data"]["id"] for call in calls) == [1, 2]


def test_what_cannot_be_subscribed(admin: Caller) -> None:
    assert refused_fields(admin.send("POST", "/webhooks", {})) == {"destinationUrl", "collectionName"}
    wrong = {"destinationUrl": "https://example.org/hook", "collectionName": "jobs"}
    assert len(reasons_of(admin.send("POST", "/webhooks", wrong))) == 2
    assert admin.get("/webhooks", filter="status eq 'x'").status_code == 400
    assert admin.get("/webhooks/1").status_code == 400
    assert admin.get("/webhooks/00000000-0000-0000-0000-000000000000").status_code == 404
    query = "?externalReferences=(people,@nothing)"
    body = {"destinationUrl": "http://localhost/", "collectionName": "people"}
    assert admin.send("POST", f"/webhooks{query}", body).status_code == 400


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("http://127.0.0.1:80/x", True),
        ("https://127.9.9.9/", True),
        ("http://[::1]:8080/", True),
        ("https://localhost/hook", True),
        ("http://localhost.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://127.0.0.1@example.org/", False),
        ("http://user@127.0.0.1/", False),
        ("http://10.0.0.1/", False),
        ("http://2130706433/", False),
        ("ftp://127.0.0.1/", False),
        ("//127.0.0.1/", False),
        ("http://127.0.0.1:99999/", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_this_computer_is_a_destination(url: str, is_local: bool) -> None:
    assert is_loopback(url) is is_local
