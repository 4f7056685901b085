"""Where the secret comes from, and that nothing shows it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal_app.client_secret import read_client_secret, secret_is_open_to_others
from terminal_app.settings import ProtimeSettings
from terminal_app.settings_errors import SettingsError


def protime(path: Path | None) -> ProtimeSettings:
    return ProtimeSettings(tenant="acme", client_id="x", client_secret_file=path)


def test_it_is_read_from_its_file_without_white_space(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("  hush hush\n", encoding="utf-8")
    assert read_client_secret(protime(path)) == "hush hush"


def test_it_is_read_from_the_credential_of_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "protime-client-secret").write_text("hush", encoding="utf-8")
    assert read_client_secret(protime(None)) == "hush"


def test_a_missing_one_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SettingsError, match="Write the client secret to a file"):
        read_client_secret(protime(None))
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_client_secret(protime(tmp_path / "none"))
    (tmp_path / "empty").write_text(" \n", encoding="utf-8")
    with pytest.raises(SettingsError, match="is empty"):
        read_client_secret(protime(tmp_path / "empty"))


def test_a_file_that_others_can_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hush", encoding="utf-8")
    path.chmod(0o600)
    assert not secret_is_open_to_others(protime(path))
    path.chmod(0o640)
    assert secret_is_open_to_others(protime(path))


def test_how_systemd_keeps_a_credential_is_its_own_affair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    path = tmp_path / "protime-client-secret"
    path.write_text("hush", encoding="utf-8")
    path.chmod(0o440)  # with an access list, newer versions show the group bits so
    assert not secret_is_open_to_others(protime(None))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=40))
def test_whatever_the_file_holds_no_error_shows_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"MARK\xff" + content)
    with pytest.raises(SettingsError) as caught:
        read_client_secret(protime(path))
    assert "MARK" not in f"{caught.value}{caught.value!r}"
