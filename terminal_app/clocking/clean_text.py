"""Makes text from outside harmless to show: no controls, no invisible or unassigned characters, not endless."""

import unicodedata

_REPLACED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean_text(text: str, longest: int = 200) -> str:
    """`text` in NFC, at most `longest` characters, with U+FFFD for each that a screen must not get.

    Those are controls, line and paragraph separators, format characters, surrogates, private and unassigned ones:
    escape sequences, line breaks and changes of the writing direction cannot survive. Clean text stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text[:longest]
    # Cut before normalising as well: an endless text costs no more than a long one.
    normal = unicodedata.normalize("NFC", text[: 4 * longest])[:longest]
    return "".join(_REPLACEMENT if unicodedata.category(one) in _REPLACED else one for one in normal)
