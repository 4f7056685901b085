"""The readers that drivers make, by their names."""

from drivers.badge_number import BadgeNumberForm
from drivers.badge_rule import rule_of
from drivers.driver import SerialDriver
from drivers.names import UnknownDriverError, driver_names, driver_of
from drivers.numbered_reader import NumberedReader
from drivers.options import options_of
from drivers.reader import BadgeReader, CardReader

__all__ = ["UnknownDriverError", "create_card_reader", "create_reader", "driver_names"]


def create_reader(
    driver: str,
    *,
    name: str,
    port: str,
    badge_number: BadgeNumberForm | str,
    baud: int | None = None,
    options: str = "",
) -> BadgeReader:
    """A reader that opens `port` when its events are asked for; a serial line is 8N1.

    `badge_number` is a form or a rule (`badge_rule`). A driver that delivers text has the badge number already: forms
    do not apply to it. `baud` None is the driver's own speed.

    Raises:
        UnknownDriverError: there is no driver of that name.
        BrokenDriverError, DriverNotInstalledError: there is, and it cannot be used.
        OptionError, BadgeNumberError: the options or the rule are wrong.
    """
    rule = rule_of(badge_number.value if isinstance(badge_number, BadgeNumberForm) else badge_number)
    return NumberedReader(create_card_reader(driver, name=name, port=port, baud=baud, options=options), rule)


def create_card_reader(driver: str, *, name: str, port: str, baud: int | None = None, options: str = "") -> CardReader:
    """As `create_reader`, with the cards as they are."""
    made = driver_of(driver)
    chosen = options_of(options, made.options)
    if not isinstance(made, SerialDriver):
        return made.create(name, port, baud, chosen)
    from drivers.serial_reader import SerialReader  # noqa: PLC0415 # pyserial: not every driver needs it

    return SerialReader(name=name, port=port, decoder=made.decoder(chosen), baud=baud or made.bauds[0])
