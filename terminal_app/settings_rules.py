"""What the types of the settings cannot say: zones, addresses, names that must exist. Never repeats a value."""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from drivers.badge_number import BadgeNumberError, BadgeNumberForm
from drivers.names import BUILT_IN, BrokenDriverError, UnknownDriverError, driver_names, driver_of, is_driver
from drivers.options import OptionError, options_of
from terminal_app.kiosk.catalogue import OURS, BadCatalogue, languages_in, load_catalogue
from terminal_app.kiosk.signals.outcome import Outcome
from terminal_app.kiosk.signals.tones import HIGHEST, LONGEST_SECONDS, LOWEST, tones_of
from terminal_app.settings import (
    MonitoringSettings,
    ProtimeSettings,
    ReaderSettings,
    ScreenSettings,
    Settings,
    SignalSettings,
    TerminalSettings,
    TileSettings,
    reader_name,
)
from terminal_app.settings_choices import ThemeName, TileAction
from terminal_app.settings_tiles import hours_of, label_of
from terminal_app.timekeeping.zones import zone_of

_PERSON_REFERENCES = ("@badge-number", "@employee-number")
"""Predefined external references of people (reference, 8)."""
_MOST_TILES = 7
"""The eighth key takes back, the ninth shows the day."""
_FORMS = frozenset(one.value for one in BadgeNumberForm)
_DNS_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)


class BrokenRule(NamedTuple):
    """A value that the types allow and the program cannot use."""

    place: tuple[int | str, ...]
    """Section and key; for a reader section, number from 0 and key."""
    reason: str


def broken_rules(settings: Settings) -> Iterator[BrokenRule]:
    """Everything that is wrong with settings of the right types."""
    for place, value in _values(settings):
        if isinstance(value, Path) and not value.is_absolute():
            yield BrokenRule(place, "must be an absolute path")
        elif isinstance(value, str | Path) and not str(value).isprintable():
            yield BrokenRule(place, "must not hold control characters")
    zone = settings.terminal.timezone
    if not _is_zone(zone):
        yield BrokenRule(
            ("terminal", "timezone"),
            f"there is no such IANA time zone{_nearest(zone, available_timezones() - {_MACHINES_OWN})}",
        )
    if not settings.terminal.name.strip():
        yield BrokenRule(("terminal", "name"), "must not be empty")
    yield from _languages(settings.terminal)
    yield from _screen(settings.screen)
    yield from _signals(settings.signals)
    yield from _protime(settings.protime)
    yield from _monitoring(settings.monitoring)
    yield from _readers(settings.reader)
    yield from _tiles(settings)
    for codes in settings.terminal.favourite_activities:
        if reason := _wrong_activity(codes, settings.protime):
            yield BrokenRule(("terminal", "favourite_activities"), f"{codes}: {reason}")


def _values(settings: Settings) -> Iterator[tuple[tuple[int | str, ...], object]]:
    for section in fields(settings):
        held = getattr(settings, section.name)
        if isinstance(held, tuple):
            for number, one in enumerate(held):
                yield from (((section.name, number, key.name), getattr(one, key.name)) for key in fields(one))
        else:
            yield from (((section.name, key.name), getattr(held, key.name)) for key in fields(held))


def _languages(terminal: TerminalSettings) -> Iterator[BrokenRule]:
    if len(set(terminal.languages)) < len(terminal.languages):
        yield BrokenRule(("terminal", "languages"), "must not name a language twice")
    known = set(languages_in(OURS))
    folder = terminal.catalogue_folder
    if folder is not None:
        for language, path in languages_in(folder).items():
            known.add(language)
            if fault := _fault_of_catalogue(path):
                yield BrokenRule(("terminal", "catalogue_folder"), fault)
    if not known.issuperset(terminal.languages):
        yield BrokenRule(("terminal", "languages"), f"a language has no catalogue; known: {', '.join(sorted(known))}")


def _screen(screen: ScreenSettings) -> Iterator[BrokenRule]:
    if screen.theme is not ThemeName.SITE and not screen.site_colours:
        return
    from terminal_app.kiosk.palettes import LEAST_OF_SITE, site_colours  # noqa: PLC0415 # few sites have their own

    place = ("screen", "site_colours")
    colours = site_colours(screen.site_colours)
    if colours is None:
        yield BrokenRule(place, "must be four colours like #0c1118: ground, text, accent and tile")
    elif close := list(colours.too_close()):
        yield BrokenRule(place, f"{'; '.join(close)}; {LEAST_OF_SITE}:1 is the least that can be read")


