"""`reader record` and `reader replay`: what came over a reader's line, for who was not there."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import say

if TYPE_CHECKING:
    from drivers.recording import RecordedRead

Driver = Annotated[str | None, typer.Option(help="The driver; one that has to ask its reader does so.")]
DriverOptions = Annotated[str, typer.Option("--options", help="The driver's options, as in the settings.")]


def record(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there. It holds card numbers.")],
    port: Annotated[str, typer.Option(help="The serial port, for example /dev/serial/by-id/...")],
    driver: Driver = None,
    baud: Annotated[
        int | None, typer.Option(help="Speed; left out: the driver's, or 9600.", min=300, max=921600)
    ] = None,
    options: DriverOptions = "",
) -> None:
    """Write all that comes over a reader's line to a file, with times, until Ctrl+C."""
    from drivers.names import BrokenDriverError, UnknownDriverError  # noqa: PLC0415
    from drivers.options import OptionError  # noqa: PLC0415
    from drivers.reader import PortError  # noqa: PLC0415

    try:
        asyncio.run(_record(file, port, driver, baud, options))
    except (UnknownDriverError, BrokenDriverError, OptionError) as error:
        raise Failure(ExitCode.USAGE, str(error)) from error
    except PortError as error:
        raise Failure(ExitCode.UNAVAILABLE, str(error)) from error
    except FileExistsError as error:
        raise Failure(ExitCode.USAGE, f"{file}: it is there already; name another file") from error
    except OSError as error:
        raise Failure(ExitCode.UNAVAILABLE, f"{file}: cannot be written: {error.strerror}") from error
    except KeyboardInterrupt:
        say()


async def _record(file: Path, port: str, driver: str | None, baud: int | None, options: str) -> None:
    from drivers.probe import probe  # noqa: PLC0415 # pyserial
    from drivers.recording import HEADING, RecordedRead, line_of  # noqa: PLC0415

    written: list[TextIO] = []

    def begin() -> None:  # the port is there: now a file is worth making, readable for its owner only
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        written.append(open(descriptor, "w", encoding="utf-8", buffering=1))  # noqa: PTH123, SIM115 # closed below
        written[0].write(f"{HEADING}\n")
        _tell(f"Recording {port}; Ctrl+C ends.")

    began: datetime | None = None
    try:
        async for report in probe(port, driver, baud=baud, options=options, on_open=begin):
            if not report.raw:
                continue
            began = began or report.instant
            seconds = max(0.0, (report.instant - began).total_seconds())
            written[0].write(f"{line_of(RecordedRead(seconds, report.raw))}\n")
            _tell(f"{len(report.raw)} bytes after {seconds:.1f} s")
    finally:
        for one in written:
            one.close()


def replay(
    file: Annotated[Path, typer.Argument(help="A file of `reader record`.")],
    driver: Annotated[str | None, typer.Option(help="Only this driver.")] = None,
    options: DriverOptions = "",
    link: Annotated[
        Path | None, typer.Option(help="Play it on a virtual port of this name instead, as it came, for a kiosk.")
    ] = None,
) -> None:
    """Show what the drivers make of a recording, without any reader."""
    from drivers.names import BrokenDriverError, UnknownDriverError  # noqa: PLC0415
    from drivers.options import OptionError  # noqa: PLC0415
    from drivers.recording import RecordingError, reads_of  # noqa: PLC0415

    try:
        reads = list(reads_of(file.read_text(encoding="utf-8").splitlines()))
        if link is None:
            _show(reads, driver, options)
        else:
            asyncio.run(_play(reads, link))
    except (UnknownDriverError, BrokenDriverError, OptionError) as error:
        raise Failure(ExitCode.USAGE, str(error)) from error
    except RecordingError as error:
        raise Failure(ExitCode.USAGE, f"{file}: {error}") from error
    except UnicodeDecodeError as error:
        raise Failure(ExitCode.USAGE, f"{file}: not a recording") from error
    except OSError as error:
        raise Failure(ExitCode.UNAVAILABLE, f"{file}: cannot be read: {error.strerror}") from error
    except KeyboardInterrupt:
        say()


def _show(reads: "list[RecordedRead]", driver: str | None, options: str) -> None:
    from drivers.probe import Prober  # noqa: PLC0415

    prober = Prober(driver, options)
    begin = datetime.fromtimestamp(0, UTC)
    pause = prober.silence_seconds
    for read, after in zip_longest(reads, reads[1:]):
        prober.ask()
        say(f"{read.seconds:.3f} s")
        at = begin + timedelta(seconds=read.seconds)
        for line in prober.report(read.data, at).lines():
            say(line)
        if pause is not None and (after is None or after.seconds - read.seconds >= pause):
            ended = prober.silence(at)
            for line in ended.lines() if ended is not None else ():
                say(line)


async def _play(reads: "list[RecordedRead]", link: Path) -> None:
    from drivers.rehearsal import VirtualReader  # noqa: PLC0415

    with VirtualReader("line", link=link) as virtual:
        _tell(f"Playing on {link}.")
        last = 0.0
        for read in reads:
            await asyncio.sleep(read.seconds - last)
            last = read.seconds
            virtual.write(read.data)
        await asyncio.sleep(1.0)  # what is written must be read before the port goes away


def _tell(line: str) -> None:
    say(line)
    typer.get_text_stream("stdout").flush()
