"""The tables of docs/readers.md, made from the code; `python -m tests.drivers.readers_page` writes them anew."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from drivers.badge_number import BadgeNumberForm, badge_number
from drivers.badge_rule import BYTE_WORDS, TEXT_WORDS, rule_of
from drivers.driver import SerialDriver
from drivers.names import BUILT_IN, driver_of
from drivers.reader import ReaderState
from tests.drivers.cards import EM_A, MIFARE_4, MIFARE_7

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "readers.md"
PROOF = ROOT / "docs" / "proof"

TABLE = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)

REMEDIES: Mapping[ReaderState, tuple[str, str]] = {
    ReaderState.READY: ("the port is open; a reader that has to be asked answers", ""),
    ReaderState.MISSING: ("no such port or reader, or it was unplugged", "cable; name of the port (`reader ports`)"),
    ReaderState.BUSY: ("another program has it; it is named", "stop it; remove ModemManager and brltty"),
    ReaderState.FORBIDDEN: ("no right to open it", "groups of the user, below"),
    ReaderState.UNUSABLE: (
        "no port of this kind, or packages, a key file or options are missing",
        "`check` says which",
    ),
    ReaderState.GARBLED: ("64 bytes since it was opened, and no frame among them", "`reader probe`: speed or driver"),
    ReaderState.SILENT: (
        "the port is open, and a reader that has to answer does not",
        "power, wires, speed, address, firmware",
    ),
    ReaderState.UNTRUSTED: ("an OSDP reader that does not prove its key", "find out who changed the reader"),
}

RULES = (
    "decimal",
    "reversed decimal",
    "last:3 hex",
    "number digits:12",
    "decimal cut:3-10",
    "hex lower",
    "wiegand26 prefix:B-",
    "decimal add:luhn",
)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _table(*rows: tuple[str, ...]) -> str:
    heading, *others = rows
    return (
        _row(*heading)
        + _row(*("---" for _ in heading)).replace("| --- ", "|---").replace(" |\n", "|\n")
        + "".join(_row(*row) for row in others)
    )


def drivers() -> str:
    rows = [("`driver`", "readers", "speeds, the usual one first", "checked", "light or tone")]
    for name in sorted(BUILT_IN):
        driver = driver_of(name)
        speeds = ", ".join(map(str, driver.bauds)) if isinstance(driver, SerialDriver) else f"`port`: {driver.port}"
        extra = (
            f"; optional packages `clocking-terminal[{driver.extra}]`"
            if not isinstance(driver, SerialDriver) and driver.extra
            else ""
        )
        rows.append(
            (f"`{name}`", driver.readers + extra, speeds, CHECKED[name], "yes" if name in {"twn4", "osdp"} else "")
        )
    return _table(*rows)


CHECKED = {
    "ascii": "as set",
    "codatex": "",
    "line": "",
    "osdp": "CRC, AES",
    "pcsc": "by USB",
    "pn532": "two sums",
    "promag": "",
    "rdm6300": "XOR",
    "roger": "",
    "scanner": "",
    "stid": "XOR",
    "twn3": "sum",
    "twn4": "by option CRC",
    "twn4-ascii": "",
    "wedge": "by USB",
    "wiegand-serial": "parity",
}


def options() -> str:
    rows = [("`driver`", "word", "meaning")]
    for name in sorted(BUILT_IN):
        rows += [(f"`{name}`", f"`{word}`", text) for word, text in driver_of(name).options.items()]
    return _table(*rows)


def forms() -> str:
    cards = (EM_A, MIFARE_4, MIFARE_7)
    return _table(
        ("form", *(f"`{card.hex(' ').upper()}`" for card in cards)),
        *((f"`{form.value}`", *(f"`{badge_number(card, form)}`" for card in cards)) for form in BadgeNumberForm),
    )


def words() -> str:
    about = [("word", "does"), *((f"`{word}`", text) for word, text in {**BYTE_WORDS, **TEXT_WORDS}.items())]
    return _table(*about)


def examples() -> str:
    return _table(
        ("rule", f"makes of `{EM_A.hex(' ').upper()}`"),
        *((f"`{rule}`", f"`{rule_of(rule).number_of(EM_A)}`") for rule in RULES),
    )


def states() -> str:
    return _table(
        ("state", "means", "look at"),
        *((f"`{state.value}`", *REMEDIES[state]) for state in ReaderState),
    )


def chance() -> str:
    """Of the longest run that is kept."""
    kept = next(path for name in ("long", "bounded") if (path := PROOF / f"readers.{name}.json").exists())
    figures = json.loads(kept.read_text(encoding="utf-8"))["figures"]
    rows = [("`driver`", "numbers made of random bytes", "other numbers made of damaged frames")]
    for name in sorted({key.partition(":")[0] for key in figures if ": numbers made" in key}):
        noise = figures[f"{name}: numbers made of random bytes"].split(" in ")
        damage = figures[f"{name}: other numbers made of damaged frames"].split(" in ")
        share = f"{100 * int(damage[0]) / int(damage[1]):.2g} %"
        rows.append(
            (f"`{name}`", f"{noise[0]} in {int(noise[1]):,} bytes", f"{damage[0]} in {int(damage[1]):,} ({share})")
        )
    return _table(*rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "drivers": drivers,
    "options": options,
    "forms": forms,
    "words": words,
    "examples": examples,
    "states": states,
    "chance": chance,
}


def page_of(text: str) -> str:
    """The page with all its tables as the code says."""
    return TABLE.sub(lambda found: found[1] + "\n" + TABLES[found[2]]() + "\n" + found[3], text)


if __name__ == "__main__":
    PAGE.write_text(page_of(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