def _signals(signals: SignalSettings) -> Iterator[BrokenRule]:
    for outcome in Outcome:
        key = f"tone_{outcome}"
        if tones_of(getattr(signals, key)) is None:
            reason = f'must be like "1320/90 880/90": {LOWEST} to {HIGHEST} Hz, {LONGEST_SECONDS:g} seconds together'
            yield BrokenRule(("signals", key), reason)
    pins = Counter(pin for pin in (signals.buzzer_pin, signals.green_pin, signals.red_pin) if pin is not None)
    for key in ("buzzer_pin", "green_pin", "red_pin"):
        pin = getattr(signals, key)
        if pin is not None and pins[pin] > 1:
            yield BrokenRule(("signals", key), "another device has this pin; each needs its own")


def _fault_of_catalogue(path: Path) -> str | None:
    try:
        from terminal_app.kiosk.wording import faults_of  # noqa: PLC0415 # few sites have catalogues of their own

        faults = faults_of(load_catalogue(path))
    except BadCatalogue as error:
        return str(error)
    return f"{path.name}: {'; '.join(faults[:3])}" if faults else None


_MACHINES_OWN = "localtime"
"""A file beside the zones on some machines: whatever the machine is set to."""


def _is_zone(name: str) -> bool:
    try:
        zone_of(name)
    except (ValueError, OSError, LookupError):  # not a name, a folder of the zone files, no such zone
        return False
    return name != _MACHINES_OWN


def _protime(protime: ProtimeSettings) -> Iterator[BrokenRule]:
    if not _DNS_LABEL.fullmatch(protime.tenant):
        yield BrokenRule(
            ("protime", "tenant"),
            'must be one label of letters, digits and hyphens: of "acme.myprotime.eu" only "acme"',
        )
    for key, address in (("base_url", protime.base_url), ("authentication_url", protime.authentication_url)):
        if address is not None and (reason := _wrong_address(address)):
            yield BrokenRule(("protime", key), reason)
    if protime.proxy is not None and (reason := _wrong_address(protime.proxy, plain_is_well=True)):
        yield BrokenRule(("protime", "proxy"), reason)
    reference = protime.person_reference.strip()
    if not reference.removeprefix("@"):
        yield BrokenRule(("protime", "person_reference"), "must not be empty; usual is @badge-number")
    elif reference.startswith("@") and reference not in _PERSON_REFERENCES:
        known = " and ".join(_PERSON_REFERENCES)
        near = _nearest(reference, _PERSON_REFERENCES)
        yield BrokenRule(
            ("protime", "person_reference"), f"people have {known}; a custom reference has no @ before its name{near}"
        )
    if protime.activity_structure is not None and not _is_guid(protime.activity_structure):
        yield BrokenRule(
            ("protime", "activity_structure"), "must be a GUID, such as 00000000-0000-0000-0000-000000000000"
        )


def _monitoring(monitoring: MonitoringSettings) -> Iterator[BrokenRule]:
    address, url = monitoring.metrics_address, monitoring.heartbeat_url
    try:
        is_here = ipaddress.ip_address(address).is_loopback
    except ValueError:
        yield BrokenRule(("monitoring", "metrics_address"), "must be an IP address of this machine, such as 127.0.0.1")
    else:
        if monitoring.metrics_port is not None and not is_here and monitoring.metrics_token_file is None:
            yield BrokenRule(
                ("monitoring", "metrics_token_file"), "is needed where others than this machine can ask for metrics"
            )
    if url is not None and (reason := _wrong_address(url)):
        yield BrokenRule(("monitoring", "heartbeat_url"), reason)


def _readers(readers: tuple[ReaderSettings, ...]) -> Iterator[BrokenRule]:
    times_named = Counter(map(reader_name, readers))
    faults_of_ports = {
        port: _fault_of_sharing([one for one in readers if one.port == port])
        for port, times in Counter(one.port for one in readers).items()
        if times > 1
    }
    for number, reader in enumerate(readers):
        if not is_driver(reader.driver):
            known = driver_names()
            near = _nearest(reader.driver, known)
            yield BrokenRule(("reader", number, "driver"), f"no such driver; known: {', '.join(known)}{near}")
        else:
            yield from _options(reader, number)
        if reader.badge_number not in _FORMS:
            yield from _badge_number(reader, number)
        if fault := faults_of_ports.get(reader.port):
            yield BrokenRule(("reader", number, "port"), f"another reader has this port; {fault}")
        elif times_named[reader_name(reader)] > 1:
            yield BrokenRule(("reader", number, "name"), "another reader has this name; each reader needs its own")


