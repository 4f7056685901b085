"""Reads a language's gettext catalogue (.po): the texts of the screens by their context and their English."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

OURS = Path(__file__).with_name("locales")
"""The folder of the languages that come with the program."""
SUFFIX = ".po"

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_KEYWORDS = ("msgctxt", "msgid", "msgid_plural", "msgstr")


class BadCatalogue(Exception):
    """A catalogue that cannot be read; says in which line, and what to do."""


def one_or_more(count: int) -> int:
    """Which form goes with `count` in English, Dutch and German."""
    return int(count != 1)


def _up_to_one_or_more(count: int) -> int:
    return int(count > 1)


class Counted(NamedTuple):
    """A text that depends on how many there are: a form for each plural of its language."""

    forms: tuple[str, ...]
    form_of: Callable[[int], int] = one_or_more

    def of(self, count: int) -> str:
        """The form for `count`, 0 or more."""
        return self.forms[min(self.form_of(count), len(self.forms) - 1)]


class Catalogue(NamedTuple):
    """What a file says; a text that it has not, has not translated or marks as fuzzy is left in English."""

    texts: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({})
    """By context and English: one form, or one for each plural."""
    form_of: Callable[[int], int] = one_or_more

    def text(self, context: str, english: str) -> str:
        """The translation of a text."""
        return self.texts.get((context, english), (english,))[0]

    def counted(self, context: str, english: Counted) -> Counted:
        """The translation of a text that has a plural."""
        forms = self.texts.get((context, english.forms[0]))
        return Counted(forms, self.form_of) if forms else english

    def with_changes(self, changes: "Catalogue") -> "Catalogue":
        """This one, where `changes` says nothing else."""
        return Catalogue({**self.texts, **changes.texts}, changes.form_of if changes.texts else self.form_of)


def read_catalogue(text: str) -> Catalogue:
    """The catalogue that a .po file's text is. Raises BadCatalogue."""
    texts: dict[tuple[str, str], tuple[str, ...]] = {}
    header = ""
    for entry in _entries(text):
        forms = tuple(entry[key] for key in sorted(entry, key=_number) if key.startswith("msgstr"))
        english = entry.get("msgid", "")
        if not english:
            header = "".join(forms)
        elif all(forms):
            texts[entry.get("msgctxt", ""), english] = forms
    return Catalogue(texts, _plural_rule(header))


def _entries(text: str) -> "list[dict[str, str]]":
    """Each message that is in use: its keywords (msgstr[1] is one) and their strings."""
    entries: list[dict[str, str]] = [{}]
    is_fuzzy, keyword = False, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith('"'):
            if not keyword:
                raise BadCatalogue(f"line {number} goes on with a text that has not begun")
            entries[-1][keyword] += _string(line, number)
            continue
        if line.startswith("#,") and "fuzzy" in line:
            is_fuzzy = True
        if not line.strip() or line.startswith("#"):
            continue
        word, _, quoted = line.partition(" ")
        if word.partition("[")[0] not in _KEYWORDS:
            raise BadCatalogue(f"line {number} begins with none of {', '.join(_KEYWORDS)}, # and a quotation mark")
        if word in {"msgctxt", "msgid"} and any(key.startswith("msgstr") for key in entries[-1]):
            entries.append({})
        if word == "msgid" and is_fuzzy:
            entries[-1]["fuzzy"] = ""
            is_fuzzy = False
        keyword = word
        entries[-1][keyword] = _string(quoted.strip(), number)
    # Fuzzy is a guess of some program that nobody has looked at; the header always says so at first.
    return [entry for entry in entries if "msgid" in entry and not (entry["msgid"] and "fuzzy" in entry)]


def _string(quoted: str, number: int) -> str:
    if len(quoted) < 2 or quoted[0] != '"' or quoted[-1] != '"':  # noqa: PLR2004 # both quotation marks
        raise BadCatalogue(f"line {number} has no text between quotation marks")
    inside = quoted[1:-1]
    if "\\" not in inside:
        return inside
    letters = iter(inside)
    return "".join(_ESCAPES.get(next(letters, ""), "") if one == "\\" else one for one in letters)


def _number(keyword: str) -> int:
    return int(keyword[7:-1] or 0) if keyword[6:7] == "[" and keyword[7:-1].isdecimal() else 0


def _plural_rule(header: str) -> Callable[[int], int]:
    _, _, rule = header.partition("plural=")
    expression = rule.partition(";")[0].strip().strip("()").strip()
    match expression:
        case "" | "n != 1" | "n!=1":
            return one_or_more
        case "n > 1" | "n>1":
            return _up_to_one_or_more
        case _:
            from gettext import c2py  # noqa: PLC0415 # our own languages do without

            try:
                return c2py(rule.partition(";")[0].strip())
            except ValueError as error:
                raise BadCatalogue(f"Plural-Forms is not a rule of gettext: {error}") from None


def languages_in(folder: Path) -> dict[str, Path]:
    """The languages that a folder has catalogues of, and their files."""
    return {path.stem: path for path in sorted(folder.glob(f"*{SUFFIX}"))}


def load_catalogue(path: Path) -> Catalogue:
    """Read a file. Raises BadCatalogue, which names it."""
    try:
        return read_catalogue(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadCatalogue(f"{path.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadCatalogue(f"{path.name} is not UTF-8 text; save it as UTF-8") from None
    except BadCatalogue as error:
        raise BadCatalogue(f"{path.name}: {error}") from None
