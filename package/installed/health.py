"""Whether the version that runs is well, as far as its services say: ends with 0 or tells why not.

`health.py UNIT ...`: the units that have to work. Run as the terminal's user, with the Python of that version.
"""

import sys
from pathlib import Path

_CONFIG = Path("/etc/clocking-terminal/terminal.toml")


def main() -> None:
    """Kiosk and courier hold their locks, and the ledger can be read."""
    from terminal_app.ledger.alone import is_at_work  # noqa: PLC0415 # that version's
    from terminal_app.ledger.errors import LedgerError  # noqa: PLC0415
    from terminal_app.ledger.reading import ledger_to_read, waiting  # noqa: PLC0415
    from terminal_app.settings_file import load_settings  # noqa: PLC0415

    folder = load_settings(_CONFIG).storage.folder
    for who in ("kiosk", "courier"):
        if f"clocking-terminal-{who}.service" in sys.argv[1:] and not is_at_work(folder, who):
            sys.exit(f"the {who} is not at work")
    try:
        with ledger_to_read(folder) as ledger:
            waiting(ledger)
    except LedgerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
