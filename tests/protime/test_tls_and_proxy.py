import asyncio
import ssl
from pathlib import Path

import pytest

from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.errors import NotSent, TlsUnusable
from terminal_app.protime.transport import Transport
from terminal_app.settings import DeliverySettings, ProtimeSettings
from terminal_app.settings_errors import SettingsError
from tests.protime.raw_server import RawServer, answer

FOLDER = Path(__file__).parent / "certificates"
AUTHORITY = FOLDER / "authority.pem"


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "server.pem", FOLDER / "server.key")
    return context


async def test_a_server_of_an_own_authority_is_trusted_with_its_file_only() -> None:
    async with RawServer(answer(200, b"hello"), tls=tls()) as server:
        async with Transport("Acme", 5) as line:
            with pytest.raises(NotSent, match="certificate"):
                await line.request("GET", server.url)
        async with Transport("Acme", 5, ca_file=AUTHORITY) as line:
            assert (await line.request("GET", server.url)).body == b"hello"
    assert len(server.requests) == 1


async def test_an_own_authority_does_not_stand_for_another_name() -> None:
    async with RawServer(answer(200), tls=tls()) as server, Transport("Acme", 5, ca_file=AUTHORITY) as line:
        with pytest.raises(NotSent):
            await line.request("GET", server.url.replace("127.0.0.1", "localhost"))
    assert server.requests == []


@pytest.mark.parametrize("content", [None, b"", b"garbage"])
def test_a_file_without_certificates_stops_the_start(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TlsUnusable, match=r"ca\.pem"):
        Transport("Acme", 5, ca_file=path)
    settings = ProtimeSettings(tenant="acme", client_id="c", ca_file=path)
    with pytest.raises(SettingsError, match=r"\[protime\] ca_file"):
        ProtimeApi(settings, DeliverySettings(), "s3cr3t")


@pytest.mark.parametrize("of_environment", [False, True])
async def test_a_proxy_is_asked_for_the_host_and_for_nothing_else(
    monkeypatch: pytest.MonkeyPatch, of_environment: bool
) -> None:
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    monkeypatch.setenv("NO_PROXY", "elsewhere.invalid")
    if of_environment:
        monkeypatch.setenv("HTTPS_PROXY", address)
    async with server, Transport("Acme", 5, proxy=None if of_environment else address) as line:
        with pytest.raises(NotSent):
            await line.request(
                "GET", "https://acme.protime.invalid/secret-path", headers={"Authorization": "Bearer t0k3n"}
            )
    (request,) = asked
    assert request.startswith(b"CONNECT acme.protime.invalid:443 ")
    assert b"t0k3n" not in request
    assert b"secret-path" not in request


async def test_no_secret_goes_to_a_proxy_in_clear() -> None:
    async with RawServer(answer(200)) as proxy, Transport("Acme", 5, proxy=proxy.url) as line:
        with pytest.raises(NotSent):
            await line.request("POST", "http://127.0.0.2:1/token", content=b"client_secret=s3cr3t")
    assert proxy.requests == []


async def test_a_host_of_no_proxy_goes_round_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with RawServer(answer(200)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "protime.invalid")
        async with Transport("Acme", 5) as line:
            with pytest.raises(NotSent):
                await line.request("GET", "https://acme.protime.invalid/")
    assert proxy.requests == []


async def test_loopback_goes_round_the_proxy() -> None:
    async with RawServer(answer(200, b"hello")) as server, Transport("Acme", 5, proxy="http://127.0.0.1:1") as line:
        assert (await line.request("GET", server.url)).body == b"hello"
