"""The received changes on the disk: repeats and old ones change nothing, the newest counts, nothing is lost."""

import json
import multiprocessing
import os
import signal
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.webhook_receiver.collections import KEPT, Received
from terminal_app.webhook_receiver.items import MOST_CHARACTERS, Change, NotADelivery, changes_in
from terminal_app.webhook_receiver.store import FILE_NAME, Pending, StoreUnusable, WebhookStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WebhookStore]:
    store = WebhookStore(tmp_path)
    yield store
    store.close()


def change(key: int, version: str, name: str = "", *, is_gone: bool = False) -> Change:
    return Change(Received.PEOPLE, key, version, is_gone, {} if is_gone else {"id": key, "firstName": name})


def summary(found: list[Pending]) -> list[tuple[int, str, bool, object]]:
    return [(one.key, one.version, one.is_gone, one.data.get("firstName")) for one in found]


def test_the_newest_of_each_in_the_order_of_versions(store: WebhookStore) -> None:
    assert store.accept([change(1, "5", "e"), change(1, "3", "c"), change(2, "4", "d"), change(3, "1", "a")]) == 3
    assert summary(store.pending()) == [(3, "1", False, "a"), (2, "4", False, "d"), (1, "5", False, "e")]
    assert [one.key for one in store.pending(2)] == [3, 2]


def test_done_ones_come_no_more_and_old_ones_stay_away(store: WebhookStore) -> None:
    store.accept([change(1, "5", "e")])
    store.done(store.pending())
    assert store.pending() == []
    assert store.accept([change(1, "5", "e"), change(1, "4", "d")]) == 0
    assert store.pending() == []
    assert store.accept([change(1, "6", is_gone=True)]) == 1
    assert summary(store.pending()) == [(1, "6", True, None)]


def test_of_clockings_that_are_done_only_the_latest_is_remembered(store: WebhookStore, tmp_path: Path) -> None:
    clockings = [Change(Received.CLOCKINGS, key, "5", False, {"id": key}) for key in range(1, 6)]
    store.accept([*clockings, change(1, "5"), change(2, "5")])
    store.done([one for one in store.pending() if one.key != 5])
    store.accept([change(1, "4")])
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        kept = file.execute("SELECT collection, key FROM record WHERE data IS NULL ORDER BY 1, 2").fetchall()
    assert kept == [("clockings", 4), ("people", 1), ("people", 2)]
    assert [(one.collection, one.key) for one in store.pending()] == [(Received.CLOCKINGS, 5)]


def test_what_came_between_looking_and_done_stays(store: WebhookStore) -> None:
    store.accept([change(1, "5", "e"), change(2, "5")])
    seen = store.pending()
    store.accept([change(1, "6", "f")])
    store.done(seen)
    assert summary(store.pending()) == [(1, "6", False, "f")]


def test_without_versions_the_last_to_come_counts(store: WebhookStore) -> None:
    store.accept([change(1, "", "a"), change(1, "", "b")])
    seen = store.pending()
    assert summary(seen) == [(1, "", False, "b")]
    store.accept([change(1, "", "a")])
    store.done(seen)
    assert summary(store.pending()) == [(1, "", False, "a")]


changes = st.lists(st.builds(change, st.integers(1, 3), st.sampled_from("123456789"), st.just("x")), max_size=20)


@given(changes, st.lists(st.integers(0, 20), max_size=5))
def test_order_repeats_and_restarts_do_not_matter(found: list[Change], restarts: list[int]) -> None:
    with TemporaryDirectory() as folder:
        store = WebhookStore(Path(folder))
        for number, one in enumerate([*found, *reversed(found)]):
            if number in restarts:
                store.close()
                store = WebhookStore(Path(folder))
            store.accept([one])
        newest = {one.key: max(other.version for other in found if other.key == one.key) for one in found}
        assert {one.key: one.version for one in store.pending()} == newest
        assert [one.version for one in store.pending()] == sorted(newest.values())
        store.close()


