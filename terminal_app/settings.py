"""Every setting: its text, default and range. Plain data; `settings_file` reads and checks it.

Sections are standard dataclasses, so that the kiosk can hold them without importing pydantic (it starts a quarter
faster). A part of the program is given its section, never the whole.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from terminal_app.settings_limits import Between, Length

DEFAULT_FILE = Path("/etc/clocking-terminal/terminal.toml")

ShortText = Annotated[str, Length(1, 100)]
LanguageCode = Annotated[str, Length(2, 3)]


class Environment(StrEnum):
    """Which Protime installation."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"


ENVIRONMENT_HOSTS = {Environment.PRODUCTION: "myprotime.eu", Environment.SANDBOX: "myprotimesandbox.eu"}


class UnknownBadge(StrEnum):
    """What happens to a badge that belongs to nobody known."""

    RECORD = "record"
    REFUSE = "refuse"


class UntrustedTime(StrEnum):
    """What happens to a clocking whose time could not be verified in time."""

    HOLD = "hold"
    SEND = "send"


class SynchronisationMode(StrEnum):
    """How the terminal learns what has changed in Protime."""

    FULL = "full"
    DELTA = "delta"
    OFF = "off"


class BadgeNumberRule(StrEnum):
    """How the card's bytes become the badge number that HR knows."""

    HEX = "hex"
    DECIMAL = "decimal"
    WIEGAND26 = "wiegand26"


