"""`reader`: what a badge reader sends."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import say
from terminal_app.cli.reader_recording import record, replay

if TYPE_CHECKING:
    from drivers.discovery import Found
    from drivers.probe import ProbeReading

app = typer.Typer(help="Find out what a badge reader sends.")


@app.callback()
def _reader() -> None:
    """Find out what a badge reader sends."""


Driver = Annotated[str | None, typer.Option(help="Listen with this driver only (`reader drivers`).")]
Baud = Annotated[int | None, typer.Option(help="Speed of the line; left out: found by listening.", min=300, max=921600)]
DriverOptions = Annotated[str, typer.Option("--options", help="The driver's options, as in the settings.")]

app.command()(record)
app.command()(replay)


@app.command()
def ports() -> None:
    """List the serial ports with the names that stay: by device, and by the socket it is plugged into."""
    from drivers.ports import serial_ports  # noqa: PLC0415

    found = serial_ports()
    if not found:
        say("no serial port is there; plug the reader in, and look for its name with: dmesg")
    for port in found:
        say(f"{port.device}\n  by what it is: {port.by_id or '-'}\n  by its socket: {port.by_path or '-'}")


@app.command()
def drivers() -> None:
    """List the drivers, and which readers each is for."""
    from drivers.names import BrokenDriverError, driver_names, driver_of  # noqa: PLC0415

    for name in driver_names():
        try:
            driver = driver_of(name)
        except BrokenDriverError as error:
            say(f"{name}: {error}")
            continue
        say(f"{name}: {driver.readers}")
        for word, text in driver.options.items():
            say(f"    {word}: {text}")


@app.command()
def probe(
    port: Annotated[str, typer.Argument(help="The serial port, for example /dev/serial/by-id/...")],
    driver: Driver = None,
    baud: Baud = None,
    options: DriverOptions = "",
    suggest: Annotated[
        list[str] | None,
        typer.Option(help="A number as printed on a card, or as HR has it: finds the rule. Again for a second card."),
    ] = None,
) -> None:
    """Find driver and speed, then show the bytes of each badge and the numbers they could mean, until Ctrl+C."""
    from drivers.names import BrokenDriverError, UnknownDriverError  # noqa: PLC0415
    from drivers.options import OptionError  # noqa: PLC0415
    from drivers.reader import DriverNotInstalledError, PortError  # noqa: PLC0415

    try:
        asyncio.run(_show(port, driver, baud, options, suggest or []))
    except (UnknownDriverError, BrokenDriverError, OptionError) as error:
        raise Failure(ExitCode.USAGE, str(error)) from error
    except (PortError, DriverNotInstalledError) as error:
        raise Failure(ExitCode.UNAVAILABLE, str(error)) from error
    except KeyboardInterrupt:
        say()


def _tell(*lines: str) -> None:
    for line in lines:
        say(line)
    typer.get_text_stream("stdout").flush()


async def _show(port: str, driver: str | None, baud: int | None, options: str, numbers: list[str]) -> None:
    from drivers.driver import OtherDriver, SerialDriver  # noqa: PLC0415
    from drivers.names import driver_of  # noqa: PLC0415
    from drivers.probe import probe as reports  # noqa: PLC0415 # pyserial

    suggestions = _Suggestions(numbers)
    if driver is not None and isinstance(driver_of(driver), OtherDriver):
        await _show_events(port, driver, baud, options, suggestions)
        return
    if driver is None and baud is None:
        _tell(f"Listening on {port}. Hold a badge to the reader again and again; Ctrl+C ends.")
        if (found := await _found(port)) is not None:
            driver, baud = found.driver, found.baud
            _tell(*suggestions.of(found.readings))
            _tell(*found.settings_lines(port, suggestions.best))
    listening = f"Listening on {port}. Hold a badge to the reader; Ctrl+C ends."
    made = driver_of(driver) if driver is not None else None
    is_asked = isinstance(made, SerialDriver) and made.twin is not None
    shown: list[str] = []
    async for report in reports(port, driver, baud=baud, options=options, on_open=lambda: _tell(listening)):
        lines = report.lines()
        if not is_asked or lines != shown:  # what is asked each moment answers the same each moment
            _tell(*lines, *suggestions.of(report.readings))
        shown = lines


async def _show_events(port: str, driver: str, baud: int | None, options: str, suggestions: "_Suggestions") -> None:
    """What happens at a reader whose bytes are not to be seen, or say nothing: OSDP, keyboards, PC/SC."""
    from drivers.catalogue import create_card_reader  # noqa: PLC0415 # its packages
    from drivers.probe import reading_of_card  # noqa: PLC0415
    from drivers.reader import CardRead, KeysPressed, Noise, ReaderStateChanged  # noqa: PLC0415

    reader = create_card_reader(driver, name=port, port=port, baud=baud, options=options)
    _tell(f"Listening on {port}. Hold a badge to the reader; Ctrl+C ends.")
    async for event in reader.events():
        match event:
            case ReaderStateChanged(_, state, detail):
                _tell(f"{state.value}: {detail}")
            case CardRead():
                reading = reading_of_card(driver, event)
                _tell(*(f"  {driver}: {form} {number}" for form, number in reading.numbers))
                _tell(*suggestions.of((reading,)))
            case KeysPressed(keys):
                _tell(f"  {driver}: {len(keys)} keys")
            case Noise(_, count, detail):
                _tell(f"  {driver}: {count}, {detail}")


async def _found(port: str) -> "Found | None":
    """The driver and the speed, told with each try; None where nothing makes frames."""
    from drivers.discovery import Found, find  # noqa: PLC0415 # pyserial

    tries: AsyncIterator[object] = find(port, on_try=lambda what: _tell(f"... {what}"))
    async for one in tries:
        if isinstance(one, Found):
            _tell(f"Found: driver {one.driver} at {one.baud} baud.")
            for reading in one.readings[:1]:
                _tell(*(f"  {one.driver}: {form} {number}" for form, number in reading.numbers))
            return one
    _tell(
        "No driver makes frames of what comes. Below are the bytes as they are, at 9600 baud: with ten of them, and the"
        " numbers on the cards, options for the driver ascii can be found (docs/readers.md)."
    )
    return None


class _Suggestions:
    """The rules that make the given numbers of the cards, in the order in which the cards are laid down."""

    def __init__(self, numbers: list[str]) -> None:
        self._numbers = numbers
        self._cards: dict[bytes, ProbeReading] = {}
        self.best = "decimal"

    def of(self, readings: "tuple[ProbeReading, ...]") -> list[str]:
        """What there is to say of these, where they are new cards for which there is a number."""
        from drivers.suggestion import suggested_rules  # noqa: PLC0415

        new = [one for one in readings[:1] if one.card and one.card not in self._cards]
        if not new or len(self._cards) == len(self._numbers):
            return []
        self._cards[new[0].card] = new[0]
        known = list(zip(self._cards.values(), self._numbers, strict=False))
        rules = suggested_rules([((reading.card, reading.format), number) for reading, number in known])
        if not rules:
            return ["  no rule makes that number of this card: is it the right card, and all of its digits?"]
        self.best = rules[0]
        more = "" if len(known) > 1 else "  (a second card, with a second --suggest, tells which)"
        return [*(f'  badge_number = "{rule}"' for rule in rules), *([more] if more and len(rules) > 1 else [])]