def test_nothing_personal_stays_once_it_was_applied(store: WebhookStore, tmp_path: Path) -> None:
    store.accept([change(1, "5", "Annabella")])
    store.done(store.pending())
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        assert connection.execute("SELECT data FROM record").fetchall() == [(None,)]
    connection.close()
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_a_busy_file_is_an_error_and_keeps_nothing(store: WebhookStore, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnusable, match="SQLITE_BUSY"):
        store.accept([change(1, "5")])
    other.execute("ROLLBACK")
    other.close()
    assert store.accept([change(1, "5")]) == 1


@pytest.mark.parametrize("raw", [b"a letter, not a database" * 100, b"\0" * 5000])
def test_another_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(raw)
    with pytest.raises(StoreUnusable):
        WebhookStore(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="No such file"):
        WebhookStore(tmp_path / "nowhere")


def _accept_and_die(folder: Path) -> None:
    WebhookStore(folder).accept([change(1, "7", "kept")])
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_was_accepted_survives_a_kill(tmp_path: Path) -> None:
    child = multiprocessing.get_context("spawn").Process(target=_accept_and_die, args=(tmp_path,))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    store = WebhookStore(tmp_path)
    assert summary(store.pending()) == [(1, "7", False, "kept")]
    store.close()


def test_only_what_a_terminal_needs_is_kept() -> None:
    person = {"id": 1, "changeVersion": "5", "lastName": "Peeters", "bankAccount": "BE71", "pinCode": 1234}
    (one,), unreadable = changes_in(
        Received.PEOPLE, json.dumps({"changeType": "InsertOrUpdate", "data": person}).encode()
    )
    assert unreadable == 0
    assert one == Change(Received.PEOPLE, 1, "5", False, {"id": 1, "changeVersion": "5", "lastName": "Peeters"})
    assert not {"bankAccount", "pinCode", "birthDate", "email"} & KEPT[Received.PEOPLE]


def test_a_record_that_is_too_large_is_unreadable() -> None:
    large = {"id": 1, "lastName": "x" * MOST_CHARACTERS}
    assert changes_in(Received.PEOPLE, json.dumps(large).encode()) == ([], 1)
    whole = {"id": 1, "lastName": "x" * (MOST_CHARACTERS - 100)}
    assert len(changes_in(Received.PEOPLE, json.dumps(whole).encode())[0]) == 1


def test_a_deleted_clocking_keeps_its_fields() -> None:
    clocking = {"id": 1, "status": "Deleted", "date": "2026-01-15", "terminal": {"id": 4}, "geolocation": {"x": 1}}
    ((one,), _) = changes_in(
        Received.CLOCKINGS, json.dumps({"changeType": "InsertOrUpdate", "data": clocking}).encode()
    )
    assert (one.is_gone, one.data) == (False, {"id": 1, "status": "Deleted", "date": "2026-01-15"})
    ((one,), _) = changes_in(Received.CLOCKINGS, json.dumps({"changeType": "Delete", "data": clocking}).encode())
    assert one.is_gone


def test_deleted_and_several_items() -> None:
    items = [{"changeType": "Delete", "data": {"id": 1}}, {"changeType": "x", "data": {"id": 2, "status": "Deleted"}}]
    found, unreadable = changes_in(Received.PEOPLE, json.dumps({"value": [*items, {"data": {}}, 7]}).encode())
    assert [(one.key, one.is_gone) for one in found] == [(1, True), (2, True)]
    assert unreadable == 2


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "data", "value", "x"]), inner),
    max_leaves=10,
)


@given(
    json_values
    | st.dictionaries(st.just("data"), st.dictionaries(st.sampled_from(["id", "changeVersion"]), json_values))
)
def test_any_json_is_changes_or_no_delivery(found: object) -> None:
    body = json.dumps(found).encode()
    if not isinstance(found, dict):
        with pytest.raises(NotADelivery):
            changes_in(Received.PEOPLE, body)
        return
    with TemporaryDirectory() as folder:
        store = WebhookStore(Path(folder))
        store.accept(changes_in(Received.PEOPLE, body)[0])
        assert all(one.key >= 0 for one in store.pending())
        store.close()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"data": ' + b"9" * 5000 + b"}"])
def test_what_is_no_delivery(body: bytes) -> None:
    with pytest.raises(NotADelivery):
        changes_in(Received.PEOPLE, body)
