"""The page docs/settings.md, from the definitions of the settings."""

from itertools import groupby

from terminal_app.settings_text import SettingText, described, heading, sections

_HEAD = """\
# Settings

Generated from `terminal_app/settings.py`; the same text is shown by `clocking-terminal settings explain`.

The settings are one TOML file, named with `--config`. An environment variable wins over the file; a list is written
there with commas. `clocking-terminal settings show` tells each value in force and where it came from. The client
secret is never part of the file: `client_secret_file` names a file that holds it.
"""


def settings_page() -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    for section, settings in groupby(described(), key=lambda one: one.section):
        first_line = (sections()[section].__doc__ or "").partition(": ")[2]
        parts.append(f"## {heading(section)}\n\n{first_line[:1].upper() + first_line[1:]}\n")
        parts += [_entry(one) for one in settings]
    return "\n".join(parts)


def _entry(one: SettingText) -> str:
    facts = [f"- Allowed: {one.allowed}", f"- Default: {default_in_words(one)}"]
    if one.environment_variable is not None:
        facts.append(f"- Environment: `{one.environment_variable}`")
    return "\n".join([f"### {one.key}\n\n{one.text}\n", *facts]) + "\n"


def default_in_words(one: SettingText) -> str:
    """The default as written in the file, or what it means that there is none."""
    return {None: "none, it is required", "": "left out"}.get(one.default, one.default or "")
