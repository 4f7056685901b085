"""Makes room in the catalogues for every text: `./run catalogues [LANGUAGE ...]`.

A translation that is there is kept, a text that is gone is dropped, a new one is empty. The names of days and months
of a new language come from Unicode's CLDR, by Babel.
"""

import sys
from pathlib import Path

from babel.dates import get_day_names, get_month_names
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from terminal_app.kiosk.catalogue import OURS, SUFFIX, Counted, languages_in
from terminal_app.kiosk.wording import messages

HEADER = """\
# What the screens of clocking-terminal say. ./run catalogues makes room for new texts.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def names_of_dates(language: str) -> dict[str, str]:
    """The texts that CLDR knows: names of days and months as they stand in a date."""
    days, months = get_day_names("wide", locale=language), get_month_names("wide", locale=language)
    return {
        **{f"weekdays.{number + 1}": days[number] for number in range(7)},
        **{f"months.{number}": months[number] for number in range(1, 13)},
    }


def made_anew(language: str, former: Catalog | None) -> Catalog:
    """The catalogue of a language with every text of today."""
    catalogue = Catalog(locale=language, fuzzy=False)
    if former is not None:  # CLDR counts French millions apart, for one
        catalogue.mime_headers = [("Plural-Forms", former.plural_forms)]
    known = names_of_dates(language)
    for context, text in messages():
        forms = list(text.forms) if isinstance(text, Counted) else [text]
        message = former.get(forms[0], context) if former is not None else None
        empty = "" if len(forms) == 1 else ("",) * catalogue.num_plurals
        said = message.string if message is not None else known.get(context, empty)
        catalogue.add(forms[0] if len(forms) == 1 else (forms[0], forms[1]), said, context=context)
    return catalogue


def write(path: Path) -> None:
    """Make a catalogue anew in its file, whether there is one or not."""
    former = None
    if path.exists():
        with path.open("rb") as file:
            former = read_po(file, locale=path.stem)
    catalogue = made_anew(path.stem, former)
    with path.open("wb") as file:
        file.write(HEADER.format(language=path.stem, plural_forms=catalogue.plural_forms).encode())
        write_po(file, catalogue, width=120, omit_header=True)


if __name__ == "__main__":
    for language in {*languages_in(OURS), *sys.argv[1:]}:
        write(OURS / f"{language}{SUFFIX}")