def _fault_of_sharing(readers: Sequence[ReaderSettings]) -> str | None:
    """Why these, of two or more, cannot be on one port."""
    from drivers.driver import OtherDriver  # noqa: PLC0415 # few sites have several readers on one line

    name = readers[0].driver
    try:
        driver = driver_of(name)
    except (UnknownDriverError, BrokenDriverError):
        driver = None
    if any(one.driver != name for one in readers) or not isinstance(driver, OtherDriver) or driver.address is None:
        return "each reader needs its own, but for osdp readers with an address each"
    if len({one.baud for one in readers}) > 1:
        return "readers on one line need the same baud"
    try:
        addresses = {driver.address(options_of(one.options or "", driver.options)) for one in readers}
    except OptionError:
        return None  # told of the options
    return None if len(addresses) == len(readers) else 'each of them needs its own address, as options = "address:1"'


def _badge_number(reader: ReaderSettings, number: int) -> Iterator[BrokenRule]:
    from drivers.badge_rule import rule_of  # noqa: PLC0415 # a form, as most sites have, needs no rule

    try:
        rule_of(reader.badge_number)
    except BadgeNumberError as error:
        yield BrokenRule(("reader", number, "badge_number"), str(error))


def _options(reader: ReaderSettings, number: int) -> Iterator[BrokenRule]:
    if not (reader.options or reader.driver not in BUILT_IN):
        return  # nothing that could be wrong: the driver need not be loaded
    from drivers.driver import SerialDriver  # noqa: PLC0415 # see above

    try:
        driver = driver_of(reader.driver)
        options = options_of(reader.options or "", driver.options)
        if isinstance(driver, SerialDriver):
            driver.decoder(options)
        elif driver.address is not None:
            driver.address(options)
    except OptionError as error:
        yield BrokenRule(("reader", number, "options"), str(error))
    except BrokenDriverError as error:
        yield BrokenRule(("reader", number, "driver"), str(error))


def _tiles(settings: Settings) -> Iterator[BrokenRule]:
    if len(settings.tile) > _MOST_TILES:
        yield BrokenRule(("tile",), f"at most {_MOST_TILES}, one for each of the keys F1 to F{_MOST_TILES}")
    booked = Counter((one.does, one.reason, one.activity) for one in settings.tile)
    for number, tile in enumerate(settings.tile):
        yield from (BrokenRule(("tile", number, key), reason) for key, reason in _wrong_in_tile(tile, settings.protime))
        if booked[tile.does, tile.reason, tile.activity] > 1:
            yield BrokenRule(("tile", number, "does"), "another tile does the same; each needs its own")


def _wrong_in_tile(tile: TileSettings, protime: ProtimeSettings) -> Iterator[tuple[str, str]]:
    if tile.does in (TileAction.ACTIVITY, TileAction.ACTIVITY_END) and protime.activity_structure is None:
        yield "does", "there are no activities without [protime] activity_structure"
    if tile.reason is not None and tile.does is not TileAction.REASON:
        yield "reason", 'needs does = "reason"'
    if tile.activity is not None:
        if tile.does is not TileAction.ACTIVITY:
            yield "activity", 'needs does = "activity"'
        elif reason := _wrong_activity(tile.activity, protime):
            yield "activity", reason
    if tile.hours is not None:
        try:
            hours_of(tile.hours)
        except ValueError as error:
            yield "hours", str(error)
    labels = [label_of(one) for one in tile.labels]
    if not all(words for _, words in labels):
        yield "labels", 'must be like "nl: Pauze" or "Break"'
    if len({language for language, _ in labels}) < len(labels):
        yield "labels", "must not name a language twice"


def _wrong_activity(codes: str, protime: ProtimeSettings) -> str | None:
    levels = codes.split("/")
    if not all(one.strip() for one in levels):
        return "must be a code for each level, with / between them, like PROD/LINE1"
    if len(levels) > protime.activity_levels:
        return f"has {len(levels)} levels; [protime] activity_levels says {protime.activity_levels}"
    return None


def _wrong_address(address: str, *, plain_is_well: bool = False) -> str | None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not an address; it must be like https://host"
    if parts.scheme not in {"http", "https"} or not host:
        return "must be like https://host"
    if parts.username is not None or parts.query or parts.fragment:
        return "must be like https://host, without user, password, ? and #"
    if parts.scheme == "http" and not plain_is_well and not _is_loopback(host):
        return "must begin with https://; plain http is for loopback (127.0.0.1, ::1, localhost) only"
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_guid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.strip().lower()
    except ValueError:
        return False


def _nearest(name: str, known: "set[str] | tuple[str, ...]") -> str:
    near = get_close_matches(name, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""
