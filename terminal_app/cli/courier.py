"""`courier`: delivery to Protime and synchronisation from it."""

import asyncio
import gc
import logging
import os
import signal
from contextlib import suppress

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.service_log import begin_service_log
from terminal_app.client_secret import read_client_secret, secret_is_open_to_others
from terminal_app.settings import DEFAULT_FILE, Settings

_COLLECT_AFTER = 20_000
"""Objects; what a delivery makes goes away by itself, without a collection."""
_NICE = 10
"""Whoever badges comes first: the kiosk on the same processors has the usual 0."""

_logger = logging.getLogger(__name__)


def courier(config: ConfigFile = DEFAULT_FILE) -> None:
    """Deliver the clockings to Protime; no screen."""
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic, for the commands that need it

    settings = load_settings(config)
    secret = read_client_secret(settings.protime)
    with suppress(PermissionError):  # its unit forbids it, and has Nice= instead
        os.nice(_NICE)
    _make_light()
    begin_service_log("clocking-terminal-courier")
    if secret_is_open_to_others(settings.protime):
        _logger.warning("secret-open-to-others: the file with the client secret; chmod 600 it")
    from terminal_app.roster.file import RosterNotWritten  # noqa: PLC0415 # SQLite

    try:
        asyncio.run(_until_signal(settings, secret))
    except RosterNotWritten as error:
        raise Failure(ExitCode.STORAGE, str(error)) from error


def _make_light() -> None:
    """Do without what costs a tenth of a delivery and is not used: many collections, and facts that no log line has.

    The logging ones are from Python's logging HOWTO, "Optimization".
    """
    gc.set_threshold(_COLLECT_AFTER, 20, 50)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001 # as the HOWTO tells


async def _until_signal(settings: Settings, secret: str) -> None:
    from terminal_app.courier.courier import run_courier  # noqa: PLC0415 # httpx, for this command only

    def end() -> None:
        task.cancel()

    task = asyncio.create_task(run_courier(settings, secret, on_asked_to_end=end))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        _logger.info("courier-stopped")
