"""What this terminal holds of people, where and how long, in words: from the settings in force. Pure."""

from collections.abc import Iterator

from terminal_app.settings import Settings
from terminal_app.settings_choices import SynchronisationMode, UnknownBadge

_HEAD = """\
# Privacy at this terminal

What is kept of people here, where, how long and what for; made by `clocking-terminal privacy` from the settings in
force. For the register of processing activities, the works council, and whoever asks.

The controller is the company that runs the terminal{company}. Protime holds the same data, and more, for the same
company.
"""
_RIGHTS = """\
## What a person can ask for

- **What is held of them**: `clocking-terminal person export BADGE` writes all of it as JSON.
- **Erasing**: `clocking-terminal person erase BADGE --write`, down to the bytes on the disk; the audit chain keeps that
  something was there, and no longer what. While Protime has the person, name and badge come again. The nightly copies
  have it for up to seven days more, unless they are deleted.
- **Correction**: in Protime; it is here with the next reading.

## What is not done

- No photo, no fingerprint, no place but that of the reader. No profile, no comparison of people, no decision about
  anybody.
- No data for the makers of this program: it calls Protime{others}, and nobody else.
- Logs, metrics and `support-bundle` have no name and no whole badge number (of a longer one the last two characters).
- The screen shows the name of whoever has just badged for {answer_seconds:g} s, to whoever stands there.
"""


def privacy_page(settings: Settings) -> str:
    """The page, in Markdown."""
    company = f" ({settings.protime.company})" if settings.protime.company else ""
    others = " and the address of the heartbeat" if settings.monitoring.heartbeat_url else ""
    rows = "".join(f"| {' | '.join(row)} |\n" for row in _rows(settings))
    return "\n".join(
        [
            _HEAD.format(company=company),
            "## What is kept\n",
            f"| what | of whom | where | how long | what for |\n|---|---|---|---|---|\n{rows}",
            _protection(settings),
            _RIGHTS.format(others=others, answer_seconds=settings.terminal.answer_seconds),
        ]
    )


def _rows(settings: Settings) -> Iterator[tuple[str, str, str, str, str]]:
    folder, days, synchronisation = settings.storage.folder, settings.storage.keep_days, settings.synchronisation
    ledger, roster = f"`{folder}/ledger.db`", f"`{folder}/roster.db`"
    until_gone = "until Protime no longer has them, or they leave the selection"
    yield (
        "badge number, time, in or out, reason or activity, reader, and what became of the delivery",
        "whoever badges",
        ledger,
        f"{days} days after it was delivered, undone or given up; what was not delivered stays until it is",
        "working time, proof of what was clocked",
    )
    if settings.terminal.unknown_badge is UnknownBadge.RECORD:
        yield (
            "the same, of a badge that nobody known has",
            "whoever holds it",
            ledger,
            "until HR has entered the badge or an operator discards it",
            "that nobody loses a clocking",
        )
    yield (
        "that a badge was read again, and was taken for a repeat",
        "whoever badges twice",
        f"{ledger} (audit chain)",
        f"{days} days",
        "proof of what was not clocked",
    )
    if synchronisation.mode is not SynchronisationMode.OFF:
        yield (
            "first and last name, badge number, language, in service from and until, group"
            + ("" if settings.protime.person_reference.startswith("@badge") else ", the reference that names them"),
            _whose(settings),
            roster,
            until_gone,
            "to greet by name, to know whose badge it is",
        )
    yield (
        "the language that was chosen here, and which messages were seen",
        "whoever chose one, or was shown one",
        f"`{folder}/remembered.db`",
        "until it is erased",
        "to greet in that language, to show a message once",
    )
    recent = "whoever clocked here in the last 31 days"
    if synchronisation.balances:
        yield "flextime balance", recent, roster, "31 days after the last clocking here", "to show it"
    if synchronisation.counters:
        counters = ", ".join(synchronisation.counters)
        yield f"counters: {counters}", recent, roster, "31 days after the last clocking here", "to show them"
    if synchronisation.clockings:
        yield "clockings of yesterday to tomorrow", recent, roster, "three days", "to show them"
    if settings.storage.mirror is not None:
        yield (
            "each clocking again",
            "whoever badges",
            f"`{settings.storage.mirror}`, another medium",
            f"{days} days",
            "that a broken card loses no clocking",
        )
    yield (
        "all of the ledger again",
        "whoever badges",
        "`/var/backups/clocking-terminal`, where the services make copies",
        "seven days",
        "that a broken file loses no clocking",
    )


def _whose(settings: Settings) -> str:
    synchronisation = settings.synchronisation
    if synchronisation.terminal_groups:
        groups = ", ".join(map(str, synchronisation.terminal_groups))
        return f"the people of the terminal groups {groups}"
    if synchronisation.circle is not None:
        return f"the members of the circle {synchronisation.circle}"
    return (
        "all people that the client may see in Protime; `synchronisation.terminal_groups` and `circle` make them fewer"
    )


def _protection(settings: Settings) -> str:
    proxy = f" through the proxy {settings.protime.proxy}" if settings.protime.proxy else ""
    return (
        "## How it is protected\n\n"
        "- The files are the terminal's user's only (mode 0600); the services run without rights, and the one with the"
        " screen without a network.\n"
        f"- On the way to Protime: TLS, verified{proxy}.\n"
        "- On the card nothing is encrypted: who takes the card can read it. Shut the terminal's housing, and have"
        " Protime end the client of one that was stolen ([security.md](security.md)).\n"
    )