def _setting(text: str, *, default: Any = ...) -> Any:  # noqa: ANN401 # like dataclasses.field, of any type
    metadata = {"text": text}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalSettings:
    """[terminal]: this terminal."""

    name: ShortText = _setting("Shown on the idle screen.")
    external_code: ShortText | None = _setting(
        "The terminal's @external-code in Protime, sent with each clocking; left out: no terminal is sent.",
        default=None,
    )
    timezone: ShortText = _setting("IANA time zone of the wall time that Protime gets.", default="Europe/Brussels")
    languages: Annotated[tuple[LanguageCode, ...], Length(1, 20)] = _setting(
        "Languages of the idle screen, the first for people without one of their own: nl, fr, de, en, and those of the"
        " catalogue_folder.",
        default=("nl", "fr", "de", "en"),
    )
    catalogue_folder: Path | None = _setting(
        "A folder with catalogues of further languages, such as pl.po, or with other texts for nl, fr, de or en; left"
        " out: none.",
        default=None,
    )
    unknown_badge: UnknownBadge = _setting(
        "A badge of nobody known: record (kept, sent once HR has entered the badge) or refuse.",
        default=UnknownBadge.RECORD,
    )
    same_booking_seconds: Annotated[float, Between(0, 600)] = _setting(
        "The same badge and kind again within this time is answered with what was recorded, and one key books it all"
        " the same; 0: never.",
        default=60.0,
    )
    answer_seconds: Annotated[float, Between(0.5, 30)] = _setting("How long an answer stays.", default=3.0)
    choice_seconds: Annotated[float, Between(3, 120)] = _setting(
        "How long a list of activities or reasons waits for a choice; then a plain in/out is recorded.", default=15.0
    )
    tile_seconds: Annotated[float, Between(3, 120)] = _setting(
        "How long a chosen tile waits for a badge.", default=10.0
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtimeSettings:
    """[protime]: the tenant, and how clockings name things there."""

    tenant: Annotated[str, Length(1, 63)] = _setting("First label of the company's myProtime address.")
    client_id: ShortText = _setting("OAuth client id, from Protime.")
    company: ShortText | None = _setting(
        "Company in the User-Agent, which Protime asks for; left out: the tenant.", default=None
    )
    environment: Environment = _setting("production or sandbox.", default=Environment.PRODUCTION)
    base_url: str | None = _setting(
        "Instead of https://<tenant>.<environment host>; plain http for loopback only.", default=None
    )
    authentication_url: str | None = _setting(
        "Instead of https://authentication.<environment host>; plain http for loopback only.", default=None
    )
    ca_file: Path | None = _setting(
        "File with certificates (PEM) of authorities to trust besides the usual ones, for a company that inspects TLS.",
        default=None,
    )
    proxy: str | None = _setting(
        "Proxy on the way to Protime, like http://proxy.acme.example:3128; left out: that of the environment, if any.",
        default=None,
    )
    client_secret_file: Path | None = _setting(
        "File with the OAuth client secret; left out: the systemd credential protime-client-secret.", default=None
    )
    person_reference: ShortText = _setting(
        "External reference that names people in clockings: @badge-number, @employee-number or a custom name.",
        default="@badge-number",
    )
    activity_structure: str | None = _setting(
        "GUID of the activity structure version; left out: no activities.", default=None
    )
    activity_levels: Annotated[int, Between(1, 9)] = _setting("Levels of that structure.", default=1)

    @property
    def api_url(self) -> str:
        """What /connector/protimeapi/api/v1/... is appended to."""
        return (self.base_url or f"https://{self.tenant}.{ENVIRONMENT_HOSTS[self.environment]}").rstrip("/")

    @property
    def token_url(self) -> str:
        """Where tokens are asked for."""
        host = self.authentication_url or f"https://authentication.{ENVIRONMENT_HOSTS[self.environment]}"
        return f"{host.rstrip('/')}/tenants/{self.tenant}/connect/token"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """[storage]: where the ledger and the roster live."""

    folder: Path = _setting(
        "Holds ledger.db and roster.db; on a local disk.", default=Path("/var/lib/clocking-terminal")
    )
    runtime_folder: Path | None = _setting(
        "Holds the doorbells (sockets); left out: $RUNTIME_DIRECTORY, or else the folder above.", default=None
    )
    mirror: Path | None = _setting(
        "A folder on another medium, such as a USB stick, where each clocking is written too before the answer; it may"
        " be absent or fail at any time. Left out: none.",
        default=None,
    )
    keep_days: Annotated[int, Between(2, 3650)] = _setting(
        "Days that delivered, undone and discarded clockings are kept, then they are erased; unsent ones never are.",
        default=40,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """[delivery]: how clockings go out."""

    parallel: Annotated[int, Between(1, 32)] = _setting(
        "People whose clockings go out at a time; one clocking at a time for each.", default=4
    )
    settle_seconds: Annotated[float, Between(0, 3600)] = _setting(
        "After an unknown outcome, at least so long before the server is asked what it has. It is request_seconds +"
        " proxy_seconds + twice the lag that the courier measured (201 until a list shows it) where that is longer.",
        default=15.0,
    )
    hold_back_seconds: Annotated[float, Between(0, 3600)] = _setting(
        "The employee's time to undo, before a clocking is sent; 0 sends at once.", default=10.0
    )
    request_seconds: Annotated[float, Between(0.1, 300)] = _setting(
        "How long a request may take before its outcome counts as unknown.", default=10.0
    )
    proxy_seconds: Annotated[float, Between(0, 3600)] = _setting(
        "How long a proxy or gateway on the way may hold on to a request that was given up here; too short a time may"
        " send a clocking twice.",
        default=60.0,
    )
    longest_pause_seconds: Annotated[float, Between(1, 3600)] = _setting(
        "The back-off after failures doubles, at random below this.", default=60.0
    )
    audit_hour: Annotated[int, Between(0, 23)] = _setting(
        "Local hour from which the clockings of the day before are compared with what Protime has of them.", default=3
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSettings:
    """[time]: clockings that were made while the clock was not known to be right."""

    untrusted: UntrustedTime = _setting(
        "A clocking whose time is not known by then: hold (an operator decides, as about a refused one) or send (as it"
        " is; the queue keeps a note). One whose time is surely wrong is never sent.",
        default=UntrustedTime.HOLD,
    )
    wait_minutes: Annotated[float, Between(0, 10080)] = _setting(
        "How long it waits for the clock to become known before that; then it is corrected and sent by itself.",
        default=60.0,
    )
    largest_error_seconds: Annotated[float, Between(2, 3600)] = _setting(
        "A clock that was right once and may be off by no more than this is good enough.", default=30.0
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SynchronisationSettings:
    """[synchronisation]: what the terminal knows of Protime, and how it is kept up to date."""

    mode: SynchronisationMode = _setting(
        "full: read all each time; any number of terminals may share a client. delta: read what has changed; for one"
        " terminal that has the client to itself, as Protime keeps one active delta a collection: two terminals would"
        " end each other's. off: read nothing; the roster stays as it is, or webhooks keep it.",
        default=SynchronisationMode.FULL,
    )
    interval_minutes: Annotated[float, Between(0.01, 1440)] = _setting(
        "Between two readings; a delta dies 72 hours after its last one.", default=15.0
    )
    terminal_groups: Annotated[tuple[int, ...], Length(0, 100)] = _setting(
        "Ids of terminal groups: only their people are stored, and anybody else is unknown here; empty: everybody.",
        default=(),
    )
    circle: Annotated[int, Between(0, 2**31)] | None = _setting(
        "Id of a circle: only its members are stored, anybody else is unknown here; needs the scope contracts.read.",
        default=None,
    )
    usages: bool = _setting(
        "Read who may use each activity, and with which others: a request more for each activity and reading.",
        default=False,
    )
    balances: bool = _setting(
        "Keep the flextime balance of who clocked here in the last 31 days; needs the scope calculated-totals.read.",
        default=False,
    )
    counters: Annotated[tuple[ShortText, ...], Length(0, 20)] = _setting(
        "Codes of counters to keep for the same people, the entries of a day added up; needs the scopes counters.read"
        " and counter-definitions.read.",
        default=(),
    )
    clockings: bool = _setting(
        "Keep what Protime has of the same people's clockings from yesterday to tomorrow. Off, as it costs a request"
        " each recalculation_seconds in which somebody clocked, and no screen shows them yet.",
        default=False,
    )
    recalculation_seconds: Annotated[float, Between(0, 3600)] = _setting(
        "After a clocking was delivered, before its person's balances and clockings are read: Protime calculates some"
        " time later, how long is not documented.",
        default=30.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringSettings:
    """[monitoring]: how the courier is watched from afar."""

    metrics_port: Annotated[int, Between(1, 65535)] | None = _setting(
        "Port of the Prometheus metrics (docs/monitoring.md); left out: none.", default=None
    )
    metrics_address: ShortText = _setting(
        "Address that they are served on. Another than 127.0.0.1 or ::1 needs metrics_token_file, and is plain http:"
        " put it into a network of the machines' own, or behind a proxy with TLS.",
        default="127.0.0.1",
    )
    metrics_token_file: Path | None = _setting(
        "File with the token that whoever asks for metrics must show (Authorization: Bearer); left out: nobody must.",
        default=None,
    )
    heartbeat_url: ShortText | None = _setting(
        "An https address that is called (GET) as long as the terminal is well: a service that misses the calls tells"
        " somebody. Left out: none.",
        default=None,
    )
    heartbeat_minutes: Annotated[float, Between(0.01, 1440)] = _setting("Between two calls.", default=5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """[[reader]]: one badge reader."""

    driver: ShortText = _setting("rdm6300, or line (one badge number a line of ASCII).")
    port: ShortText = _setting("The serial port, best by its /dev/serial/by-id name.")
    badge_number: BadgeNumberRule = _setting(
        "What becomes of the card's bytes: hex, decimal (as printed on EM cards) or wiegand26.",
        default=BadgeNumberRule.DECIMAL,
    )
    name: ShortText | None = _setting("Name in the ledger and the logs; left out: the port's.", default=None)


def reader_name(reader: ReaderSettings) -> str:
    """Its name in the ledger and the logs: the last part of the port where it has none of its own."""
    return reader.name or reader.port.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole file."""

    terminal: TerminalSettings
    protime: ProtimeSettings
    storage: StorageSettings
    delivery: DeliverySettings
    synchronisation: SynchronisationSettings
    time: TimeSettings = TimeSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    reader: tuple[ReaderSettings, ...]
