"""Every setting: its text, default and range. Plain data; `settings_file` reads and checks it.

Sections are standard dataclasses, so that the kiosk can hold them without importing pydantic (it starts a quarter
faster). A part of the program is given its section, never the whole. Nobody prints or compares a section: without the
methods for it their making takes half the time.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from terminal_app.settings_choices import (
    ENVIRONMENT_HOSTS,
    Environment,
    NameForm,
    ReaderBooks,
    SynchronisationMode,
    ThemeName,
    TileAction,
    TileColour,
    UnknownBadge,
    UntrustedTime,
    WalkAway,
    Weekday,
)
from terminal_app.settings_limits import Between, Length

DEFAULT_FILE = Path("/etc/clocking-terminal/terminal.toml")

ShortText = Annotated[str, Length(1, 100)]
Tones = Annotated[str, Length(0, 100)]
LanguageCode = Annotated[str, Length(2, 3)]
RuleText = Annotated[str, Length(1, 200)]


def _setting(text: str, *, default: Any = ...) -> Any:  # noqa: ANN401 # like dataclasses.field, of any type
    metadata = {"text": text}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
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
    my_day_seconds: Annotated[float, Between(3, 120)] = _setting("How long somebody's day stays.", default=20.0)
    unknown_badge_seconds: Annotated[float, Between(0.5, 30)] = _setting(
        "How long the answer to a badge of nobody known stays.", default=5.0
    )
    walk_away: WalkAway = _setting(
        "What is recorded for somebody who leaves a list without choosing: in_out, or usual (the reason or activity"
        " that they chose most often here; who has none an in/out).",
        default=WalkAway.IN_OUT,
    )
    favourite_reasons: Annotated[tuple[ShortText, ...], Length(0, 9)] = _setting(
        "Codes or ids of reasons that stand before the others, after what the person chose lately.", default=()
    )
    favourite_activities: Annotated[tuple[ShortText, ...], Length(0, 9)] = _setting(
        "The same for activities: the code, reference or id of each level, with / between them.", default=()
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ScreenSettings:
    """[screen]: what the screen looks like."""

    theme: ThemeName = _setting(
        "dark, light, high-contrast, or site: the four site_colours. On a console of 16 colours each has colours of its"
        " own, and site is dark.",
        default=ThemeName.DARK,
    )
    site_colours: Annotated[tuple[ShortText, ...], Length(0, 4)] = _setting(
        'Ground, text, accent and tile of the theme site, such as ["#0c1118", "#f2f4f7", "#6fd6ff", "#1b2635"]. Text on'
        " ground and on tile, and accent on ground, need a contrast of 4.5:1.",
        default=(),
    )
    name: NameForm = _setting("What an answer shows of a person: name, initials or nothing.", default=NameForm.NAME)
    badge_digits: Annotated[int, Between(0, 100)] = _setting(
        "How many of the last characters of its number the answer to an unknown badge shows; 100: all of it.", default=4
    )
    message: Annotated[str, Length(0, 80)] = _setting("A text for everybody on the idle screen.", default="")
    message_file: Path | None = _setting(
        "A file of messages, by period, language, terminal group and badge (docs/messages.md); read again whenever it"
        " changes. Left out: none.",
        default=None,
    )
    message_seconds: Annotated[float, Between(0.5, 60)] = _setting(
        "How long an answer stays that has a message for the person.", default=8.0
    )
    dim_after_seconds: Annotated[float, Between(0, 86400)] = _setting(
        "After so long without anybody only the time and what to do are left, grey on black; a badge is read all the"
        " same, a touch or a key lights the screen and does nothing else. 0: never.",
        default=60.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class SignalSettings:
    """[signals]: sound and light beside the screen; none is needed."""

    buzzer_pin: Annotated[int, Between(0, 27)] | None = _setting(
        "BCM number of the pin with a passive buzzer, over a transistor; needs gpiozero. Left out: none.", default=None
    )
    green_pin: Annotated[int, Between(0, 27)] | None = _setting(
        "The same of a lamp for what was recorded.", default=None
    )
    red_pin: Annotated[int, Between(0, 27)] | None = _setting(
        "The same of a lamp for an unknown badge and for what was not recorded.", default=None
    )
    alsa_device: ShortText | None = _setting(
        "Sound card, such as default; needs aplay (package alsa-utils). Left out: none.", default=None
    )
    tone_in: Tones = _setting(
        "Tones for IN: Hz/milliseconds, several with blanks between them, 2 seconds at most; empty: silent.",
        default="1320/90",
    )
    tone_out: Tones = _setting("Tones for OUT.", default="990/90")
    tone_other: Tones = _setting("Tones for a reason, an activity, or what was taken back.", default="1100/90")
    tone_repeated: Tones = _setting("Tones for what was recorded already.", default="880/60 880/60")
    tone_unknown: Tones = _setting("Tones for an unknown badge that was recorded.", default="660/120 660/120")
    tone_refused: Tones = _setting("Tones for what was not recorded.", default="330/200 330/200")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
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
        "Keep what Protime has of the same people's clockings from yesterday to tomorrow, for the proposal of in or"
        " out and for my day. Off, as it costs a request each recalculation_seconds in which somebody clocked.",
        default=False,
    )
    recalculation_seconds: Annotated[float, Between(0, 3600)] = _setting(
        "After a clocking was delivered, before its person's balances and clockings are read: Protime calculates some"
        " time later, how long is not documented.",
        default=30.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ReaderSettings:
    """[[reader]]: one badge reader."""

    driver: ShortText = _setting(
        "What speaks the reader's language, such as rdm6300, line, twn4 or wedge; docs/readers.md has all of them."
    )
    port: ShortText = _setting("The serial port, best by its /dev/serial/by-id name; docs/readers.md says others.")
    badge_number: RuleText = _setting(
        "What becomes of the card's bytes: hex, decimal (as printed on EM cards), wiegand26, or a rule of words"
        " (docs/readers.md) as `reader probe PORT --suggest NUMBER` finds it.",
        default="decimal",
    )
    name: ShortText | None = _setting("Name in the ledger and the logs; left out: the port's.", default=None)
    baud: Annotated[int, Between(300, 921600)] | None = _setting(
        "Speed of the serial line; left out: the usual one of the driver's readers.", default=None
    )
    books: ReaderBooks | None = _setting(
        "What a badge at this reader means: in or out is the direction that is shown, whatever it was before; the"
        " others are the tile that need not be pressed. Left out: an in/out, or the tile that was pressed.",
        default=None,
    )
    options: RuleText | None = _setting("The driver's own options, in words (docs/readers.md).", default=None)


def reader_name(reader: ReaderSettings) -> str:
    """Its name in the ledger and the logs: the last part of the port where it has none of its own."""
    return reader.name or reader.port.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class AdminSettings:
    """[admin]: who may open the administrator's screen of the terminal, with F12."""

    badges: Annotated[tuple[ShortText, ...], Length(0, 20)] = _setting(
        "Badge numbers that open it, after F12; empty: none.", default=()
    )
    pin_file: Path | None = _setting(
        "File with the hash of the PIN that opens it, as `clocking-terminal admin-pin` writes it; left out: no PIN.",
        default=None,
    )
    seconds: Annotated[float, Between(5, 600)] = _setting("How long it stays without a touch or key.", default=30.0)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class TileSettings:
    """[[tile]]: a tile of the idle screen and its key, F1 to F7 in this order; without any the usual ones are there."""

    does: TileAction = _setting(
        "What it asks the badge for: in_out, activity, activity_end, reason, or my_day (which records nothing)."
    )
    reason: ShortText | None = _setting(
        'Code or id of the reason that it books at once, with does = "reason"; left out: the list.', default=None
    )
    activity: ShortText | None = _setting(
        'The activity that it books at once, with does = "activity": the code, reference or id of each level, with /'
        " between them; left out: the list.",
        default=None,
    )
    labels: Annotated[tuple[ShortText, ...], Length(0, 20)] = _setting(
        'Its words in place of the usual ones: "nl: Pauze" for one language, "Break" for all others.', default=()
    )
    colour: TileColour = _setting("Of its ground.", default=TileColour.PLAIN)
    weekdays: Annotated[tuple[Weekday, ...], Length(0, 7)] = _setting(
        "Days on which it is on the idle screen; empty: every day.", default=()
    )
    hours: ShortText | None = _setting(
        "When it is there on those days, like 11:30-14:00; over midnight like 22:00-06:00. Left out: always.",
        default=None,
    )
    terminal_groups: Annotated[tuple[int, ...], Length(0, 100)] = _setting(
        "Ids of the terminal groups whose people may use it; empty: everybody.", default=()
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Settings:
    """The whole file."""

    terminal: TerminalSettings
    protime: ProtimeSettings
    storage: StorageSettings
    delivery: DeliverySettings
    synchronisation: SynchronisationSettings
    time: TimeSettings = TimeSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    screen: ScreenSettings = ScreenSettings()
    signals: SignalSettings = SignalSettings()
    admin: AdminSettings = AdminSettings()
    reader: tuple[ReaderSettings, ...]
    tile: tuple[TileSettings, ...] = ()
