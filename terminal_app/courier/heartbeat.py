"""Calls an address as long as the terminal is well: whoever misses the calls tells somebody (a dead man's switch)."""

import asyncio
import logging
import ssl
from pathlib import Path
from urllib.error import URLError
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, build_opener

from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.alone import is_at_work
from terminal_app.settings import Settings

log = logging.getLogger(__name__)

_SECONDS = 20.0


async def send_heartbeats(storage: Storage, settings: Settings) -> None:
    """For ever, if an address is set: while the kiosk runs and the ledger answers."""
    url = settings.monitoring.heartbeat_url
    if url is None:
        return
    has_failed = False
    while True:
        if is_at_work(settings.storage.folder, "kiosk") and await storage.run(_answers):
            try:
                await asyncio.to_thread(_call, url, settings.protime.ca_file, settings.protime.proxy)
            except (OSError, URLError, ValueError) as error:
                # The address is a secret of its own kind: it is in no message.
                log.log(
                    logging.DEBUG if has_failed else logging.WARNING, "heartbeat-failed error=%s", type(error).__name__
                )
                has_failed = True
            else:
                log.debug("heartbeat-sent")
                has_failed = False
        await asyncio.sleep(settings.monitoring.heartbeat_minutes * 60)


def _answers(files: Files) -> bool:
    return bool(files.ledger.rows("SELECT 1"))


def _call(url: str, ca_file: Path | None, proxy: str | None) -> None:
    with _opener(ca_file, proxy).open(url, timeout=_SECONDS) as answer:
        answer.read(1)


def _opener(ca_file: Path | None, proxy: str | None) -> OpenerDirector:
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    handlers = [ProxyHandler({"http": proxy, "https": proxy})] if proxy else []
    return build_opener(HTTPSHandler(context=context), *handlers)
